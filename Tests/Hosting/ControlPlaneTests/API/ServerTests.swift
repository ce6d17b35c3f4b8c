import ControlPlaneAPI
import JSON
import TestSupport
import Testing

@testable import ControlPlane

struct ServerTests {
  @Test func healthReadinessAndCounters() async throws {
    try await TestPlane.with { (test) throws in
      #expect(try test.ask("GET", "/healthz").text == "ok\n")
      #expect(try test.ask("GET", "/readyz").text == "ready\n")
      let (token, admin) = (try test.token(), try test.token("root@example.com", [.admin]))
      #expect(try test.ask("GET", "/metrics", token).problem.status == 403)
      try test.deploy(contract(), token)
      let text = try test.ask("GET", "/metrics", admin).text
      #expect(text.contains("zigttp_control_plane_services 1\n"))
      #expect(text.contains("zigttp_control_plane_requests_total{method=\"PUT\",code=\"202\"} 1\n"))
      #expect(text.contains("zigttp_control_plane_requests_in_flight 1\n"))
    }
  }

  @Test func answersAreNeitherKeptNorSniffed() async throws {
    try await TestPlane.with { (test) throws in
      for path in ["/healthz", "/v1/grants", "/nothing", "/v1/audit/checkpoint"] {
        let reply = try test.ask("GET", path)
        #expect(reply["x-content-type-options"] == "nosniff", "\(path)")
        #expect(reply["cache-control"] == "no-store", "\(path)")
      }
    }
  }

  @Test func whatIsNoCallIsSaidToBeNone() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      #expect(try test.ask("GET", "/v1/nothing", token).problem.status == 404)
      #expect(try test.ask("GET", "/", token).problem.status == 404)
      #expect(try test.ask("GET", "/v1/auth/logout", token).problem.status == 405)
      #expect(try test.ask("DELETE", "/v1/services/orders", token).problem.status == 405)
      #expect(try test.ask("GET", "/v1/audit/checkpoint").problem.status == 404)
      #expect(try test.ask("POST", .logout, token, [:]).status == 204)
      #expect(try test.ask("GET", "/v1/audit/checkpoint").status == 200)
    }
  }

  @Test func aBodyHasToBeWhatTheCallTakes() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      func post(_ path: String, _ text: String) throws -> TestPlane.Reply {
        try TestClient(port: test.port).ask(
          "POST", path, ["Authorization": "Bearer \(token)"], body: Array(text.utf8))
      }
      for text in ["", "{", "[]", "1", #"{"mode":"twice"}"#, #"{"mode":"once","mode":"grant"}"#] {
        let reply = try post("/v1/deploy/plans/x/approve", text)
        #expect(try reply.problem.status == 400, "\(text)")
      }
      let large = String(repeating: " ", count: 3 << 20)
      #expect(try post("/v1/deploy/session", large).problem.status == 413)
      let deep = String(repeating: "[", count: 100_000)
      #expect(try post("/v1/deploy/session", deep).problem.status == 400)
    }
  }

  @Test func aTokenAsksOnlySoOften() async throws {
    let few = policy {
      $0.callBurst = 5
      $0.callsPerMinute = 60
    }
    try await TestPlane.with(policy: few) { (test) throws in
      let (ada, bob) = (try test.token(), try test.token("bob@example.com"))
      let statuses = try (0..<7).map { _ in try test.ask("GET", .grants, ada).status }
      #expect(statuses == [200, 200, 200, 200, 200, 429, 429])
      #expect(try test.ask("GET", .grants, bob).status == 200)
      test.clock.advance(seconds: 1)
      #expect(try test.ask("GET", .grants, ada).status == 200)
    }
  }

  /// A page that points a name of its own at this machine.
  @Test func aListenerOnLoopbackAnswersToItsOwnNames() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      for host in ["evil.example", "evil.example:80", "127.0.0.1.evil.example"] {
        let reply = try test.ask("GET", "/v1/grants", token, nil, ["Host": host])
        #expect(reply.status == 421, "\(host)")
      }
      for host in ["localhost", "localhost:1", "127.0.0.1:9", "[::1]:80"] {
        let reply = try test.ask("GET", "/v1/grants", token, nil, ["Host": host])
        #expect(reply.status == 200, "\(host)")
      }
      #expect(try test.ask("GET", "/healthz", nil, nil, ["Host": "evil.example"]).status == 200)
    }
    let named = policy { $0.publicURL = "https://plane.example:8443" }
    try await TestPlane.with(policy: named) { (test) throws in
      for (host, status) in [
        ("plane.example:8443", 401), ("Plane.Example:8443", 401), ("plane.example", 421),
        ("evil.example", 421),
      ] {
        #expect(try test.ask("GET", "/v1/grants", nil, nil, ["Host": host]).status == status)
      }
    }
  }

  @Test func theLogHasNoQueriesAndIsSafeToShow() async throws {
    try await TestPlane.with { (test) throws in
      _ = try test.ask("GET", "/v1/services?from=secret")
      _ = try test.ask("GET", "/v1/%1b[2J%0a")
      let log = test.log.joined(separator: "\n")
      #expect(log.contains("GET /v1/services 401"))
      #expect(!log.contains("secret"))
      #expect(!log.contains("\u{1b}"))
    }
  }
}
