import Foundation
import Glibc
import Synchronization
import Testing
import Threads

@testable import HandlerRuntime

/// Everything at once for a while: `ZIGTTP_STRESS_SECONDS` says how long, ten seconds where it does not.
@Suite("The program in a storm")
struct ProgramStormTests {
  private static let source = """
    export function handler(req) {
      if (req.path === "/loop") {
        let n = 0;
        for (const i of range(1e15)) n = n + i;
        return Response.json(n);
      }
      if (req.path === "/large") return Response.text("0123456789".repeat(400000));
      if (req.path === "/log") console.log("x".repeat(400));
      return Response.text(req.path + " " + (req.body ?? "").length);
    }
    """

  /// What goes on, and what went wrong.
  private final class Weather: Sendable {
    private let isOver = Atomic<Bool>(false)
    private let counted = Mutex<[String: Int]>([:])
    private let failures = Mutex<[String]>([])

    var goesOn: Bool { !isOver.load(ordering: .relaxed) }
    func end() { isOver.store(true, ordering: .relaxed) }
    func count(_ what: String) { counted.withLock { $0[what, default: 0] += 1 } }
    func count(of what: String) -> Int { counted.withLock { $0[what] ?? 0 } }
    func fail(_ text: String) { failures.withLock { $0.append(text) } }
    var failed: [String] { failures.withLock { $0 } }
  }

  private static func get(_ path: String) -> String { "GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n" }

  // MARK: Who is in it

  /// Asks what is answered at once, and is.
  private static func healthy(_ port: Int, _ weather: Weather, _ path: String) throws {
    while weather.goesOn {
      let client = try TestClient(port: port)
      for _ in 0..<20 {
        client.send("POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")
        let body = try client.readAnswer().body
        if body != "\(path) 3" { weather.fail("\(path): \(body)") }
        usleep(1000)
        weather.count(path)
      }
    }
  }

  /// Takes a large answer a little at a time, and goes before its end.
  private static func slowReader(_ port: Int, _ weather: Weather) throws {
    while weather.goesOn {
      let client = try TestClient(port: port)
      client.send(get("/large"))
      for _ in 0..<40 where weather.goesOn {
        guard client.drop(atMost: 4096) > 0 else {
          weather.fail("a slow reader got nothing")
          return
        }
        usleep(5000)
      }
      weather.count("slow reader")
    }
  }

  /// Sends a request byte by byte.
  private static func slowWriter(_ port: Int, _ weather: Weather) throws {
    while weather.goesOn {
      let client = try TestClient(port: port)
      client.sendWithoutDelay()
      for byte in "POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde".utf8 {
        client.send([byte])
        usleep(1000)
      }
      if try client.readAnswer().body != "/slow 5" { weather.fail("a slow writer") }
      weather.count("slow writer")
    }
  }

  /// Goes in the middle of a request, of a body or of an answer, and says so by a reset.
  private static func killer(_ port: Int, _ weather: Weather) throws {
    let pieces = [
      "", "GE", "GET / HTTP/1.1\r\nHo", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab",
      get("/large"), get("/x") + get("/x") + "GET", "POST / HTTP/1.1\r\nTransfer-Enc",
    ]
    var next = 0
    while weather.goesOn {
      let client = try TestClient(port: port)
      client.resetsAtEnd()
      client.send(pieces[next % pieces.count])
      usleep(next % 3 == 0 ? 5000 : 1000)
      next += 1
      weather.count("killer")
    }
  }

  /// Has a handler run until its steps are spent.
  private static func looper(_ port: Int, _ weather: Weather) throws {
    while weather.goesOn {
      let client = try TestClient(port: port)
      client.send(get("/loop"))
      if try client.readAnswer().status != 500 { weather.fail("a loop had an end") }
      weather.count("looper")
    }
  }

  // MARK: The storm

  @Test
  func `Nobody keeps anybody else from an answer, memory stays flat, and it ends when it is told`()
    throws
  {
    let seconds =
      ProcessInfo.processInfo.environment["ZIGTTP_STRESS_SECONDS"].flatMap { Int($0) } ?? 10
    // Of a handler that can wait for others, what takes long is for workers.
    let fixture = try PackedFixture(Self.source) { $0.capabilities = ["network"] }
    let pipe = try NamedPipe(in: fixture.root, name: "errors")
    let program = try RunningProgram(
      PackedFixture.runtime,
      [
        "serve", try fixture.folder(), "--port", "0", "--loops", "2", "--workers", "4", "--metrics",
        "unix:\(fixture.root)/metrics.sock", "--log",
        "json",
        "--max-steps", "20000000",
      ], in: fixture.root, errors: pipe.path)
    let port = try #require(pipe.port)
    let weather = Weather()
    let people: [@Sendable () throws -> Void] =
      [
        { try Self.healthy(port, weather, "/a") }, { try Self.healthy(port, weather, "/b") },
        { try Self.healthy(port, weather, "/log") }, { try Self.slowReader(port, weather) },
        { try Self.slowReader(port, weather) }, { try Self.slowWriter(port, weather) },
        { try Self.killer(port, weather) }, { try Self.looper(port, weather) },
      ]
    let left = Monitor(people.count)
    for person in people {
      let isStarted = StartedThread.detached {
        do { try person() } catch { weather.fail("\(error)") }
        left.withLock { $0 -= 1 }
      }
      try #require(isStarted)
    }
    // What is made once is made in the first half.
    usleep(UInt32(seconds) * 500_000)
    let before = try #require(program.residentBytes)
    usleep(UInt32(seconds) * 500_000)
    let after = try #require(program.residentBytes)
    weather.end()
    _ = left.wait { $0 == 0 ? true : nil }
    #expect(weather.failed == [])
    for what in ["/a", "/b", "/log", "slow reader", "slow writer", "killer", "looper"] {
      #expect(weather.count(of: what) > 0, "\(what)")
    }
    #expect(after - before < 32 << 20, "\((after - before) >> 10) KiB more")
    let client = try TestClient(port: port)
    client.send(Self.get("/end"))
    #expect(try client.readAnswer().body == "/end 0")
    // Those who went have left requests behind that workers still answer.
    let counters = try TestClient(path: fixture.root + "/metrics.sock")
    while true {
      counters.send(Self.get("/metrics"))
      let lines = try counters.readAnswer().body.split(separator: "\n")
      if lines.contains("zigttp_requests_queued 0") && lines.contains("zigttp_workers_busy 0") {
        break
      }
      usleep(10_000)
    }
    program.signal(SIGTERM)
    #expect(program.exitCode() == 0)
  }
}
