import Glibc
import RegistryTesting
import Synchronization
import TestSupport
import Testing
import Threads

@testable import Ingress

/// Whoever is slow is waited for, without anything piling up; and routes change under load.
struct FlowTests {
  private static let megabytes = 64

  @Test func aSlowServiceSlowsItsClient() throws {
    let go = Monitor(false)
    let total = Mutex(0)
    let upstream = try Upstream { socket in
      _ = socket.head()
      _ = go.wait { $0 ? true : nil }
      let count = socket.received.count + socket.take(Self.megabytes << 20).count
      total.withLock { $0 = count }
      socket.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    }
    let ingress = try TestIngress(["a": upstream.port])
    defer { ingress.server.stop() }
    let body = [UInt8](repeating: 7, count: Self.megabytes << 20)
    let connection = try Socket(port: ingress.port)
    connection.send(
      "POST / HTTP/1.1\r\nHost: a.localhost\r\nContent-Length: \(body.count)\r\n\r\n")
    // What the sockets' buffers hold, and no more.
    let sent = connection.sendUntilFull(body, milliseconds: 500)
    #expect(sent < body.count / 2, "\(sent) bytes were taken for a service that reads none")
    go.withLock { $0 = true }
    connection.send(Array(body[sent...]))
    #expect(connection.head()?.hasPrefix("HTTP/1.1 200") == true)
    #expect(total.withLock { $0 } >= body.count)
  }

  @Test func aSlowClientSlowsItsService() throws {
    let sent = Mutex(0)
    let size = Self.megabytes << 20
    let upstream = try Upstream { socket in
      _ = socket.head()
      socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
      let body = [UInt8](repeating: 7, count: size)
      let first = socket.sendUntilFull(body, milliseconds: 500)
      sent.withLock { $0 = first }
      socket.send(Array(body[first...]))
    }
    let ingress = try TestIngress(["a": upstream.port])
    defer { ingress.server.stop() }
    let connection = try Socket(port: ingress.port)
    connection.send("GET / HTTP/1.1\r\nHost: a.localhost\r\nConnection: close\r\n\r\n")
    try eventually("the service can send no more") { sent.withLock { $0 } > 0 }
    #expect(sent.withLock { $0 } < size / 2)
    _ = connection.head()
    #expect(connection.countToEnd() == size)
  }

  @Test func aClientThatTakesNothingIsEnded() throws {
    let upstream = try RawServer { _ in .endless(200) }
    defer { upstream.stop() }
    let ingress = try TestIngress(["a": upstream.port]) { $0.progressSeconds = 1 }
    defer { ingress.server.stop() }
    let connection = try Socket(port: ingress.port)
    connection.send("GET / HTTP/1.1\r\nHost: a.localhost\r\n\r\n")
    try eventually("it is there") { ingress.server.connections == 1 }
    try eventually("it is ended") { ingress.server.connections == 0 }
    withExtendedLifetime(connection) {}
  }

  /// As the supervisor does it: the old process goes when the ingress is no longer busy with it.
  @Test func aChangeOfRoutesLosesNoRequest() throws {
    func service(_ version: Int) throws -> Upstream {
      try Upstream { socket in
        while let head = socket.head() {
          let body = head.hasPrefix("POST") ? socket.take(2) : []
          if head.contains("/slow") { usleep(30_000) }
          socket.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")
          socket.send(body.isEmpty ? Array("v\(version % 10)".utf8) : body)
        }
      }
    }
    var current = try service(0)
    let ingress = try TestIngress(["a": current.port])
    let isOver = Mutex(false)
    let failures = Mutex<[String]>([])
    let answers = Mutex(0)
    let running = Monitor(4)
    for number in 0..<4 {
      _ = StartedThread.detached {
        let post =
          "POST /\(number == 0 ? "slow" : "") HTTP/1.1\r\nHost: a.localhost\r\nContent-Length: 2\r\n\r\nok"
        var connection: TestClient.Connection?
        while !isOver.withLock({ $0 }) {
          do {
            let open = try connection ?? TestClient.Connection(port: ingress.port)
            connection = open
            try open.send(Array(post.utf8))
            let reply = try open.reply()
            if reply.status != 200 || reply.text != "ok" {
              failures.withLock { $0.append("\(reply.status) \(reply.text)") }
            }
            if reply["connection"] == "close" { connection = nil }
            answers.withLock { $0 += 1 }
          } catch {
            failures.withLock { $0.append("\(error)") }
            connection = nil
          }
        }
        running.withLock { $0 -= 1 }
      }
    }
    for generation in 2...20 as ClosedRange<Int64> {
      let next = try service(Int(generation))
      let old = UInt16(current.port)
      try ingress.routes.change(["a": next.port], generation: generation)
      try eventually("the old one is idle") {
        ingress.routes.status?.busy.contains(old) == false
      }
      current.stop()
      current = next
    }
    isOver.withLock { $0 = true }
    _ = running.wait { $0 == 0 ? true : nil }
    #expect(failures.withLock { $0 } == [])
    #expect(answers.withLock { $0 } > 20)
    #expect(ingress.server.stop())
  }

  @Test func whatIsStoppedAnswersWhatIsOnItsWay() throws {
    let go = Monitor(false)
    let upstream = try Upstream { socket in
      _ = socket.head()
      _ = go.wait { $0 ? true : nil }
      socket.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
      socket.more()
    }
    let ingress = try TestIngress(["a": upstream.port])
    let idle = try Socket(port: ingress.port)
    let connection = try TestClient.Connection(port: ingress.port)
    try connection.send(Array("GET / HTTP/1.1\r\nHost: a.localhost\r\n\r\n".utf8))
    try eventually("it is on its way") { upstream.connections == 1 }
    let stopped = Monitor<Bool?>(nil)
    _ = StartedThread.detached {
      let isClean = ingress.server.stop()
      stopped.withLock { $0 = isClean }
    }
    // Who waits with nothing is sent away, nobody is let in.
    #expect(idle.rest() == "")
    try eventually("nobody is let in") { (try? Socket(port: ingress.port)) == nil }
    go.withLock { $0 = true }
    #expect(try connection.reply().text == "ok")
    #expect(try connection.isAtEnd())
    #expect(stopped.wait { $0 })
    #expect(ingress.routes.status == nil)
  }
}
