import Contracts
import ControlPlaneAPI
import Digests
import JSON
import TestSupport
import Testing

@testable import ControlPlane

struct ReviewTests {
  private static func plan(_ reply: TestPlane.Reply) throws -> PlanRequired {
    try #require(reply.status == 202, "\(reply.text)")
    return try PlanRequired(answer: reply.body)
  }

  private static func approve(
    _ test: TestPlane, _ id: String, _ token: String, _ approval: PlanApproval = .init(mode: .once)
  ) throws -> PlanDecision {
    let reply = try test.ask("POST", .approvePlan(id), token, approval.json)
    try #require(reply.status == 200, "\(reply.text)")
    return try PlanDecision(answer: reply.body)
  }

  @Test func whatIsNewHasToBeLookedAt() async throws {
    try await TestPlane.with(policy: policy { $0.publicURL = "https://plane.test" }) {
      (test) throws in
      let token = try test.token()
      let (first, second) = (contract(reading: "A"), contract(reading: "A", "B"))
      try test.deploy(first, token)
      let required = try Self.plan(test.openSession(second, token))
      #expect(required.reasons == [.newEnvRead("B")])
      #expect(required.coverage == GrantCoverage(covered: [], uncovered: [.newEnvRead("B")]))
      #expect(required.baselineSha == first.sha256)
      #expect(required.proposedSha == second.sha256)
      #expect(required.reviewURL == "https://plane.test/plans/\(required.planID)")
      #expect(required.expiresAt == (test.clock.now + ReviewPlan.lifetime) / 1000)

      let plan = try ReviewPlan(answer: test.ask("GET", .plan(required.planID), token).body)
      #expect(plan.status == .pending)
      #expect(plan.createdAt == test.clock.now)
      #expect(plan.expiresAt == test.clock.now + 1_800_000)
      #expect(plan.reasons == required.reasons)
      // Asking again is free, and asks nothing new.
      #expect(try Self.plan(test.openSession(second, token)).planID == plan.id)
      #expect(
        try Self.plan(test.openSession(second, token, planID: plan.id)).planID == plan.id)
    }
  }

  @Test func anApprovalIsForOneDeployOfThisContract() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      let (first, second) = (contract(reading: "A"), contract(reading: "A", "B"))
      try test.deploy(first, token)
      let required = try Self.plan(test.openSession(second, token))
      let decided = try Self.approve(test, required.planID, token)
      #expect(decided.plan.status == .approved)
      #expect(decided.plan.decidedAt == test.clock.now)
      #expect(decided.grants == [])
      // Of exactly this contract.
      let other = contract(reading: "A", "B") { $0.functions = ["env.env"] }
      #expect(try test.openSession(other, token).status == 202)
      // A session may be asked for as often as one likes before it is used.
      _ = try test.session(second, token)
      try test.deploy(second, token, generation: 1)
      let plan = try ReviewPlan(answer: test.ask("GET", .plan(required.planID), token).body)
      #expect(plan.status == .consumed)
      #expect(plan.consumedAt == test.clock.now)
      // And not a second time.
      try test.deploy(first, token, generation: 2)
      let again = try Self.plan(test.openSession(second, token))
      #expect(again.planID != required.planID)
    }
  }

  @Test func twoSessionsOfOneApprovalDoNotBothUseIt() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      let (first, second) = (contract(reading: "A"), contract(reading: "A", "B"))
      try test.deploy(first, token)
      let required = try Self.plan(test.openSession(second, token))
      _ = try Self.approve(test, required.planID, token)
      let sessions = [try test.session(second, token), try test.session(second, token)]
      let image = TestPlane.image(second)
      test.inspection.knows(image, as: second)
      let one = try test.put(sessions[0], TestPlane.reference(image), token, generation: 1)
      #expect(one.status == 202)
      try test.deploy(first, token, generation: 2)
      let two = try test.put(sessions[1], TestPlane.reference(image), token, generation: 3)
      #expect(try two.problem.status == 409)
      #expect(try two.problem.reasons == ["needs a review: new env read: B"])
      #expect(try test.live(token).generation == 3)
    }
  }

  /// Reference: control-plane.md: risks are computed again against the baseline of that moment.
  @Test func whatTheBaselineBecameMeanwhileCounts() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      let (wide, narrow) = (contract(reading: "A", "B"), contract(reading: "A"))
      try test.deploy(wide, token)
      let session = try test.session(wide, token)
      try test.deploy(narrow, token, generation: 1)
      let image = TestPlane.reference(TestPlane.image(wide))
      let problem = try test.put(session, image, token, generation: 2).problem
      #expect(problem.status == 409)
      #expect(problem.reasons == ["needs a review: new env read: B"])
      #expect(problem.current?.generation == 2)
    }
  }

  @Test func aPlanIsOverAfterThirtyMinutes() async throws {
    try await TestPlane.with(policy: policy { $0.sessionLifetime = 3_600_000 }) { (test) throws in
      let token = try test.token()
      let (first, second) = (contract(reading: "A"), contract(reading: "A", "B"))
      try test.deploy(first, token)
      let approved = try Self.plan(test.openSession(second, token))
      _ = try Self.approve(test, approved.planID, token)
      let session = try test.session(second, token)
      let third = contract(reading: "A", "C")
      let pending = try Self.plan(test.openSession(third, token))
      test.clock.advance(seconds: 1799)
      _ = try test.session(second, token)
      test.clock.advance(seconds: 1)
      for id in [approved.planID, pending.planID] {
        let plan = try ReviewPlan(answer: test.ask("GET", .plan(id), token).body)
        #expect(plan.status == .expired)
      }
      let late = try test.ask(
        "POST", .approvePlan(pending.planID), token, PlanApproval(mode: .once).json)
      #expect(try late.problem.status == 410)
      #expect(try test.ask("POST", .rejectPlan(pending.planID), token, [:]).problem.status == 410)
      // A session that rests on it does not outlive it.
      let image = TestPlane.image(second)
      test.inspection.knows(image, as: second)
      let put = try test.put(session, TestPlane.reference(image), token, generation: 1)
      #expect(try put.problem.status == 409)
      #expect(try Self.plan(test.openSession(second, token)).planID != approved.planID)
    }
  }

  @Test func aRejectionIsToldToWhoeverWaits() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      let second = contract(reading: "A", "B")
      try test.deploy(contract(reading: "A"), token)
      let required = try Self.plan(test.openSession(second, token))
      let reply = try test.ask("POST", .rejectPlan(required.planID), token, [:])
      #expect(try PlanDecision(answer: reply.body).plan.status == .rejected)
      let problem = try test.openSession(second, token, planID: required.planID).problem
      #expect(problem.status == 409)
      #expect(problem.reasons == ["new env read: B"])
      for call in [ControlPlaneCall.approvePlan(required.planID), .rejectPlan(required.planID)] {
        let body = call == .rejectPlan(required.planID) ? [:] : PlanApproval(mode: .once).json
        #expect(try test.ask("POST", call, token, body).problem.status == 409)
      }
      #expect(try Self.plan(test.openSession(second, token)).planID != required.planID)
    }
  }

  @Test func aGrantCoversItsReasonInContractsToCome() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      let first = contract(reading: "A")
      let leak = "no-secret-leakage:B->response"
      let second = contract(reading: "A", "B") { $0.allowedLeaks = [leak] }
      try test.deploy(first, token)
      let required = try Self.plan(test.openSession(second, token))
      let decision = try Self.approve(
        test, required.planID, token,
        PlanApproval(mode: .grant, expiresAt: test.clock.now + 5_000_000))
      // What leaks can be approved once, never granted.
      #expect(decision.plan.reasons.count == 2)
      #expect(decision.grants.map(\.reasons) == [[.newEnvRead("B")]])
      #expect(decision.grants.first?.sourcePlanID == required.planID)
      try test.deploy(second, token, generation: 1)
      try test.deploy(first, token, generation: 2)
      let granted = try test.session(contract(reading: "A", "B"), token)
      #expect(granted.grantIDs == decision.grants.map(\.id))
      let leaking = try Self.plan(test.openSession(second, token))
      #expect(leaking.coverage.covered == [.newEnvRead("B")])
      #expect(leaking.coverage.uncovered == [.newAllowedLeak("B", to: "response")])

      // Of this project alone.
      try test.deploy(first, token, project: "other")
      let other = try test.openSession(contract(reading: "A", "B"), token, project: "other")
      #expect(other.status == 202)
      test.clock.advance(seconds: 5000)
      #expect(try test.openSession(contract(reading: "A", "B"), token).status == 202)
      let list = try GrantList(answer: test.ask("GET", .projectGrants("orders"), token).body)
      #expect(list.grants.map(\.status) == [.expired])
    }
  }

  @Test func aGrantThatIsRevokedCoversNothing() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      let (first, second) = (contract(reading: "A"), contract(reading: "A", "B"))
      try test.deploy(first, token)
      let required = try Self.plan(test.openSession(second, token))
      let grant = try #require(
        try Self.approve(test, required.planID, token, PlanApproval(mode: .grant)).grants.first)
      // A session that was opened by it is no way around the revocation.
      let other = contract(reading: "A", "B") { $0.functions = ["env.env"] }
      let session = try test.session(other, token)
      let reply = try test.ask("POST", .revokeGrant(grant.id), token, [:])
      let revoked = try RevokedGrant(answer: reply.body).grant
      #expect(revoked.status == .revoked)
      #expect(revoked.revokedAt == test.clock.now)
      let image = TestPlane.image(other)
      test.inspection.knows(image, as: other)
      let put = try test.put(session, TestPlane.reference(image), token, generation: 1)
      #expect(try put.problem.reasons == ["needs a review: new env read: B"])
      #expect(try test.openSession(other, token).status == 202)
      #expect(try test.ask("POST", .revokeGrant("grant-0"), token, [:]).problem.status == 404)
      let list = try GrantList(answer: test.ask("GET", .grants, token).body)
      #expect(list.grants == [revoked])
    }
  }

  @Test func aFirstDeployIsReviewedWhereThatIsAskedFor() async throws {
    try await TestPlane.with(policy: policy { $0.reviewsFirstDeploy = true }) { (test) throws in
      let token = try test.token()
      let required = try Self.plan(test.openSession(contract(reading: "A"), token))
      #expect(required.baselineSha == nil)
      #expect(required.reasons == [.newEnvRead("A")])
      _ = try Self.approve(test, required.planID, token)
      try test.deploy(contract(reading: "A"), token)
    }
  }

  @Test func anotherProversOpinionNeedsNoReview() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      let sources = Digest.sha256(of: "sources")
      let weaker = contract(reading: "A") { $0.properties[.retrySafe] = false }
      let (old, new) = (
        Provenance(sources: sources, prover: "1"), Provenance(sources: sources, prover: "2")
      )
      try test.deploy(contract(reading: "A"), token, old)
      try test.deploy(weaker, token, generation: 1, new)
      let other = Provenance(sources: .sha256(of: "other"), prover: "3")
      let weakest = contract(reading: "A") {
        $0.properties[.retrySafe] = false
        $0.properties[.deterministic] = false
      }
      let required = try Self.plan(test.openSession(weakest, token, other))
      #expect(required.reasons == [.propertyLost(.deterministic)])
    }
  }

  @Test func aProjectHasOnlySoManyOpenQuestions() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      try test.deploy(contract(), token)
      for number in 0..<50 {
        let reply = try test.openSession(contract(reading: "NAME_\(number)"), token)
        try #require(reply.status == 202)
      }
      let reply = try test.openSession(contract(reading: "ONE_MORE"), token)
      #expect(try reply.problem.status == 429)
      #expect(try test.openSession(contract(reading: "NAME_7"), token).status == 202)
      test.clock.advance(seconds: 1800)
      #expect(try test.openSession(contract(reading: "ONE_MORE"), token).status == 202)
    }
  }

  // MARK: Who may

  @Test func onesOwnPlanIsForSomebodyElse() async throws {
    try await TestPlane.with(policy: policy { $0.needsFourEyes = true }) { (test) throws in
      let ada = try test.token("ada@example.com")
      let alsoAda = try test.token("Ada@Example.com")
      let (bob, eve) = (try test.token("bob@example.com"), try test.token("eve@example.com"))
      try test.deploy(contract(reading: "A"), ada)
      let second = contract(reading: "A", "B")
      let required = try Self.plan(test.openSession(second, ada))
      let once = PlanApproval(mode: .once).json
      for token in [ada, alsoAda] {
        let reply = try test.ask("POST", .approvePlan(required.planID), token, once)
        #expect(try reply.problem.status == 403)
        #expect(
          try test.ask("POST", .rejectPlan(required.planID), token, [:]).problem.status == 403)
      }
      #expect(try test.actions().filter { $0 == "plan.decision-refused" }.count == 4)
      // Whoever asked for the same is no other pair of eyes.
      #expect(try Self.plan(test.openSession(second, bob)).planID == required.planID)
      #expect(
        try test.ask("POST", .approvePlan(required.planID), bob, once).problem.status == 403)
      #expect(try test.ask("POST", .approvePlan(required.planID), eve, once).status == 200)
      try test.deploy(second, ada, generation: 1)
    }
  }

  @Test func rightsAndProjectsAreLookedAt() async throws {
    try await TestPlane.with { (test) throws in
      let all = try test.token()
      let deployer = try test.token("d@example.com", [.deploy])
      let reviewer = try test.token("r@example.com", [.review])
      let stranger = try test.token(
        "s@example.com", [.deploy, .review], projects: .only(["other"]))
      try test.deploy(contract(reading: "A"), all)
      let required = try Self.plan(test.openSession(contract(reading: "A", "B"), deployer))
      let id = required.planID
      let once = PlanApproval(mode: .once).json
      #expect(try test.openSession(contract(), reviewer).problem.status == 403)
      #expect(try test.openSession(contract(), stranger).problem.status == 403)
      #expect(try test.ask("POST", .approvePlan(id), deployer, once).problem.status == 403)
      #expect(try test.ask("POST", .rejectPlan(id), deployer, [:]).problem.status == 403)
      // What is none of somebody's business is not there.
      for call in [
        ControlPlaneCall.plan(id), .service("orders"), .serviceDeployments("orders"),
        .serviceLogs("orders"),
      ] {
        #expect(try test.ask("GET", call, stranger).problem.status == 404, "\(call)")
        #expect(try test.ask("GET", call, reviewer).status == 200, "\(call)")
      }
      #expect(try test.ask("POST", .approvePlan(id), stranger, once).problem.status == 404)
      #expect(try test.ask("GET", .projectGrants("orders"), stranger).problem.status == 403)
      #expect(try test.ask("GET", .services, stranger).text.contains("orders") == false)
      let decision = try Self.approve(test, id, reviewer, PlanApproval(mode: .grant))
      let grant = try #require(decision.grants.first)
      #expect(try test.ask("POST", .revokeGrant(grant.id), stranger, [:]).problem.status == 404)
      #expect(try test.ask("POST", .revokeGrant(grant.id), deployer, [:]).problem.status == 403)
      #expect(try GrantList(answer: test.ask("GET", .grants, stranger).body).grants == [])
    }
  }
}
