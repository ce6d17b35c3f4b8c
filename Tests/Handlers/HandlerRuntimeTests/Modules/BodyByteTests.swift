import Digests
import Encodings
import Testing

@testable import HandlerRuntime

@Suite("Bodies are bytes")
struct BodyByteTests {
  private static let odd: [UInt8] = [0xFF, 0x00, 0x61, 0xC3, 0x28, 0xE2, 0x82, 0x1F, 0x8B]

  private func answer(_ expression: String, upstream bytes: [UInt8]) throws -> RuntimeResponse {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: image/x\r\ncontent-length: \(bytes.count)\r\n\r\n"
    let upstream = try ScriptedUpstream { _, _, _ in .init(bytes: Array(head.utf8) + bytes) }
    defer { upstream.stop() }
    let fixture = try HandlerFixture(
      """
      import { fetch } from "zigttp:fetch";
      export function handler(req) {
        const r = fetch("http://127.0.0.1:\(upstream.port)/");
        return \(expression);
      }
      """, outbound: NetworkClient(),
      contract: {
        $0.capabilities = ["network"]
        $0.egress.hosts = ["http://127.0.0.1:\(upstream.port)"]
      })
    return fixture.answer()
  }

  @Test(arguments: [
    "r", "{ ...r }", "{ ...r, headers: { ...r.headers, \"x-a\": \"1\" } }",
    "{ status: 201, body: r.body }", "[r].map((it) => it)[0]",
  ])
  func `An upstream's answer passes untouched`(expression: String) throws {
    let found = try answer(expression, upstream: Self.odd)
    #expect(found.body == Self.odd)
    let marked: [UInt8] = [0xEF, 0xBB, 0xBF, 0x61]
    #expect(try answer(expression, upstream: marked).body == marked)
  }

  @Test(arguments: [
    "Response.text(r.body)", "Response.text(r.text())", "Response.html(r.body)",
    "{ status: 200, body: r.text() }", "{ status: 200, body: `${r.text()}` }",
  ])
  func `Its text is decoded`(expression: String) throws {
    let found = try answer(expression, upstream: Self.odd)
    #expect(found.body == Array(String(decoding: Self.odd, as: UTF8.self).utf8))
  }

  @Test func `A byte order mark is no part of a text`() throws {
    let found = try answer(
      "Response.json([r.json(), r.text()])",
      upstream: [0xEF, 0xBB, 0xBF] + Array(#"{"a":1}"#.utf8))
    #expect(String(decoding: found.body, as: UTF8.self) == #"[{"a":1},"{\"a\":1}"]"#)
    let fixture = try HandlerFixture("export const handler = (req) => Response.json(req.json());")
    #expect(fixture.text("POST", "/", body: "\u{FEFF}[1]") == "[1]")
  }

  @Test func `base64 gives every byte of a request, of an answer and of a text`() throws {
    let coded = Base64.encode(Self.odd)
    let request = try HandlerFixture("export const handler = (req) => Response.text(req.base64());")
    #expect(request.bytes("POST", body: Self.odd) == Array(coded.utf8))
    #expect(request.bytes("POST", body: []) == [])
    #expect(request.bytes("GET", body: nil) == [])
    #expect(request.bytes("POST", body: Array("né".utf8)) == Array("bsOp".utf8))
    #expect(try answer("Response.text(r.base64())", upstream: Self.odd).body == Array(coded.utf8))
  }

  @Test func `Response base64 answers the bytes, as no type that a browser would guess`() throws {
    let fixture = try HandlerFixture(
      """
      export const handler = (req) => Response.base64(req.base64(), {
        status: 201, headers: { "x-same": String(Response.base64(req.base64()).base64() === req.base64()) } });
      """)
    let found = fixture.answer(bytes: Self.odd)
    #expect(found.status == 201)
    #expect(found.body == Self.odd)
    #expect(found.headers.first { $0.name == "content-type" }?.value == "application/octet-stream")
    #expect(found.headers.first { $0.name == "x-same" }?.value == "true")
  }

  @Test(arguments: ["'a'", "'AA*A'", "undefined", "[{}][0]"])
  func `What is no base64 is a fault`(text: String) throws {
    let fixture = try HandlerFixture("export const handler = (req) => Response.base64(\(text));")
    #expect(fixture.answer().status == 500)
    #expect(fixture.log.texts.joined().contains("Response.base64: "))
  }

  @Test func `The body of a request is decoded where it is text and goes on whole where it is not`()
    throws
  {
    let text = Array(String(decoding: Self.odd, as: UTF8.self).utf8)
    for (expression, expected) in [
      ("Response.text(req.body)", text), ("{ status: 200, body: req.text() }", text),
      ("Response.text(req.body.slice(0))", text), ("{ status: 200, body: req.body }", Self.odd),
    ] {
      let fixture = try HandlerFixture("export const handler = (req) => (\(expression));")
      #expect(fixture.answer(bytes: Self.odd).body == expected, "\(expression)")
    }
  }

  /// Answers what it was sent.
  private struct Echo: OutboundHTTP {
    func send(_ request: OutboundRequest) -> RuntimeResponse {
      RuntimeResponse(status: 200, headers: [], body: request.body ?? [])
    }
  }

  @Test func `A signature is one of a body's bytes, also of those that are no text`() throws {
    let fixture = try HandlerFixture(
      """
      import { verifyWebhookSignature } from "zigttp:auth";
      export const handler = (req) => Response.json(
        verifyWebhookSignature(req.body, "4e1ad0c9dd37e7b2f0ef5a40b5c4e0c0", "k") === false
          && verifyWebhookSignature(req.body, req.query.s, "k"));
      """)
    let code = HMACSHA256.code(key: Array("k".utf8), message: Self.odd)
    let hex = code.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    #expect(fixture.answer(bytes: Self.odd, "/?s=\(hex)").body == Array("true".utf8))
    #expect(fixture.answer(bytes: Self.odd + [0], "/?s=\(hex)").body == Array("false".utf8))
  }

  @Test func `A proxy passes a request's bytes on`() throws {
    let fixture = try HandlerFixture(
      """
      import { fetch } from "zigttp:fetch";
      export const handler = (req) =>
        fetch("http://a.example/", { method: "POST", body: req.body });
      """, outbound: Echo(),
      contract: {
        $0.capabilities = ["network"]
        $0.egress.hosts = ["http://a.example"]
      })
    #expect(fixture.answer(bytes: Self.odd).body == Self.odd)
  }
}

extension HandlerFixture {
  fileprivate func answer(bytes: [UInt8]?, _ target: String = "/") -> RuntimeResponse {
    engine.answer(RuntimeRequest(method: "POST", target: target, headers: [], body: bytes))
  }

  fileprivate func bytes(_ method: String, body: [UInt8]?) -> [UInt8] { answer(bytes: body).body }
}
