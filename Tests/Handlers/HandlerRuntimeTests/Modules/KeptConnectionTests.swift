import Glibc
import Testing

@testable import HandlerRuntime

@Suite("Connections to upstreams are kept")
struct KeptConnectionTests {
  private func send(
    _ client: NetworkClient, _ upstream: ScriptedUpstream, _ method: String = "GET",
    body: [UInt8]? = nil, path: String = "/"
  ) throws -> RuntimeResponse {
    client.send(
      OutboundRequest(
        method: method, url: try #require(URLParts("http://127.0.0.1:\(upstream.port)\(path)")),
        body: body))
  }

  private func text(_ response: RuntimeResponse) -> String {
    String(decoding: response.body, as: UTF8.self)
  }

  @Test func `One after the other uses one connection, at once as many as are needed`() throws {
    let upstream = try ScriptedUpstream { connection, request, _ in .ok("\(connection).\(request)")
    }
    defer { upstream.stop() }
    let client = NetworkClient()
    for index in 0..<20 { #expect(text(try send(client, upstream)) == "0.\(index)") }
    #expect(text(try send(client, upstream, "POST", body: [1, 2, 3])) == "0.20")
    #expect(upstream.connections == 1)
    #expect(!upstream.requests[0].lowercased().contains("connection: close"))
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 1\r\n\r\na",
    "HTTP/1.0 200 OK\r\ncontent-length: 1\r\n\r\na",
  ])
  func `An answer that ends its connection is the last on it`(answer: String) throws {
    let upstream = try ScriptedUpstream { _, _, _ in .text(answer) }
    defer { upstream.stop() }
    let client = NetworkClient()
    for _ in 0..<3 { #expect(text(try send(client, upstream)) == "a") }
    #expect(upstream.connections == 3)
  }

  @Test func `An answer that only the end of its connection ends is whole`() throws {
    let upstream = try ScriptedUpstream { _, _, _ in
      .text("HTTP/1.1 200 OK\r\n\r\nabc", closes: true)
    }
    defer { upstream.stop() }
    let client = NetworkClient()
    for _ in 0..<3 { #expect(text(try send(client, upstream)) == "abc") }
  }

  @Test func `Bytes behind an answer are never taken for the next one`() throws {
    let upstream = try ScriptedUpstream { connection, _, _ in
      .text(
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n\(connection)"
          + "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil")
    }
    defer { upstream.stop() }
    let client = NetworkClient()
    for _ in 0..<10 { #expect(text(try send(client, upstream)) != "evil") }
  }

  @Test(arguments: ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
  func `Where a kept connection turns out to be closed, another is made`(method: String) throws {
    let upstream = try ScriptedUpstream { connection, request, _ in
      // Closed without a word when the second request comes.
      connection == 0 && request == 1 ? .text("", closes: true) : .ok("")
    }
    defer { upstream.stop() }
    let client = NetworkClient()
    #expect(try send(client, upstream).status == 200)
    #expect(try send(client, upstream, method, body: method == "PUT" ? [1] : nil).status == 200)
    #expect(upstream.requests.count == 3)
  }

  @Test func `What must not be sent twice is not`() throws {
    let upstream = try ScriptedUpstream { connection, request, _ in
      request == 1 ? .text("", closes: true) : .ok("")
    }
    defer { upstream.stop() }
    let client = NetworkClient()
    #expect(try send(client, upstream).status == 200)
    let answer = try send(client, upstream, "POST", body: [1])
    #expect(answer.status == 599)
    #expect(text(answer).contains("ended before the answer did"))
    #expect(upstream.requests.filter { $0.hasPrefix("POST") }.count == 1)
  }

  @Test func `A request is repeated once, not for ever`() throws {
    let upstream = try ScriptedUpstream { connection, request, _ in
      connection == 0 && request == 0 ? .ok("") : .text("", closes: true)
    }
    defer { upstream.stop() }
    let client = NetworkClient()
    #expect(try send(client, upstream).status == 200)
    #expect(try send(client, upstream).status == 599)
    #expect(upstream.requests.count == 3)
  }

  @Test func `Half an answer is a failure, and is not asked for again`() throws {
    let upstream = try ScriptedUpstream { _, request, _ in
      request == 0
        ? .ok("") : .text("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc", closes: true)
    }
    defer { upstream.stop() }
    let client = NetworkClient()
    #expect(try send(client, upstream).status == 200)
    #expect(try send(client, upstream).status == 599)
    #expect(upstream.requests.count == 2)
  }

  @Test func `After a late answer its connection is not used again`() throws {
    let upstream = try ScriptedUpstream { connection, _, text in
      if text.hasPrefix("GET /slow") { usleep(1_500_000) }
      return .ok("\(connection)")
    }
    defer { upstream.stop() }
    var limits = OutboundLimits()
    limits.seconds = 1
    let client = NetworkClient(limits: limits)
    #expect(text(try send(client, upstream)) == "0")
    #expect(try send(client, upstream, path: "/slow").status == 599)
    #expect(text(try send(client, upstream)) == "1")
  }

  @Test func `An answer before the request is whole ends the connection`() throws {
    let upstream = try ScriptedUpstream { connection, _, _ in .ok("\(connection)") }
    defer { upstream.stop() }
    let client = NetworkClient()
    let large = [UInt8](repeating: 0x61, count: 7 << 20)
    #expect(text(try send(client, upstream, "PUT", body: large)) == "0")
    #expect(text(try send(client, upstream, "PUT", body: large, path: "/early")) == "0")
    #expect(text(try send(client, upstream)) == "1")
  }

  @Test func `No encoding is asked for that nobody undoes`() throws {
    let upstream = try ScriptedUpstream { _, _, _ in .ok("") }
    defer { upstream.stop() }
    _ = try send(NetworkClient(), upstream)
    #expect(upstream.requests[0].contains("accept-encoding: identity\r\n"))
  }
}
