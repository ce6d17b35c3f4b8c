import Contracts
import ControlPlaneAPI
import TestSupport
import Testing

@testable import ControlPlane

struct PlanPageTests {
  /// A service with a contract, and a plan for one that reads B and lets a secret out.
  private static func asked(_ test: PagesPlane, by caller: Caller) throws -> String {
    try test.deploy(contract(reading: "A", "OLD"), by: caller)
    let next = contract(reading: "A", "B") {
      $0.allowedLeaks = ["no-secret-leakage:B->response"]
    }
    return try test.plan(next, by: caller).planID
  }

  private static func status(_ test: PagesPlane, _ id: String) throws -> ReviewPlan.Status? {
    try test.plane.read { try $0.plan(id)?.status }
  }

  @Test func itShowsWhatThereIsToDecide() async throws {
    try await PagesPlane.with { (test) throws in
      let id = try Self.asked(test, by: test.caller("ada@example.com"))
      let browser = try test.browser("bob@example.com")
      let list = try browser.page("/plans")
      #expect(list.all("a").contains { $0["href"] == "/plans/\(id)" })
      let page = try browser.page("/plans/\(id)")
      #expect(page.texts("h1") == ["Review of orders"])
      #expect(page.texts("h2").first == "2 reasons to look at")
      let text = page.text
      for words in [
        "Waiting for a decision", "in 30 minutes", "new env read: B",
        "new allowed leak: B to response", "Cannot be granted", "3 changes",
        "ada@example.com", id, contract(reading: "A", "OLD").sha256.hex,
        "zigttp review \(id)",
      ] {
        #expect(text.contains(words), "\(words)")
      }
      let rows = page.all("tr").map { PageTree.plain($0.text) }
      #expect(rows.contains("+ Added Environment value B"))
      #expect(rows.contains("− Removed Environment value OLD"))
      #expect(rows.contains("+ Added Allowed leak no-secret-leakage:B->response"))
      // The reasons come before everything else.
      let reasons = try #require(text.range(of: "2 reasons"))
      let decision = try #require(text.range(of: "Your decision"))
      let surface = try #require(text.range(of: "What changes"))
      #expect(reasons.lowerBound < surface.lowerBound)
      #expect(surface.lowerBound < decision.lowerBound)
    }
  }

  @Test func itIsApprovedOnce() async throws {
    try await PagesPlane.with { (test) throws in
      let ada = try test.caller("ada@example.com")
      let id = try Self.asked(test, by: ada)
      let browser = try test.browser("bob@example.com")
      let page = try browser.page("/plans/\(id)")
      #expect(page.button("Approve this contract once") != nil)
      let reply = try browser.post(
        "/plans/\(id)/approve", ["csrf": try page.csrf, "mode": "once"])
      #expect(reply.status == 303)
      #expect(reply["location"] == "/plans/\(id)")
      let after = try browser.page("/plans/\(id)")
      #expect(after.text.contains("Approved by bob@example.com"))
      #expect(after.button("Approve this contract once") == nil)
      #expect(try Self.status(test, id) == .approved)
      #expect(try test.plane.grants(for: ada).grants.isEmpty)
      let again = try browser.post(
        "/plans/\(id)/reject", ["csrf": try page.csrf])
      #expect(again.status == 409)
      #expect(try PageTree(again.body).texts("h1") == ["The plan is approved"])
    }
  }

  @Test func itsReasonsAreGranted() async throws {
    try await PagesPlane.with { (test) throws in
      let ada = try test.caller("ada@example.com")
      let id = try Self.asked(test, by: ada)
      let browser = try test.browser("bob@example.com")
      let page = try browser.page("/plans/\(id)")
      #expect(page.button("Approve, and grant to orders") != nil)
      let csrf = try page.csrf
      for expires in ["", "1d", "-7d"] {
        let wrong = try browser.post(
          "/plans/\(id)/approve", ["csrf": csrf, "mode": "grant", "expires": expires])
        #expect(wrong.status == 400)
      }
      let wrong = try browser.post("/plans/\(id)/approve", ["csrf": csrf, "mode": "always"])
      #expect(wrong.status == 400)
      #expect(try Self.status(test, id) == .pending)
      let reply = try browser.post(
        "/plans/\(id)/approve", ["csrf": csrf, "mode": "grant", "expires": "7d"])
      #expect(reply.status == 303)
      let grants = try test.plane.grants(for: ada).grants
      #expect(grants.map(\.reasons) == [[.newEnvRead("B")]])
      #expect(grants.first?.expiresAt == test.now + 7 * 86_400_000)
      let after = try browser.page("/plans/\(id)")
      #expect(after.texts("h2").contains("Granted by this plan"))
    }
  }

  @Test func itIsRejected() async throws {
    try await PagesPlane.with { (test) throws in
      let id = try Self.asked(test, by: test.caller("ada@example.com"))
      let browser = try test.browser("bob@example.com")
      let csrf = try browser.csrf(on: "/plans/\(id)")
      #expect(try browser.post("/plans/\(id)/reject", ["csrf": csrf]).status == 303)
      let page = try browser.page("/plans/\(id)")
      #expect(page.text.contains("Rejected by bob@example.com"))
      #expect(page.texts("button") == ["Sign out"])
    }
  }

  @Test func onesOwnIsForSomebodyElse() async throws {
    try await PagesPlane.with(policy: policy { $0.needsFourEyes = true }) { (test) throws in
      let id = try Self.asked(test, by: test.caller("ada@example.com"))
      let ada = try test.browser("Ada@Example.com")
      let page = try ada.page("/plans/\(id)")
      #expect(page.text.contains("Somebody else has to decide."))
      #expect(page.texts("button") == ["Sign out"])
      // And whoever sends the form all the same is refused, and written down.
      let reply = try ada.post("/plans/\(id)/approve", ["csrf": try page.csrf, "mode": "once"])
      #expect(reply.status == 403)
      #expect(reply.text.contains("Somebody else has to decide on a plan"))
      #expect(try Self.status(test, id) == .pending)
      let actions = try test.plane.auditPage(for: test.caller("r@example.com", [.admin])).rows
      #expect(actions.contains { $0.action == "plan.decision-refused" })
      let bob = try test.browser("bob@example.com")
      let csrf = try bob.csrf(on: "/plans/\(id)")
      let approved = try bob.post("/plans/\(id)/approve", ["csrf": csrf, "mode": "once"])
      #expect(approved.status == 303)
    }
  }

  @Test func whoMayNotReviewIsToldSo() async throws {
    try await PagesPlane.with { (test) throws in
      let id = try Self.asked(test, by: test.caller("ada@example.com"))
      let browser = try test.browser("dan@example.com", [.deploy])
      let page = try browser.page("/plans/\(id)")
      #expect(page.text.contains("Your token cannot decide."))
      let reply = try browser.post(
        "/plans/\(id)/approve", ["csrf": try page.csrf, "mode": "once"])
      #expect(reply.status == 403)
      #expect(try Self.status(test, id) == .pending)
    }
  }

  @Test func anothersProjectIsNotThere() async throws {
    try await PagesPlane.with { (test) throws in
      let id = try Self.asked(test, by: test.caller("ada@example.com"))
      let browser = try test.browser("eve@example.com", projects: .only(["other"]))
      #expect(try browser.get("/plans/\(id)").status == 404)
      #expect(try browser.get("/plans/plan-0").status == 404)
      #expect(try !browser.get("/plans").text.contains(id))
      let csrf = try browser.csrf(on: "/plans")
      for path in ["/plans/\(id)/approve", "/plans/\(id)/reject"] {
        let reply = try browser.post(path, ["csrf": csrf, "mode": "once"])
        #expect(reply.status == 404)
        #expect(!reply.text.contains("orders"))
      }
      #expect(try Self.status(test, id) == .pending)
    }
  }

  @Test func itEnds() async throws {
    try await PagesPlane.with { (test) throws in
      let id = try Self.asked(test, by: test.caller("ada@example.com"))
      let browser = try test.browser("bob@example.com")
      let csrf = try browser.csrf(on: "/plans/\(id)")
      test.advance(seconds: 1800)
      let page = try browser.page("/plans/\(id)")
      #expect(page.text.contains("Expired"))
      #expect(page.button("Approve this contract once") == nil)
      let reply = try browser.post("/plans/\(id)/approve", ["csrf": csrf, "mode": "once"])
      #expect(reply.status == 410)
    }
  }

  @Test func anotherBaselineIsSaid() async throws {
    try await PagesPlane.with { (test) throws in
      let ada = try test.caller("ada@example.com")
      let id = try Self.asked(test, by: ada)
      let browser = try test.browser("bob@example.com")
      #expect(try !browser.page("/plans/\(id)").text.contains("Something else is deployed now"))
      try test.deploy(contract(reading: "A"), generation: 1, by: ada)
      let page = try browser.page("/plans/\(id)")
      #expect(page.text.contains("Something else is deployed now"))
      // Against the contract that was deployed then.
      #expect(page.text.contains("3 changes"))
    }
  }

  @Test func whatIsUsedSaysWhen() async throws {
    try await PagesPlane.with { (test) throws in
      let ada = try test.caller("ada@example.com")
      try test.deploy(contract(reading: "A"), by: ada)
      let next = contract(reading: "A", "B")
      let id = try test.plan(next, by: ada).planID
      _ = try test.plane.approve(
        id, PlanApproval(mode: .once), by: test.caller("bob@example.com"))
      try test.deploy(next, generation: 1, by: ada)
      let page = try test.browser().page("/plans/\(id)")
      #expect(page.text.contains("Approved and deployed"))
      #expect(page.text.contains("Used by a deploy at 2026-04-19"))
      #expect(page.text.contains("+ Added Environment value B"))
    }
  }

  @Test func aFirstDeployIsAllNew() async throws {
    try await PagesPlane.with(policy: policy { $0.reviewsFirstDeploy = true }) { (test) throws in
      let id = try test.plan(contract(reading: "A"), by: test.caller()).planID
      let page = try test.browser().page("/plans/\(id)")
      #expect(page.text.contains("none, this is the first deploy"))
      #expect(page.text.contains("1 reason to look at"))
      #expect(page.text.contains("+ Added Proven property read-only"))
    }
  }

  @Test func thereAreMoreThanOnePage() async throws {
    try await PagesPlane.with { (test) throws in
      let ada = try test.caller("ada@example.com")
      for project in ["one", "two"] {
        try test.deploy(contract(), project: project, by: ada)
        for number in 0..<30 {
          _ = try test.plan(contract(reading: "N\(number)"), project: project, by: ada)
        }
      }
      let browser = try test.browser("bob@example.com")
      let page = try browser.page("/plans")
      #expect(page.all("tbody").flatMap { $0.all("tr") }.count == 50)
      let next = try #require(page.all("a").first { PageTree.plain($0.text) == "Earlier plans" })
      let rest = try browser.page(try #require(next["href"]))
      #expect(rest.all("tbody").flatMap { $0.all("tr") }.count == 10)
      #expect(!rest.text.contains("Earlier plans"))
    }
  }
}
