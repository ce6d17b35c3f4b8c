import Contracts
import ControlPlaneAPI
import Digests
import Encodings
import JSON
import TestSupport
import Testing

@testable import ControlPlane

/// Sessions are bound to token, project, service and contract.
struct SessionTests {
  @Test func aSessionIsOfItsTokenAndItsService() async throws {
    try await TestPlane.with { (test) throws in
      let (ada, bob) = (try test.token(), try test.token("bob@example.com"))
      let first = contract(reading: "A")
      let image = TestPlane.image(first)
      test.inspection.knows(image, as: first)
      let session = try test.session(first, ada)
      #expect(try test.put(session, TestPlane.reference(image), bob).problem.status == 403)
      let other = try test.put(
        session, TestPlane.reference(image, project: "other"), ada, project: "other")
      #expect(try other.problem.status == 403)
      var made = session
      made.sessionID = "session-0"
      #expect(try test.put(made, TestPlane.reference(image), ada).problem.status == 403)
      #expect(test.inspection.asked.isEmpty)
      #expect(try test.put(session, TestPlane.reference(image), ada).status == 202)
      // The answer of a session that was used is nobody else's either.
      #expect(try test.put(session, TestPlane.reference(image), bob).problem.status == 403)
    }
  }

  @Test func aSessionEnds() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      let first = contract(reading: "A")
      let image = TestPlane.image(first)
      test.inspection.knows(image, as: first)
      let session = try test.session(first, token)
      test.clock.advance(seconds: 900)
      #expect(try test.put(session, TestPlane.reference(image), token).problem.status == 410)
    }
  }

  @Test func aTokenThatIsRevokedMeanwhileDeploysNothing() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      let first = contract(reading: "A")
      let image = TestPlane.image(first)
      test.inspection.knows(image, as: first)
      let session = try test.session(first, token)
      let (plane, now) = (test.plane, test.clock.now)
      test.inspection.meanwhile {
        for token in try plane.tokens.all() { _ = try plane.tokens.revoke(token.id, now: now) }
      }
      #expect(try test.put(session, TestPlane.reference(image), token).problem.status == 401)
      #expect(try !test.actions().contains("deploy.accepted"))
    }
  }

  @Test func aTokenHasOnlySoManySessions() async throws {
    try await TestPlane.with(policy: policy { $0.mostSessions = 3 }) { (test) throws in
      let token = try test.token()
      for _ in 0..<3 { _ = try test.session(contract(), token) }
      let reply = try test.openSession(contract(), token)
      #expect(try reply.problem.status == 429)
      #expect(reply["retry-after"] != nil)
      _ = try test.session(contract(), try test.token("bob@example.com"))
      test.clock.advance(seconds: 900)
      _ = try test.session(contract(), token)
    }
  }

  @Test func aContractHasToFit() async throws {
    try await TestPlane.with(policy: policy { $0.mostContractBytes = 10_000 }) { (test) throws in
      let token = try test.token()
      let large = contract { $0.env.literal = (0..<2000).map { "NAME_\($0)" } }
      #expect(try test.openSession(large, token).problem.status == 413)
    }
  }

  /// Reference: control-plane.md: names that would shadow ours are reserved.
  @Test(arguments: [
    "", "v1", "v2", "api", "admin", "Orders", "a/b", "a/index.json", "..", "a--b", "-a", "a_b",
    "é", "a b", String(repeating: "a", count: 64),
  ])
  func namesFollowOneGrammar(_ name: String) async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      #expect(try test.openSession(contract(), token, project: name).problem.status == 400)
      if !name.isEmpty {
        let update = ServiceUpdate(
          sessionID: "x", image: "y", env: [:], keepEnv: [], ifGeneration: nil)
        let reply = try test.ask("PUT", .service(name), token, update.json)
        #expect(try reply.problem.status == 400)
      }
    }
  }

  @Test func anEnvironmentHasToBeOne() async throws {
    try await TestPlane.with(policy: policy { $0.mostEnvBytes = 1000 }) { (test) throws in
      let token = try test.token()
      let first = contract(reading: "A")
      let image = TestPlane.image(first)
      test.inspection.knows(image, as: first)
      let session = try test.session(first, token)
      func put(_ env: [ByteName: String], keep: [String] = []) throws -> Int {
        try test.put(session, TestPlane.reference(image), token, env: env, keep: keep).status
      }
      #expect(try put(["A=B": "x"]) == 400)
      #expect(try put(["": "x"]) == 400)
      #expect(try put(["A\n": "x"]) == 400)
      #expect(try put(["A": "\u{0}"]) == 400)
      #expect(try put(["A": "x"], keep: ["A"]) == 400)
      #expect(try put(["A": String(repeating: "x", count: 1001)]) == 413)
      #expect(try put(["A": "x"]) == 202)
    }
  }
}
