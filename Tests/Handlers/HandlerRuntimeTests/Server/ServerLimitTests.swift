import Glibc
import Synchronization
import Testing

@testable import HandlerRuntime

@Suite("HTTP limits and refusals")
struct ServerLimitTests {
  private static let host = "Host: x\r\n"

  @Test(arguments: [
    ("GET / HTTP/1.1\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
    ("GET / HTTP/1.1\nHost: x\n\n", 400),
    ("GET / HTTP/1.1\r\nHost: x\nX: y\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: x\r\nX : y\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", 400),
    ("GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("GET * HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("GET example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("G@T / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("GET /\r\n\r\n", 400),
    ("GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505),
    ("GET / HTTP/1.2\r\nHost: x\r\n\r\n", 505),
    ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na", 400),
    ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na", 400),
    ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\na", 400),
    ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\na", 400),
    ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\na", 400),
    ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x1\r\n\r\na", 400),
    ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\na", 400),
    ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\na", 400),
    (
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      400
    ),
    (
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
      400
    ),
    ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
    ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n\r\n", 501),
    ("POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: x\r\nExpect: cookies\r\n\r\n", 417),
    ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n 3\r\nabc\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\nabc\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n7fffffffffffff\r\n", 413),
  ])
  func `What could be read in two ways is refused and the connection closed`(
    request: String, status: Int
  ) throws {
    let fixture = try ServerFixture()
    defer { _ = fixture.server.stop() }
    let client = try fixture.client()
    client.send(request)
    let answer = try client.readAnswer()
    #expect(answer.status == status)
    #expect(answer["connection"] == "close")
    client.send("GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n")
    client.finishSending()
    #expect(client.isClosed)
  }

  @Test func `A body up to the limit passes and one byte more does not`() throws {
    var limits = ServerLimits()
    limits.bodyBytes = 100
    let fixture = try ServerFixture(limits: limits) { ServerFixture.text("\($0.body?.count ?? 0)") }
    defer { _ = fixture.server.stop() }
    func counted(_ count: Int) -> String {
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \(count)\r\n\r\n"
        + String(repeating: "a", count: count)
    }
    func chunked(_ count: Int) -> String {
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        + String(repeating: "1\r\na\r\n", count: count) + "0\r\n\r\n"
    }
    #expect(try exchange(counted(100), with: fixture).body == "100")
    #expect(try exchange(chunked(100), with: fixture).body == "100")
    #expect(try exchange(counted(101), with: fixture).status == 413)
    #expect(try exchange(chunked(101), with: fixture).status == 413)
  }

  @Test func `Header fields are limited in bytes and in number`() throws {
    var limits = ServerLimits()
    limits.headBytes = 1024
    limits.headFields = 5
    let fixture = try ServerFixture(limits: limits)
    defer { _ = fixture.server.stop() }
    let base = "GET / HTTP/1.1\r\nHost: x\r\n"
    func padded(_ total: Int) -> String {
      let rest = total - base.utf8.count - "X: \r\n\r\n".utf8.count
      return base + "X: " + String(repeating: "a", count: rest) + "\r\n\r\n"
    }
    #expect(try exchange(padded(1024), with: fixture).status == 200)
    #expect(try exchange(padded(1025), with: fixture).status == 431)
    #expect(try exchange(String(padded(4000).dropLast(4)), with: fixture).status == 431)
    let fields = String(repeating: "A: b\r\n", count: 4)
    #expect(try exchange(base + fields + "\r\n", with: fixture).status == 200)
    #expect(try exchange(base + fields + "A: b\r\n\r\n", with: fixture).status == 431)
    #expect(
      try exchange(
        "GET /" + String(repeating: "p", count: 2000) + " HTTP/1.1\r\nHost: x\r\n\r\n",
        with: fixture
      ).status == 414)
    let trailers = String(repeating: "T: x\r\n", count: 400)
    #expect(
      try exchange(
        base + "Transfer-Encoding: chunked\r\n\r\n0\r\n" + trailers + "\r\n", with: fixture
      ).status == 431)
  }

  @Test func `A head and a body that never end are given up with 408`() throws {
    var limits = ServerLimits()
    limits.headSeconds = 1
    limits.bodySeconds = 1
    let fixture = try ServerFixture(limits: limits)
    defer { _ = fixture.server.stop() }
    #expect(try exchange("GET / HTTP/1.1\r\nHo", with: fixture).status == 408)
    #expect(
      try exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab", with: fixture)
        .status == 408)
  }

  @Test func `A head that trickles in does not get more time with each byte`() throws {
    var limits = ServerLimits()
    limits.headSeconds = 1
    let fixture = try ServerFixture(limits: limits)
    defer { _ = fixture.server.stop() }
    let client = try fixture.client()
    for byte in "GET / HTTP/1.1\r\nX: ".utf8 { client.send([byte]) }
    for _ in 0..<15 {
      usleep(100_000)
      client.send("a")
    }
    #expect(try client.readAnswer().status == 408)
  }

  @Test func `A connection without a request is closed in the end, silently`() throws {
    var limits = ServerLimits()
    limits.idleSeconds = 1
    let fixture = try ServerFixture(limits: limits)
    defer { _ = fixture.server.stop() }
    let client = try fixture.client()
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(try client.readAnswer().status == 200)
    #expect(client.isClosed)
  }

  @Test func `A handler cannot answer with an interim status`() throws {
    let fixture = try ServerFixture { _ in ServerFixture.text("x", status: 101) }
    defer { _ = fixture.server.stop() }
    #expect(try exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n", with: fixture).status == 500)
  }
}

@Suite("Draining and workers")
struct ServerExecutionTests {
  /// Lets handlers wait until the test says go, and tells the test how many wait.
  final class Gate: Sendable {
    private let open = Atomic<Bool>(false)
    let waiting = Atomic<Int>(0)

    func pass() {
      waiting.add(1, ordering: .sequentiallyConsistent)
      while !open.load(ordering: .sequentiallyConsistent) { usleep(1000) }
    }
    func release() { open.store(true, ordering: .sequentiallyConsistent) }
    func waitFor(_ count: Int) {
      while waiting.load(ordering: .sequentiallyConsistent) < count { usleep(1000) }
    }
  }

  private static let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

  @Test func `Stopping closes idle connections and finishes the request in flight`() throws {
    let gate = Gate()
    let fixture = try ServerFixture(loops: 2, execution: .onWorkers(2)) { _ in
      gate.pass()
      return ServerFixture.text("done")
    }
    let idle = try fixture.client()
    let busy = try fixture.client()
    busy.send(Self.request)
    gate.waitFor(1)
    let server = fixture.server
    let stopped = Atomic<Int>(0)
    withStop(server) {
      #expect(idle.isClosed)
      #expect(throws: TestClient.Failure.self) { try TestClient(port: server.port) }
      gate.release()
      let answer = try? busy.readAnswer()
      #expect(answer?.body == "done")
      #expect(answer?["connection"] == "close")
      busy.finishSending()
      #expect(busy.isClosed)
    } after: { isClean in
      stopped.store(isClean ? 1 : 2, ordering: .sequentiallyConsistent)
    }
    #expect(stopped.load(ordering: .sequentiallyConsistent) == 1)
  }

  @Test func `Stopping gives up on a request that does not end in time`() throws {
    var limits = ServerLimits()
    limits.drainSeconds = 1
    let gate = Gate()
    let fixture = try ServerFixture(limits: limits, execution: .onWorkers(1)) { _ in
      gate.pass()
      return ServerFixture.text("late")
    }
    let busy = try fixture.client()
    busy.send(Self.request)
    gate.waitFor(1)
    #expect(!fixture.server.stop())
    gate.release()
  }

  private func withStop(
    _ server: HTTPServer, _ body: () -> Void, after: @escaping @Sendable (Bool) -> Void
  ) {
    final class Box: Sendable {
      let server: HTTPServer
      let after: @Sendable (Bool) -> Void
      init(_ server: HTTPServer, _ after: @escaping @Sendable (Bool) -> Void) {
        self.server = server
        self.after = after
      }
    }
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { argument in
        let box = Unmanaged<Box>.fromOpaque(argument!).takeRetainedValue()
        box.after(box.server.stop())
        return nil
      }, Unmanaged.passRetained(Box(server, after)).toOpaque())
    body()
    pthread_join(thread, nil)
  }

  @Test func `As many requests as there are workers run at once`() throws {
    let gate = Gate()
    let fixture = try ServerFixture(execution: .onWorkers(3)) { _ in
      gate.pass()
      return ServerFixture.text("ok")
    }
    defer { _ = fixture.server.stop() }
    let clients = try (0..<3).map { _ in try fixture.client() }
    for client in clients { client.send(Self.request) }
    gate.waitFor(3)
    gate.release()
    for client in clients { #expect(try client.readAnswer().body == "ok") }
  }

  @Test func `What the queue cannot hold is answered 503 and the rest runs later`() throws {
    var limits = ServerLimits()
    limits.queuedRequests = 2
    let gate = Gate()
    let fixture = try ServerFixture(limits: limits, execution: .onWorkers(1)) { _ in
      gate.pass()
      return ServerFixture.text("ok")
    }
    defer { _ = fixture.server.stop() }
    let first = try fixture.client()
    first.send(Self.request)
    gate.waitFor(1)
    let others = try (0..<3).map { _ in try fixture.client() }
    for client in others { client.send(Self.request) }
    // Two of the three fit; which ones is up to the order in which they arrive.
    var refused = 0
    while refused == 0 {
      for client in others where client.hasInput {
        #expect(try client.readAnswer().status == 503)
        refused += 1
      }
      usleep(1000)
    }
    gate.release()
    #expect(try first.readAnswer().body == "ok")
    #expect(refused == 1)
  }
}
