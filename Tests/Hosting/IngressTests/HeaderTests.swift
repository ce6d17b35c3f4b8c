import RegistryTesting
import TestSupport
import Testing

@testable import Ingress

/// What of a head goes on, and what does not.
struct HeaderTests {
  private func seen(
    _ lines: String, trusted: [String] = [], method: String = "GET"
  ) throws -> [String: String] {
    let upstream = try RawServer { _ in .answer(200, [:], []) }
    defer { upstream.stop() }
    let ingress = try TestIngress(["a": upstream.port], trusted: trusted)
    defer { ingress.server.stop() }
    let reply = try ingress.raw("\(method) / HTTP/1.1\r\nHost: a.localhost\r\n\(lines)\r\n")
    #expect(reply.status == 200)
    return try #require(upstream.requests.first).headers
  }

  @Test func whatIsOfAConnectionStays() throws {
    let headers = try seen(
      """
      Connection: keep-alive, X-Mine , te\r
      Keep-Alive: timeout=5\r
      Proxy-Connection: close\r
      Proxy-Authorization: Basic x\r
      TE: trailers\r
      Trailer: a\r
      X-Mine: 1\r
      X-Yours: 2\r\n
      """)
    #expect(
      headers.keys.sorted() == [
        "forwarded", "host", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto",
        "x-yours",
      ])
  }

  /// A client cannot have fields of ours taken away.
  @Test func whatWeSayCannotBeNamedAway() throws {
    let headers = try seen(
      "Connection: X-Forwarded-For, Host, Forwarded, close\r\nX-Forwarded-For: 9.9.9.9\r\n")
    #expect(headers["x-forwarded-for"] == "127.0.0.1" && headers["host"] == "a.localhost")
    #expect(headers["forwarded"] == "for=127.0.0.1;host=\"a.localhost\";proto=http")
  }

  @Test func onlyWeTellOfClients() throws {
    let lies = """
      X-Forwarded-For: 9.9.9.9\r
      X-Forwarded-Proto: https\r
      X-Forwarded-Host: evil.test\r
      X-Forwarded-Port: 1\r
      X-Forwarded-User: root\r
      X-Real-IP: 9.9.9.9\r
      Forwarded: for=9.9.9.9\r
      True-Client-IP: 9.9.9.9\r\n
      """
    let headers = try seen(lies)
    #expect(headers["x-forwarded-for"] == "127.0.0.1")
    #expect(headers["x-forwarded-proto"] == "http")
    #expect(headers["x-forwarded-host"] == "a.localhost")
    #expect(headers["forwarded"] == "for=127.0.0.1;host=\"a.localhost\";proto=http")
    #expect(!headers.values.contains { $0.contains("9.9.9.9") || $0.contains("root") })
    let believed = try seen(lies, trusted: ["127.0.0.0/8"])
    #expect(believed["x-forwarded-for"] == "9.9.9.9, 127.0.0.1")
    #expect(believed["x-forwarded-proto"] == "https")
    #expect(believed["x-forwarded-host"] == "evil.test")
    #expect(believed["forwarded"]?.hasPrefix("for=9.9.9.9, for=127.0.0.1") == true)
    // What we do not say goes on from nobody.
    #expect(believed["x-forwarded-user"] == nil && believed["x-real-ip"] == nil)
  }

  @Test func answersLoseWhatIsOfTheirConnection() throws {
    let answer = """
      HTTP/1.1 200 Fine\r
      Connection: X-Mine\r
      Keep-Alive: timeout=1\r
      X-Mine: 1\r
      X-Yours: 2\r
      Proxy-Authenticate: Basic\r
      Set-Cookie: a=1\r
      Set-Cookie: b=2\r
      Content-Length: 2\r
      \r
      ok
      """
    let upstream = try RawServer { _ in .raw(Array(answer.utf8)) }
    defer { upstream.stop() }
    let ingress = try TestIngress(["a": upstream.port])
    defer { ingress.server.stop() }
    let connection = try Socket(port: ingress.port)
    connection.send("GET / HTTP/1.1\r\nHost: a.localhost\r\nConnection: close\r\n\r\n")
    #expect(
      connection.rest() == """
        HTTP/1.1 200 Fine\r
        X-Yours: 2\r
        Set-Cookie: a=1\r
        Set-Cookie: b=2\r
        content-length: 2\r
        connection: close\r
        \r
        ok
        """)
  }

  @Test func proxiesAreNamedByAddresses() throws {
    func contains(_ text: String, _ address: String) throws -> Bool {
      try #require(TrustedProxy(text)).contains(address)
    }
    #expect(try contains("10.0.0.0/8", "10.255.1.2"))
    #expect(try !contains("10.0.0.0/8", "11.0.0.1"))
    #expect(
      try contains("192.0.2.128/25", "192.0.2.200") && !contains("192.0.2.128/25", "192.0.2.1"))
    #expect(try contains("192.0.2.1", "192.0.2.1") && !contains("192.0.2.1", "192.0.2.2"))
    #expect(try contains("192.0.2.1", "::ffff:192.0.2.1"))
    #expect(
      try contains("2001:db8::/32", "2001:db8:1::1") && !contains("2001:db8::/32", "2001:db9::"))
    #expect(try contains("0.0.0.0/0", "1.2.3.4") && !contains("0.0.0.0/0", "::1"))
    for text in ["", "a", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "10.0.0.0/+8", "::1/129"] {
      #expect(TrustedProxy(text) == nil, "\(text)")
    }
  }
}
