import Glibc
import Testing

@testable import HandlerRuntime

@Suite("The access log")
struct AccessLogTests {
  private func fixture(
    _ format: AccessLog.Format, _ lines: LineBox, execution: Execution = .onLoops,
    _ body: @escaping @Sendable (RuntimeRequest) -> RuntimeResponse = ServerFixture.echo
  ) throws -> ServerFixture {
    let clock = HostClock(milliseconds: { 1_770_000_000_123 })
    var configuration = HTTPServer.Configuration()
    configuration.loops = 1
    configuration.execution = execution
    configuration.accessLog = AccessLog(format, clock: clock) { lines.append($0) }
    return try ServerFixture(configuration, body)
  }

  @Test func `A line says what was asked for and what became of it, and no value that was sent`()
    throws
  {
    let lines = LineBox()
    let fixture = try fixture(.text, lines)
    let answer = try exchange(
      "POST /a%20b?token=hidden HTTP/1.1\r\nHost: host.hidden\r\nX-Request-Id: given.1\r\n"
        + "Cookie: c=hidden\r\nContent-Length: 6\r\n\r\nhidden", with: fixture)
    _ = fixture.server.stop()
    let line = lines.texts.joined()
    #expect(line.hasPrefix("2026-02-02T02:40:00.123Z 200 POST /a%20b \(answer.body.utf8.count) B "))
    #expect(line.hasSuffix(" us given.1\n"))
    #expect(!line.contains("hidden"))
    #expect(lines.texts.count == 1)
  }

  @Test func `As JSON it has the shape of the handler's own lines`() throws {
    let lines = LineBox()
    let fixture = try fixture(.json, lines)
    let client = try fixture.client()
    client.send("HEAD /h?x=1 HTTP/1.1\r\nHost: x\r\n\r\n")
    let answer = try client.readAnswer(hasBody: false)
    _ = fixture.server.stop()
    let id = try #require(answer["x-request-id"])
    let line = lines.texts.joined()
    let start = #"{"ts":"2026-02-02T02:40:00.123Z","level":"info","message":"request","context":{"#
    #expect(
      line.hasPrefix(
        start
          + "\"id\":\"\(id)\",\"method\":\"HEAD\",\"path\":\"/h\",\"status\":200,\"bytes\":0,\"microseconds\":"
      ))
    #expect(line.hasSuffix("}}\n"))
  }

  @Test func `Every request of a connection has an id of its own, and the answer has it too`()
    throws
  {
    let lines = LineBox()
    let fixture = try fixture(.text, lines)
    let client = try fixture.client()
    var ids: [String] = []
    for _ in 0..<3 {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      ids.append(try #require(try client.readAnswer()["x-request-id"]))
    }
    _ = fixture.server.stop()
    #expect(Set(ids).count == 3)
    #expect(ids.allSatisfy { RequestID.isWellFormed($0) && $0.utf8.count == 21 })
    #expect(zip(ids, lines.texts).allSatisfy { $1.hasSuffix(" \($0)\n") })
  }

  @Test(arguments: [
    "", "a b", "a\"b", "a,b", "é", String(repeating: "a", count: 129), "<a>", "a\\",
  ])
  func `An id that is none is replaced`(given: String) throws {
    let lines = LineBox()
    let fixture = try fixture(.text, lines)
    let answer = try exchange(
      "GET / HTTP/1.1\r\nHost: x\r\nX-Request-Id: \(given)\r\n\r\n", with: fixture)
    _ = fixture.server.stop()
    #expect(answer["x-request-id"] != given && answer["x-request-id"]?.utf8.count == 21)
  }

  @Test func `Of two ids none is kept, and the handler's own stands in the answer`() throws {
    let lines = LineBox()
    let fixture = try fixture(.text, lines) { _ in
      var answer = ServerFixture.text("x")
      answer.headers.append(("x-request-id", "own"))
      return answer
    }
    let answer = try exchange(
      "GET / HTTP/1.1\r\nHost: x\r\nX-Request-Id: a\r\nX-Request-Id: b\r\n\r\n", with: fixture)
    _ = fixture.server.stop()
    #expect(answer.fields.filter { $0.name == "x-request-id" }.map(\.value) == ["own"])
    #expect(!lines.texts.joined().contains(" us a\n") && !lines.texts.joined().contains(" us b\n"))
  }

  @Test(arguments: [
    ("GET / HTTP/1.1\r\n\r\n", "400 - - "), ("GET / HTTP/2.0\r\nHost: x\r\n\r\n", "505 - - "),
    (
      "POST /b?q=1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400 POST /b "
    ), ("POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n", "413 POST /b "),
  ])
  func `What is refused has a line with the reason`(request: String, mark: String) throws {
    let lines = LineBox()
    let fixture = try fixture(.text, lines)
    let answer = try exchange(request, with: fixture)
    _ = fixture.server.stop()
    let line = lines.texts.joined()
    #expect(line.contains(mark), "\(line)")
    #expect(line.hasSuffix(")\n") && line.contains(answer["x-request-id"] ?? "none"), "\(line)")
    #expect(lines.texts.count == 1)
  }

  @Test func `Answers that were waited for are in it, and those of whoever has gone`() throws {
    let lines = LineBox()
    let fixture = try fixture(.text, lines, execution: .onWorkers(2))
    #expect(try exchange("GET /w HTTP/1.1\r\nHost: x\r\n\r\n", with: fixture).status == 200)
    do {
      let client = try fixture.client()
      client.send("GET /gone HTTP/1.1\r\nHost: x\r\n\r\n")
    }
    while lines.texts.count < 2 { usleep(1000) }
    _ = fixture.server.stop()
    #expect(lines.texts.joined().contains(" 200 GET /w "))
    #expect(lines.texts.joined().contains(" 200 GET /gone "))
  }

  @Test func `Without a log no answer has an id`() throws {
    let fixture = try ServerFixture()
    let answer = try exchange(
      "GET / HTTP/1.1\r\nHost: x\r\nX-Request-Id: a\r\n\r\n", with: fixture)
    _ = fixture.server.stop()
    #expect(answer["x-request-id"] == nil)
  }

  @Test func `Nothing in a path moves a terminal`() throws {
    let lines = LineBox()
    let fixture = try fixture(.text, lines)
    _ = try exchange("GET /\u{9B}2J\u{202E}x HTTP/1.1\r\nHost: x\r\n\r\n", with: fixture)
    _ = fixture.server.stop()
    #expect(lines.texts.joined().contains(#"GET /\u{9b}2J\u{202e}x "#), "\(lines.texts)")
  }
}
