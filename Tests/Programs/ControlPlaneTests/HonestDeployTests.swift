import ControlPlaneAPI
import Foundation
import JSON
import TestSupport
import Testing

/// The control plane as a process, asked by somebody who has nothing to hide.
@Suite struct HonestDeployTests {
  @Test func anHonestImageIsAccepted() throws {
    let plane = try ControlPlaneProcess()
    let token = try plane.token()
    let deployed = try DeployedHandler(Samples.greeter)
    let accepted = try plane.deploy(deployed, token)
    #expect(accepted.generation == 1)
    let live = try LiveService(answer: try plane.ask("GET", "/v1/services/orders", token).body)
    #expect(live.image == "\(plane.host)/services/orders@\(deployed.image)")
    #expect(live.generation == 1)
    #expect(try plane.actions().contains("deploy.accepted"))

    // With the new contract approved, the next one.
    let next = try DeployedHandler(Samples.greeterWithoutEnv)
    #expect(try plane.deploy(next, token, generation: 1).generation == 2)

    let verified = try plane.verifyAudit()
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    #expect(verified.lines.contains("  Verdict:    verified"))
    #expect(plane.server.stop() == 0)
  }

  /// What is new is reviewed, by somebody else where four eyes are asked for.
  @Test func aReviewStandsBetweenTwoDeploys() throws {
    let plane = try ControlPlaneProcess(["--four-eyes"])
    let (ada, bob) = (try plane.token(), try plane.token("bob@example.com"))
    try plane.deploy(try DeployedHandler(Samples.greeterWithoutEnv), ada)
    let next = try DeployedHandler(Samples.greeter)
    let reply = try plane.openSession(next, ada)
    #expect(reply.status == 202, "\(reply.text)")
    let required = try PlanRequired(answer: reply.body)
    #expect(
      required.reasons.map(\.description) == ["new env read: GREETING", "new capability: env"])
    #expect(required.reviewURL == "http://\(plane.host)/plans/\(required.planID)")
    let approve = "/v1/deploy/plans/\(required.planID)/approve"
    #expect(try plane.ask("POST", approve, ada, ["mode": "once"]).status == 403)
    #expect(try plane.ask("POST", approve, bob, ["mode": "once"]).status == 200)
    #expect(try plane.deploy(next, ada, generation: 1).generation == 2)
    let plan = try plane.ask("GET", "/v1/deploy/plans/\(required.planID)", ada)
    #expect(try ReviewPlan(answer: plan.body).status == .consumed)
  }

  @Test func whatIsToldOfTheServerItself() throws {
    let plane = try ControlPlaneProcess()
    #expect(try plane.ask("GET", "/healthz").text == "ok\n")
    #expect(try plane.ask("GET", "/readyz").text == "ready\n")
    #expect(try plane.ask("GET", "/metrics").status == 401)
    #expect(try plane.ask("GET", "/metrics", try plane.token()).status == 403)
    let admin = try plane.token("root@example.com", can: "admin")
    let counters = try plane.ask("GET", "/metrics", admin)
    #expect(counters.status == 200)
    #expect(counters.text.contains("zigttp_control_plane_services 0\n"))
    // And of the registry that it brings along.
    #expect(counters.text.contains("zigttp_registry_repositories 0\n"))
    for path in ["/v1/grants", "/v2/", "/readyz", "/metrics", "/"] {
      #expect(try plane.ask("GET", path, admin, nil, ["Host": "evil.example"]).status == 421)
    }
  }

  /// Who was accepted and not told asks again, and is told the same; what was never accepted is not
  /// there.
  @Test func killedBetweenAnyTwoSteps() throws {
    let plane = try ControlPlaneProcess()
    let token = try plane.token()
    let deployed = try DeployedHandler(Samples.greeter)
    let session = try plane.session(deployed, token)
    try plane.killAndStartAgain()
    // The session and its credentials outlive the server; the port does not.
    let repository = "\(plane.host)/\(session.namespace)/orders"
    let pushed = try deployed.push(
      to: repository, host: plane.host, session.registryUsername, session.registryPassword)
    #expect(pushed.status == 0, "\(pushed.errors)")
    try plane.killAndStartAgain()
    #expect(try plane.ask("GET", "/v1/services/orders", token).status == 404)
    let first = try plane.put(session, "orders", deployed.image, token)
    #expect(first.status == 202, "\(first.text)")
    try plane.killAndStartAgain()
    let second = try plane.put(session, "orders", deployed.image, token)
    #expect(second.status == 202)
    #expect(second.body == first.body)
    let live = try LiveService(answer: try plane.ask("GET", "/v1/services/orders", token).body)
    #expect(live.generation == 1)
    #expect(try plane.actions().filter { $0 == "deploy.accepted" }.count == 1)
    let verified = try plane.verifyAudit()
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
  }

  /// Killed at any moment of many deploys: each that was answered is there, and told once.
  @Test func killedInTheMiddle() throws {
    let plane = try ControlPlaneProcess()
    let token = try plane.token()
    let names = (0..<3).map { "service-\($0)" }
    let handlers = try names.map { try DeployedHandler(Samples.hello, service: $0) }
    for round in 0..<3 {
      let pid = try #require(plane.server.pid)
      let delay = UInt32(30_000 + round * 150_000)
      Thread {
        usleep(delay)
        kill(pid, SIGKILL)
      }.start()
      var answered: [String: Int64] = [:]
      for handler in handlers {
        let live = try? LiveService(
          answer: try plane.ask("GET", "/v1/services/\(handler.service)", token).body)
        if let accepted = try? plane.deploy(handler, token, generation: live?.generation) {
          answered[handler.service] = accepted.generation
        }
      }
      try plane.killAndStartAgain()
      for (name, generation) in answered {
        let reply = try plane.ask("GET", "/v1/services/\(name)", token)
        #expect(try LiveService(answer: reply.body).generation >= generation, "\(name)")
      }
    }
    let accepted = try plane.auditRows().filter { $0["action"]?.stringValue == "deploy.accepted" }
    for name in names {
      let told = accepted.filter { $0["serviceName"]?.stringValue == name }
        .compactMap { $0["generation"]?.integerValue }
      let reply = try plane.ask("GET", "/v1/services/\(name)", token)
      let generation = reply.status == 404 ? 0 : try LiveService(answer: reply.body).generation
      #expect(told == Array(1..<(generation + 1)), "\(name)")
    }
    let verified = try plane.verifyAudit()
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
  }
}
