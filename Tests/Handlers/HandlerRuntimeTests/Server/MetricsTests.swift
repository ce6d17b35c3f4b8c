import Glibc
import Testing

@testable import HandlerRuntime

@Suite("Counters of a server")
struct MetricsTests {
  private struct Served {
    let fixture: ServerFixture
    let metrics: MetricsServer

    func text(_ request: String = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n") throws
      -> TestClient.Answer
    {
      let client = try TestClient(port: metrics.address.port ?? 0)
      client.send(request)
      return try client.readAnswer()
    }

    func lines() throws -> Set<String> {
      Set(try text().body.split(separator: "\n").map(String.init))
    }

    func stop() {
      metrics.stop()
      _ = fixture.server.stop()
    }
  }

  private func serve(
    execution: Execution = .onLoops,
    _ body: @escaping @Sendable (RuntimeRequest) -> RuntimeResponse = ServerFixture.echo
  ) throws -> Served {
    var configuration = HTTPServer.Configuration()
    configuration.loops = 1
    configuration.execution = execution
    configuration.metrics = ServerMetrics(facts: [("version", "1"), ("contract", "abc")])
    let fixture = try ServerFixture(configuration, body)
    let metrics = try MetricsServer(.tcp(host: "127.0.0.1", port: 0), of: fixture.server)
    return Served(fixture: fixture, metrics: metrics)
  }

  @Test func `Answers are counted by status, connections and bytes too`() throws {
    let served = try serve { request in
      ServerFixture.text("four", status: request.target == "/no" ? 404 : 200)
    }
    let client = try served.fixture.client()
    for path in ["/", "/", "/no"] {
      client.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
      _ = try client.readAnswer()
    }
    #expect(try exchange("GET / HTTP/1.1\r\n\r\n", with: served.fixture).status == 400)
    let lines = try served.lines()
    served.stop()
    for line in [
      #"zigttp_info{version="1",contract="abc"} 1"#, #"zigttp_requests_total{status="200"} 2"#,
      #"zigttp_requests_total{status="404"} 1"#, #"zigttp_requests_total{status="400"} 1"#,
      "zigttp_connections_accepted_total 2", "zigttp_request_duration_seconds_count 4",
      #"zigttp_request_duration_seconds_bucket{le="+Inf"} 4"#, "zigttp_workers 0",
    ] {
      #expect(lines.contains(line), "\(line)")
    }
    #expect(lines.contains { $0.hasPrefix("process_resident_memory_bytes ") })
    #expect(!lines.contains { $0.contains(#"status="500""#) })
  }

  @Test
  func `Every family has help and type before its samples, and every bucket holds the ones below`()
    throws
  {
    let served = try serve()
    _ = try exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n", with: served.fixture)
    let answer = try served.text()
    served.stop()
    #expect(answer["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
    #expect(answer.body.hasSuffix("\n"))
    var families: Set<Substring> = []
    var last = 0
    for line in answer.body.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words[0] == "#" {
        if words[1] == "TYPE" { #expect(families.insert(words[2]).inserted) }
        continue
      }
      let name = words[0].prefix { $0 != "{" }
      #expect(families.contains { name.hasPrefix($0) }, "\(line)")
      #expect(words.count == 2 && Double(words[1]) != nil, "\(line)")
      guard name.hasSuffix("_bucket") else { continue }
      let count = try #require(Int(words[1]))
      #expect(count >= last)
      last = count
    }
    #expect(last == 1)
  }

  @Test func `They are told while a handler holds its loop`() throws {
    let gate = ServerExecutionTests.Gate()
    let served = try serve { request in
      if request.target == "/held" { gate.pass() }
      return ServerFixture.text("x")
    }
    let client = try served.fixture.client()
    client.send("GET /held HTTP/1.1\r\nHost: x\r\n\r\n")
    gate.waitFor(1)
    let lines = try served.lines()
    gate.release()
    #expect(try client.readAnswer().status == 200)
    served.stop()
    #expect(lines.contains("zigttp_connections 1"))
    #expect(lines.contains("zigttp_request_duration_seconds_count 0"))
  }

  @Test func `Workers that are busy and requests that wait for one are seen`() throws {
    let gate = ServerExecutionTests.Gate()
    let served = try serve(execution: .onWorkers(1)) { _ in
      gate.pass()
      return ServerFixture.text("x")
    }
    let clients = try (0..<3).map { _ in try served.fixture.client() }
    clients[0].send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    gate.waitFor(1)
    for client in clients.dropFirst() { client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n") }
    while !(try served.lines().contains("zigttp_requests_queued 2")) { usleep(1000) }
    let lines = try served.lines()
    gate.release()
    for client in clients { #expect(try client.readAnswer().status == 200) }
    served.stop()
    #expect(lines.contains("zigttp_workers 1") && lines.contains("zigttp_workers_busy 1"))
  }

  @Test(arguments: [
    ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", 404), ("GET /metrics?a HTTP/1.1\r\nHost: x\r\n\r\n", 200),
    ("DELETE /metrics HTTP/1.1\r\nHost: x\r\n\r\n", 405),
    ("POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na", 413),
  ])
  func `Nothing else is there`(request: String, status: Int) throws {
    let served = try serve()
    defer { served.stop() }
    #expect(try served.text(request).status == status)
  }
}
