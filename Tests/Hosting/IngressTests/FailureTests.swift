import Glibc
import RegistryTesting
import Synchronization
import TestSupport
import Testing

@testable import Ingress

/// Services that do not run, die, stall or talk nonsense, and clients that do.
struct FailureTests {
  private func status(_ answer: String) throws -> Int {
    let upstream = try RawServer { _ in .raw(Array(answer.utf8)) }
    defer { upstream.stop() }
    let ingress = try TestIngress(["a": upstream.port])
    defer { ingress.server.stop() }
    return try ingress.client("a").ask("GET", "/").status
  }

  @Test(arguments: [
    "", "H", "nonsense\r\n\r\n", "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n",
    "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 200 OK\nA: b\n\n",
    "HTTP/1.1 200 OK\r\n A: b\r\n\r\n", "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
    "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", "HTTP/1.1 099 Early\r\n\r\n",
    "HTTP/1.1 200 O\u{1}K\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\u{1}\r\n\r\n",
  ])
  func anAnswerThatIsNoneIsABadGateway(answer: String) throws {
    #expect(try status(answer) == 502, "\(answer.debugDescription)")
  }

  @Test func whoIsNotThereIsSaidSo() throws {
    let ingress = try TestIngress(["stopped": nil, "gone": 1])
    defer { ingress.server.stop() }
    let stopped = try ingress.client("stopped").ask("GET", "/")
    #expect(stopped.status == 503 && stopped.text == "the service does not run\n")
    #expect(stopped["retry-after"] == "5" && stopped["x-content-type-options"] == "nosniff")
    let gone = try ingress.client("gone").ask("GET", "/")
    #expect(gone.status == 503 && gone.text == "the service does not answer\n")
    #expect(try ingress.client("unknown").ask("GET", "/").status == 404)
    #expect(try ingress.client("unknown").ask("HEAD", "/").text == "")
  }

  @Test func whatIsStartedAgainIsWaitedFor() throws {
    let upstream = try RawServer { _ in .answer(200, [:], []) }
    defer { upstream.stop() }
    let ingress = try TestIngress(["a": 1]) { $0.holdMilliseconds = 60_000 }
    defer { ingress.server.stop() }
    let connection = try TestClient.Connection(port: ingress.port)
    try connection.send(
      Array("POST / HTTP/1.1\r\nHost: a.localhost\r\nContent-Length: 2\r\n\r\nok".utf8))
    usleep(100_000)
    try ingress.routes.change(["a": upstream.port], generation: 2)
    #expect(try connection.reply().status == 200)
    #expect(upstream.requests.first?.body == Array("ok".utf8))
  }

  @Test func anAnswerThatIsCutOffIsCutOffForTheClient() throws {
    for answer in [
      "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
    ] {
      let upstream = try RawServer { _ in .raw(Array(answer.utf8)) }
      defer { upstream.stop() }
      let ingress = try TestIngress(["a": upstream.port])
      defer { ingress.server.stop() }
      let connection = try Socket(port: ingress.port)
      connection.send("GET / HTTP/1.1\r\nHost: a.localhost\r\n\r\n")
      let text = connection.rest()
      #expect(text.contains("abc") && !text.hasSuffix("0\r\n\r\n"), "\(text)")
      #expect(!text.contains("502"))
    }
  }

  @Test func whatIsSilentIsATimeout() throws {
    let upstream = try RawServer { _ in .silence }
    defer { upstream.stop() }
    let ingress = try TestIngress(["a": upstream.port]) { $0.answerSeconds = 1 }
    defer { ingress.server.stop() }
    let reply = try ingress.client("a").ask("GET", "/")
    #expect(reply.status == 504 && reply.text == "the service did not answer in time\n")
  }

  @Test func clientsThatTrickleAreEnded() throws {
    let upstream = try RawServer { .answer(200, [:], $0.body) }
    defer { upstream.stop() }
    let ingress = try TestIngress(["a": upstream.port]) {
      ($0.headSeconds, $0.bodySeconds, $0.idleSeconds) = (1, 1, 1)
    }
    defer { ingress.server.stop() }
    #expect(try ingress.raw("GET / HTTP/1.1\r\nHost: a").status == 408)
    let body = "POST / HTTP/1.1\r\nHost: a.localhost\r\nContent-Length: 5\r\n\r\nab"
    #expect(try ingress.raw(body).status == 408)
    #expect(try Socket(port: ingress.port).rest() == "")
  }

  /// A service that closed the connection before it said anything never had the request.
  @Test func onlyWhatMayBeRepeatedIs() throws {
    let served = Mutex(0)
    // Each connection answers once, and is closed when the next request comes.
    let upstream = try Upstream { socket in
      guard socket.head() != nil else { return }
      served.withLock { $0 += 1 }
      socket.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
      while socket.received.isEmpty, socket.more() {}
      socket.reset()
    }
    let ingress = try TestIngress(["a": upstream.port])
    defer { ingress.server.stop() }
    let connection = try TestClient.Connection(port: ingress.port)
    for method in ["GET", "GET", "PUT", "HEAD", "DELETE"] {
      try connection.send(Array("\(method) / HTTP/1.1\r\nHost: a.localhost\r\n\r\n".utf8))
      #expect(try connection.reply(isHead: method == "HEAD").status == 200, "\(method)")
    }
    try connection.send(Array("POST / HTTP/1.1\r\nHost: a.localhost\r\n\r\n".utf8))
    #expect(try connection.reply().status == 502)
    #expect(served.withLock { $0 } == 5)
  }

  @Test func aClientThatGoesTakesItsRequestAlong() throws {
    let gone = Mutex(false)
    let upstream = try Upstream { socket in
      _ = socket.head()
      // What the ingress closes ends here.
      while socket.more() {}
      gone.withLock { $0 = true }
    }
    let ingress = try TestIngress(["a": upstream.port])
    defer { ingress.server.stop() }
    do {
      let connection = try Socket(port: ingress.port)
      connection.send("POST / HTTP/1.1\r\nHost: a.localhost\r\nContent-Length: 9\r\n\r\nab")
      try eventually("it is on its way") { upstream.connections == 1 }
      connection.reset()
    }
    try eventually("the service is told") { gone.withLock { $0 } }
    #expect(ingress.server.connections == 0)
  }

  @Test func whatIsAnsweredEarlyIsPassedOn() throws {
    let upstream = try RawServer(before: { _ in .early(413, after: 10) }, { _ in .drop() })
    defer { upstream.stop() }
    let ingress = try TestIngress(["a": upstream.port])
    defer { ingress.server.stop() }
    let connection = try TestClient.Connection(port: ingress.port)
    try connection.send(
      Array("POST / HTTP/1.1\r\nHost: a.localhost\r\nContent-Length: 1000000\r\n\r\n".utf8)
        + [UInt8](repeating: 0, count: 50_000))
    let reply = try connection.reply()
    #expect(reply.status == 413 && reply["connection"] == "close")
  }

  @Test func tooManyConnectionsWait() throws {
    let upstream = try RawServer { _ in .answer(200, [:], []) }
    defer { upstream.stop() }
    let ingress = try TestIngress(["a": upstream.port]) { $0.connections = 8 }
    defer { ingress.server.stop() }
    var idle: [Socket] = []
    for _ in 0..<8 { idle.append(try Socket(port: ingress.port)) }
    try eventually("all are there") { ingress.server.connections == 8 }
    let next = try TestClient.Connection(port: ingress.port)
    try next.send(Array("GET / HTTP/1.1\r\nHost: a.localhost\r\n\r\n".utf8))
    idle.removeFirst(4)
    #expect(try next.reply().status == 200)
  }
}
