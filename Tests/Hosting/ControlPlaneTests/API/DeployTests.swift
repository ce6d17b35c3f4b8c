import Contracts
import ControlPlaneAPI
import Digests
import JSON
import TestSupport
import Testing

@testable import ControlPlane

/// From a token to a running service, over HTTP.
struct DeployTests {
  @Test func aDeployEndToEnd() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      #expect(try test.ask("GET", .service("orders"), token).status == 404)
      let first = contract(reading: "A")
      let session = try test.session(first, token)
      #expect(session.provider == "scripted")
      #expect(session.registryHost == "registry.test:5000")
      #expect(session.namespace == "team")
      #expect(session.planID == "small")
      #expect(session.expiresAt == (test.clock.now + 900_000) / 1000)

      let image = TestPlane.image(first)
      test.inspection.knows(image, as: first)
      let reply = try test.put(
        session, TestPlane.reference(image), token, env: ["A": "1", "B": "2"])
      #expect(reply.status == 202)
      let accepted = try DeployAccepted(answer: reply.body)
      #expect(accepted.generation == 1)
      #expect(accepted.url == "http://orders.localhost")
      #expect(try test.ended(accepted.deploymentID, token).status == .running)

      let live = try test.live(token)
      #expect(live.image == TestPlane.reference(image))
      #expect(live.envKeys == ["A", "B"])
      #expect(live.status == .running)
      #expect(live.generation == 1)
      #expect(live.serviceID == accepted.serviceID)
      #expect(test.provider.orders.map(\.env) == [["A": "1", "B": "2"]])
      #expect(test.inspection.asked == ["team/orders@\(image)"])
    }
  }

  /// Reference: control-plane.md: env names in neither are removed; the same id stays.
  @Test func aSecondDeployChangesTheEnvironment() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      let first = try test.deploy(
        contract(reading: "A"), token, env: ["A": "1", "B": "2", "C": "3"])
      let second = try test.deploy(
        contract(reading: "A"), token, env: ["B": "new"], keep: ["A"], generation: 1)
      #expect(second.generation == 2)
      #expect(second.serviceID == first.serviceID)
      _ = try test.ended(second.deploymentID, token)
      #expect(test.provider.orders.last?.env == ["A": "1", "B": "new"])
      #expect(try test.live(token).envKeys == ["A", "B"])
    }
  }

  @Test func theSameSessionAndImageAnswerTheSame() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      let first = contract(reading: "A")
      test.inspection.knows(TestPlane.image(first), as: first)
      let session = try test.session(first, token)
      let image = TestPlane.reference(TestPlane.image(first))
      let one = try test.put(session, image, token)
      // Also once the session is over, and the service went on.
      try test.deploy(contract(reading: "A"), token, generation: 1)
      test.clock.advance(seconds: 3600)
      let two = try test.put(session, image, token)
      #expect(one.status == 202)
      #expect(two.status == 202)
      #expect(one.body == two.body)
      #expect(try test.live(token).generation == 2)
      let other = try test.put(session, TestPlane.reference(.sha256(of: "other")), token)
      #expect(try other.problem.status == 409)
      #expect(try test.actions().filter { $0 == "deploy.accepted" }.count == 2)
    }
  }

  @Test func aServiceThatMovedIsSaidTo() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      let first = contract(reading: "A")
      try test.deploy(first, token, env: ["A": "1"])
      let image = TestPlane.reference(TestPlane.image(first))
      for generation: Int64? in [nil, 0, 2] {
        let session = try test.session(first, token)
        let problem = try test.put(session, image, token, generation: generation).problem
        #expect(problem.status == 409)
        #expect(
          problem.reasons == [
            "generation is 1, expected \(generation.map { "\($0)" } ?? "none")"
          ])
        #expect(problem.current?.generation == 1)
        #expect(problem.current?.envKeys == ["A"])
      }
      let session = try test.session(first, token)
      let missing = try test.put(session, image, token, keep: ["Z"], generation: 1).problem
      #expect(missing.reasons == ["there is no value of Z to keep"])
      // The session was not used up by that.
      #expect(try test.put(session, image, token, keep: ["A"], generation: 1).status == 202)
    }
  }

  /// Reference: control-plane.md, "The approved contract is the one that runs".
  @Test func anImageThatIsNotTheSessionsIsRefusedAndTold() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      let first = contract(reading: "A")
      let session = try test.session(first, token)
      let harmful = Digest.sha256(of: "harmful")
      test.inspection.knows(harmful, as: contract(reading: "A", "B"))
      let problem = try test.put(session, TestPlane.reference(harmful), token).problem
      #expect(problem.status == 422)
      #expect(problem.reasons.count == 1)
      let foreign = Digest.sha256(of: "foreign")
      test.inspection.refuses(foreign, ["runtime layer sha256:1, expected sha256:2"])
      let other = try test.put(session, TestPlane.reference(foreign), token).problem
      #expect(other.status == 422)
      #expect(other.reasons == ["runtime layer sha256:1, expected sha256:2"])
      let rows = try test.auditRows().filter { $0["action"] == "deploy.refused" }
      #expect(rows.count == 2)
      #expect(rows.last?["reasons"]?.stringArray == other.reasons)
      #expect(rows.last?["imageReference"]?.stringValue == TestPlane.reference(foreign))
      #expect(try test.ask("GET", .service("orders"), token).status == 404)
      #expect(test.provider.orders.isEmpty)
    }
  }

  /// No request goes to a host that a client names.
  @Test(arguments: [
    "evil.test/team/orders@sha256:", "registry.test:5000/other/orders@sha256:",
    "registry.test:5000/team/other@sha256:", "registry.test:5000/team/orders/x@sha256:",
    "registry.test:5000/team/../team/orders@sha256:", "registry.test:5000@evil.test/team/orders@",
    "registry.test:5000/team/orders:latest@sha256:", "Registry.test:5000/team/orders@sha256:",
  ])
  func anImageOfAnotherPlaceIsRefusedBeforeItIsAskedFor(_ place: String) async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      let first = contract(reading: "A")
      let image = TestPlane.image(first)
      test.inspection.knows(image, as: first)
      let session = try test.session(first, token)
      let reply = try test.put(session, place + image.hex, token)
      #expect(try reply.problem.status == 422)
      #expect(test.inspection.asked.isEmpty)
      #expect(try test.actions().last == "deploy.refused")
    }
  }

  @Test func whatAClientSaysOfItsSourcesHasToBeTrue() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      let told = Provenance(sources: .sha256(of: "sources"), prover: "2")
      let first = contract(reading: "A")
      let image = TestPlane.image(first)
      test.inspection.knows(image, as: first, Provenance(sources: .sha256(of: "x"), prover: "2"))
      let session = try test.session(first, token, told)
      let problem = try test.put(session, TestPlane.reference(image), token).problem
      #expect(problem.status == 422)
      #expect(problem.reasons.first?.hasPrefix("sources ") == true)
      test.inspection.knows(image, as: first, Provenance(sources: told.sources, prover: "3"))
      let prover = try test.put(session, TestPlane.reference(image), token).problem
      #expect(prover.reasons == ["prover 3, expected 2"])
      test.inspection.knows(image, as: first, told)
      #expect(try test.put(session, TestPlane.reference(image), token).status == 202)
    }
  }

  @Test func aFailedDeploymentSaysWhy() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      test.provider.ends("orders", ServiceObservation(state: .failed, message: "exit 78"))
      let accepted = try test.deploy(contract(reading: "A"), token)
      let status = try test.ended(accepted.deploymentID, token)
      #expect(status == DeploymentStatus(status: .failed, message: "exit 78", url: accepted.url))
      #expect(try test.live(token).status == .failed)
      let list = try test.ask("GET", .serviceDeployments("orders"), token)
      let page = try Page<DeploymentEntry>(answer: list.body)
      #expect(page.entries.map(\.message) == ["exit 78"])
      #expect(page.entries.first?.email == "ada@example.com")
    }
  }

  @Test func whatIsChangedByHandIsSeen() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      let accepted = try test.deploy(contract(reading: "A"), token)
      _ = try test.ended(accepted.deploymentID, token)
      test.provider.change("orders", ServiceObservation(image: "elsewhere", state: .running))
      #expect(try test.live(token).image == "elsewhere")
    }
  }

  @Test func listsAreNewestFirstAndGoOn() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      for name in ["a", "b", "c"] { try test.deploy(contract(), token, project: name) }
      let services = try Page<ServiceEntry>(answer: test.ask("GET", .services, token).body)
      #expect(services.entries.map(\.name) == ["c", "b", "a"])
      #expect(services.next == nil)
      for generation in 1...60 {
        try test.deploy(contract(), token, project: "a", generation: Int64(generation))
      }
      var seen: [Int64] = []
      var path = ControlPlaneCall.serviceDeployments("a").path
      while true {
        let page = try Page<DeploymentEntry>(answer: test.ask("GET", path, token).body)
        seen += page.entries.map(\.generation)
        guard let next = page.next else { break }
        path = ControlPlaneCall.serviceDeployments("a").path + "?from=\(next)"
      }
      #expect(seen == Array((1...61).reversed()))
      let logs = try test.ask("GET", .serviceLogs("a"), token)
      #expect(logs.status == 200)
    }
  }
}
