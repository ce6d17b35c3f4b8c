import RegistryTesting
import TestSupport
import Testing

@testable import Ingress

/// What two servers could read in two ways reaches no service.
struct SmugglingTests {
  private static let host = "Host: a.localhost\r\n"

  /// Requests as they are sent, and what they get. A `{}` stands for the host.
  static let refused: [(request: String, status: Int)] = [
    // Where a body ends.
    ("POST / HTTP/1.1\r\n{}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\n{}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\n{}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 400),
    ("POST / HTTP/1.1\r\n{}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400),
    ("POST / HTTP/1.1\r\n{}Content-Length: 5, 5\r\n\r\nhello", 400),
    ("POST / HTTP/1.1\r\n{}Content-Length: +5\r\n\r\nhello", 400),
    ("POST / HTTP/1.1\r\n{}Content-Length: -1\r\n\r\nhello", 400),
    ("POST / HTTP/1.1\r\n{}Content-Length: 0x5\r\n\r\nhello", 400),
    ("POST / HTTP/1.1\r\n{}Content-Length: 5 5\r\n\r\nhello", 400),
    ("POST / HTTP/1.1\r\n{}Content-Length:\r\n\r\nhello", 400),
    ("POST / HTTP/1.1\r\n{}Content-Length: 99999999999999999999\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\n{}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
    ("POST / HTTP/1.1\r\n{}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 501),
    ("POST / HTTP/1.1\r\n{}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501),
    ("POST / HTTP/1.1\r\n{}Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\n{}Transfer-Encoding:\u{0B}chunked\r\n\r\n0\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\n{}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\n{} Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("POST / HTTP/1.0\r\n{}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    // Lines.
    ("GET / HTTP/1.1\n{}\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a.localhost\n\r\n", 400),
    ("GET / HTTP/1.1\r\n{}A: b\nC: d\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\n{}A: b\rC: d\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\n{}A: b\r\n c\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\n{}A: b\r\n\tc\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\n{}A: b\u{0}c\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\n{}A\u{0}: b\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\n{}: b\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\n{}nothing\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\n{}A(b): c\r\n\r\n", 400),
    // The request line.
    ("GET  / HTTP/1.1\r\n{}\r\n", 400),
    ("GET / a HTTP/1.1\r\n{}\r\n", 400),
    ("GET\t/ HTTP/1.1\r\n{}\r\n", 400),
    (" GET / HTTP/1.1\r\n{}\r\n", 400),
    ("GET / HTTP/1.1 \r\n{}\r\n", 400),
    ("GET / http/1.1\r\n{}\r\n", 400),
    ("GET / HTTP/01.1\r\n{}\r\n", 400),
    ("GET /\r\n{}\r\n", 400),
    ("GET / HTTP/2.0\r\n{}\r\n", 505),
    ("GET / HTTP/1.2\r\n{}\r\n", 505),
    ("GET /#a HTTP/1.1\r\n{}\r\n", 400),
    ("GET a HTTP/1.1\r\n{}\r\n", 400),
    ("GET * HTTP/1.1\r\n{}\r\n", 400),
    ("GET ftp://a.localhost/ HTTP/1.1\r\n{}\r\n", 400),
    ("GET http:///x HTTP/1.1\r\n{}\r\n", 400),
    ("GET http://u@a.localhost/ HTTP/1.1\r\n{}\r\n", 400),
    ("CONNECT a.localhost:80 HTTP/1.1\r\n{}\r\n", 501),
    ("TRACE / HTTP/1.1\r\n{}\r\n", 405),
    // Hosts.
    ("GET / HTTP/1.1\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\n{}{}\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a.localhost, b\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a.localhost/x\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a.localhost:x\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: \"a\".localhost\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: other.localhost\r\n\r\n", 404),
    ("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
    ("GET / HTTP/1.1\r\nHost: .localhost\r\n\r\n", 404),
    ("GET / HTTP/1.1\r\nHost: x.a.localhost\r\n\r\n", 404),
    ("GET / HTTP/1.1\r\nHost: a.localhost.evil.test\r\n\r\n", 404),
    ("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 404),
    ("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", 404),
    ("GET / HTTP/1.1\r\nHost:\r\n\r\n", 404),
    ("GET / HTTP/1.0\r\n\r\n", 404),
    ("GET http://b.localhost/ HTTP/1.1\r\n{}\r\n", 404),
    // What is not passed on.
    ("GET / HTTP/1.1\r\n{}Expect: 200-ok\r\n\r\n", 417),
    ("GET / HTTP/1.1\r\n{}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n", 501),
  ]

  @Test(arguments: refused.indices) func isRefused(number: Int) throws {
    let (text, status) = Self.refused[number]
    let upstream = try RawServer { _ in .answer(200, [:], []) }
    defer { upstream.stop() }
    let ingress = try TestIngress(["a": upstream.port])
    defer { ingress.server.stop() }
    let whole = text.split(separator: "{}", omittingEmptySubsequences: false)
      .joined(separator: Self.host)
    let connection = try TestClient.Connection(port: ingress.port)
    // One that is swallowed, or answered, would show.
    try connection.send(Array((whole + "GET /smuggled HTTP/1.1\r\n\(Self.host)\r\n").utf8))
    let reply = try connection.reply()
    #expect(reply.status == status, "\(text.debugDescription): \(reply.text)")
    #expect(reply["connection"] == "close")
    #expect(try connection.isAtEnd())
    #expect(upstream.log == [])
  }

  /// Bodies that go wrong when their request is on its way already.
  @Test(arguments: [
    "x\r\n", "3 \r\nabc\r\n0\r\n\r\n", "3;\r\nabc\r\n0\r\n\r\n", "0x3\r\nabc\r\n", "-3\r\n",
    "3\nabc\r\n0\r\n\r\n", "3\r\nabcd\r\n0\r\n\r\n", "ffffffffffffffff\r\n", "\r\n",
    "0\r\nGET /smuggled HTTP/1.1\r\n\r\n", "0\r\n a: b\r\n\r\n", "0\r\na : b\r\n\r\n",
    "3;a=\u{1}\r\nabc\r\n0\r\n\r\n",
  ])
  func aBodyOfBadChunksIsRefused(body: String) throws {
    let upstream = try Upstream { socket in
      while let head = socket.head() {
        if head.hasPrefix("GET") {
          socket.send("HTTP/1.1 500 Smuggled\r\nContent-Length: 0\r\n\r\n")
        }
      }
    }
    let ingress = try TestIngress(["a": upstream.port])
    defer { ingress.server.stop() }
    let reply = try ingress.raw(
      "POST / HTTP/1.1\r\n\(Self.host)Transfer-Encoding: chunked\r\n\r\n\(body)")
    #expect(reply.status == 400, "\(body.debugDescription)")
  }

  @Test func hugeHeadsAreRefused() throws {
    let upstream = try RawServer { _ in .answer(200, [:], []) }
    defer { upstream.stop() }
    let ingress = try TestIngress(["a": upstream.port])
    defer { ingress.server.stop() }
    let long = String(repeating: "x", count: 40 << 10)
    #expect(try ingress.raw("GET /\(long) HTTP/1.1\r\n\(Self.host)\r\n").status == 414)
    #expect(try ingress.raw("GET / HTTP/1.1\r\n\(Self.host)A: \(long)\r\n\r\n").status == 431)
    let many = String(repeating: "a: b\r\n", count: 200)
    #expect(try ingress.raw("GET / HTTP/1.1\r\n\(Self.host)\(many)\r\n").status == 431)
    #expect(upstream.log == [])
  }

  @Test func whatIsRightIsPassedOn() throws {
    let upstream = try RawServer { .answer(200, [:], $0.body) }
    defer { upstream.stop() }
    let ingress = try TestIngress(["a": upstream.port])
    defer { ingress.server.stop() }
    for line in [
      "GET / HTTP/1.1\r\n\(Self.host)", "GET http://a.localhost HTTP/1.1\r\nHost: b\r\n",
      "GET HTTPS://A.LocalHost:1/x?y HTTP/1.1\r\nHost: b\r\n",
      "GET http://a.localhost?y HTTP/1.1\r\nHost: b\r\n",
      "OPTIONS * HTTP/1.1\r\nhOST:a.localhost.:99  \r\n", "\r\nGET / HTTP/1.1\r\n\(Self.host)",
      "GET / HTTP/1.1\r\n\(Self.host)Upgrade: h2c\r\nConnection: upgrade\r\n",
    ] {
      #expect(try ingress.raw(line + "\r\n").status == 200, "\(line)")
    }
    let targets = upstream.requests.map { "\($0.method) \($0.target) \($0.headers["host"] ?? "")" }
    #expect(
      targets == [
        "GET / a.localhost", "GET / a.localhost", "GET /x?y A.LocalHost:1", "GET /?y a.localhost",
        "OPTIONS * a.localhost.:99", "GET / a.localhost", "GET / a.localhost",
      ])
    #expect(upstream.requests.allSatisfy { $0.headers["upgrade"] == nil })
  }
}
