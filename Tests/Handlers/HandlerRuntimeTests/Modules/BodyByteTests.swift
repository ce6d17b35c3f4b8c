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
}
