import RegistryTesting
import TestSupport
import Testing

@testable import Ingress

/// Requests and answers in every form that HTTP/1.1 has for them.
struct PassingTests {
  private static let get = "GET / HTTP/1.1\r\nHost: a.localhost\r\nConnection: close\r\n\r\n"

  /// What a client sees of an answer as the service sent it.
  private func seen(_ answer: String, request: String = get) throws -> String {
    let upstream = try RawServer { _ in .raw(Array(answer.utf8)) }
    defer { upstream.stop() }
    let ingress = try TestIngress(["a": upstream.port])
    defer { ingress.server.stop() }
    let connection = try Socket(port: ingress.port)
    connection.send(request)
    return connection.rest()
  }

  @Test func bodiesAreFramedAnew() throws {
    let chunked =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n02\r\nde\r\n0\r\nT: 1\r\n\r\n"
    let fresh = try seen(chunked)
    #expect(
      fresh.hasPrefix("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n"))
    #expect(fresh.hasSuffix("0\r\n\r\n") && !fresh.contains("x=y") && !fresh.contains("T: 1"))
    // What ends with its connection gets an end of its own.
    let open = try seen("HTTP/1.1 200 OK\r\n\r\nabc")
    #expect(open.hasSuffix("\r\n3\r\nabc\r\n0\r\n\r\n"))
    // Who knows no chunks gets none.
    let old = "GET / HTTP/1.0\r\nHost: a.localhost\r\n\r\n"
    #expect(
      try seen(chunked, request: old)
        == "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nabcde")
    let lasting = "GET / HTTP/1.0\r\nHost: a.localhost\r\nConnection: keep-alive\r\n\r\n"
    let kept = try seen(
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", request: lasting + Self.get)
    #expect(
      kept.hasPrefix("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: keep-alive\r\n\r\nab"))
    #expect(kept.hasSuffix("ab"))
  }

  @Test func answersWithoutBodiesHaveNone() throws {
    let head = "HEAD / HTTP/1.1\r\nHost: a.localhost\r\nConnection: close\r\n\r\n"
    #expect(
      try seen("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", request: head)
        == "HTTP/1.1 200 OK\r\ncontent-length: 99\r\nconnection: close\r\n\r\n")
    #expect(
      try seen("HTTP/1.1 304 Same\r\nContent-Length: 99\r\nETag: x\r\n\r\n")
        == "HTTP/1.1 304 Same\r\nETag: x\r\ncontent-length: 99\r\nconnection: close\r\n\r\n")
    #expect(
      try seen("HTTP/1.1 204 None\r\n\r\n") == "HTTP/1.1 204 None\r\nconnection: close\r\n\r\n")
    // What comes before the answer is not for the client.
    #expect(
      try seen(
        "HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 100 Go\r\n\r\nHTTP/1.1 204 None\r\n\r\n")
        == "HTTP/1.1 204 None\r\nconnection: close\r\n\r\n")
    #expect(try seen("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n").hasPrefix("HTTP/1.1 200 \r\n"))
  }

  @Test func connectionsAreUsedAgainOnBothSides() throws {
    let upstream = try Upstream { socket in
      while let head = socket.head() {
        let path = head.split(separator: " ")[1]
        socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(path.utf8.count)\r\n\r\n\(path)")
      }
    }
    let ingress = try TestIngress(["a": upstream.port])
    defer { ingress.server.stop() }
    let connection = try TestClient.Connection(port: ingress.port)
    for number in 0..<20 {
      try connection.send(Array("GET /\(number) HTTP/1.1\r\nHost: a.localhost\r\n\r\n".utf8))
      #expect(try connection.reply().text == "/\(number)")
    }
    // Several that are sent at once are answered in their order.
    let many = (0..<50).map { "GET /\($0) HTTP/1.1\r\nHost: a.localhost\r\n\r\n" }.joined()
    try connection.send(Array(many.utf8))
    for number in 0..<50 { #expect(try connection.reply().text == "/\(number)") }
    #expect(upstream.connections == 1)
  }

  @Test func bodiesGoThroughInBothForms() throws {
    let upstream = try Upstream { socket in
      while let head = socket.head() {
        let isChunked = head.contains("transfer-encoding: chunked")
        var body: [UInt8] = []
        if isChunked {
          var size = 0
          repeat {
            guard let line = socket.line(), let next = Int(line, radix: 16) else { return }
            size = next
            body += socket.take(size)
            _ = socket.take(2)
          } while size > 0
        } else {
          let length = head.split(separator: "content-length: ").last?.prefix { $0.isNumber } ?? "0"
          body = socket.take(Int(length) ?? 0)
        }
        socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(body.count)\r\n\r\n")
        socket.send(body)
      }
    }
    let ingress = try TestIngress(["a": upstream.port])
    defer { ingress.server.stop() }
    let connection = try TestClient.Connection(port: ingress.port)
    let body = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let host = "Host: a.localhost\r\n"
    try connection.send(
      Array("POST / HTTP/1.1\r\n\(host)Content-Length: \(body.count)\r\n\r\n".utf8) + body)
    #expect(try connection.reply().body == body)
    try connection.send(
      Array("POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n".utf8))
    for start in stride(from: 0, to: body.count, by: 7777) {
      let piece = body[start..<min(start + 7777, body.count)]
      try connection.send(
        Array("\(String(piece.count, radix: 16));e=\"x\"\r\n".utf8) + piece + Array("\r\n".utf8))
    }
    try connection.send(Array("0\r\nTrailer: dropped\r\n\r\n".utf8))
    #expect(try connection.reply().body == body)
    #expect(upstream.connections == 1)
  }

  @Test func aClientThatWaitsIsToldToGoOn() throws {
    let upstream = try RawServer { .answer(200, [:], $0.body) }
    defer { upstream.stop() }
    let ingress = try TestIngress(["a": upstream.port])
    defer { ingress.server.stop() }
    let connection = try TestClient.Connection(port: ingress.port)
    try connection.send(
      Array(
        "POST / HTTP/1.1\r\nHost: a.localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
          .utf8))
    #expect(try connection.reply().status == 100)
    try connection.send(Array("ok".utf8))
    #expect(try connection.reply().text == "ok")
    #expect(upstream.requests.first?.headers["expect"] == nil)
  }

  @Test func aClientThatHasClosedItsSideIsAnswered() throws {
    let upstream = try RawServer { .answer(200, [:], $0.body) }
    defer { upstream.stop() }
    let ingress = try TestIngress(["a": upstream.port])
    defer { ingress.server.stop() }
    let connection = try Socket(port: ingress.port)
    connection.send("POST / HTTP/1.1\r\nHost: a.localhost\r\nContent-Length: 2\r\n\r\nok")
    connection.endSending()
    #expect(connection.rest().hasSuffix("\r\n\r\nok"))
    // One that has not sent all of it is not.
    let other = try Socket(port: ingress.port)
    other.send("POST / HTTP/1.1\r\nHost: a.localhost\r\nContent-Length: 3\r\n\r\nok")
    other.endSending()
    #expect(other.rest() == "")
  }
}

extension Socket {
  /// Reads a line; nil at the end.
  func line() -> String? {
    while true {
      if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: take(end + 1), as: UTF8.self)
        return line.trimmingSuffix()
      }
      guard more() else { return nil }
    }
  }
}

extension String {
  fileprivate func trimmingSuffix() -> String {
    String(decoding: utf8.filter { $0 != 13 && $0 != 10 }, as: UTF8.self)
  }
}
