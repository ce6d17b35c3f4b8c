import Contracts
import ControlPlaneAPI
import TestSupport
import Testing

@testable import ControlPlane

/// Grants, services and the audit log.
struct ListPagesTests {
  @Test func grantsAreListedAndRevoked() async throws {
    try await PagesPlane.with { (test) throws in
      let ada = try test.caller()
      try test.deploy(contract(reading: "A"), by: ada)
      let id = try test.plan(contract(reading: "A", "B"), by: ada).planID
      let grant = try #require(
        try test.plane.approve(id, PlanApproval(mode: .grant), by: ada).grants.first)
      let deployer = try test.browser("dan@example.com", [.deploy])
      let seen = try deployer.page("/grants")
      #expect(seen.text.contains("new env read: B"))
      #expect(seen.button("Revoke this grant now") == nil)
      let csrf = try seen.csrf
      #expect(try deployer.post("/grants/\(grant.id)/revoke", ["csrf": csrf]).status == 403)
      let stranger = try test.browser("eve@example.com", projects: .only(["other"]))
      #expect(try stranger.page("/grants").text.contains("There is no grant."))
      let strangers = try stranger.csrf(on: "/grants")
      #expect(try stranger.post("/grants/\(grant.id)/revoke", ["csrf": strangers]).status == 404)
      let browser = try test.browser()
      let page = try browser.page("/grants")
      #expect(page.actions.contains("/grants/\(grant.id)/revoke"))
      #expect(page.all("a").contains { $0["href"] == "/plans/\(id)" })
      let reply = try browser.post("/grants/\(grant.id)/revoke", ["csrf": try page.csrf])
      #expect(reply.status == 303)
      #expect(try browser.page("/grants").text.contains("Revoked"))
      #expect(try test.plane.grants(for: ada).grants.first?.status == .revoked)
    }
  }

  @Test func servicesAreAsTheProviderSeesThem() async throws {
    try await PagesPlane.with { (test) throws in
      let ada = try test.caller()
      let browser = try test.browser()
      #expect(try browser.page("/services").text.contains("There is no service yet."))
      try test.deploy(contract(), env: ["API_KEY": "canary-51"], by: ada)
      try test.settled()
      test.provider.tell("orders", ServiceObservation(state: .failed, url: "http://10.0.0.1/"))
      let list = try browser.page("/services")
      #expect(list.text.contains("Failed"))
      #expect(list.all("a").contains { $0["href"] == "http://10.0.0.1/" })
      test.provider.tell(
        "orders", ServiceObservation(state: .running, url: "javascript:alert(1)"))
      let page = try browser.page("/services/orders")
      #expect(page.texts("h1") == ["orders"])
      #expect(page.text.contains("Running"))
      #expect(page.text.contains("API_KEY"))
      #expect(!page.text.contains("canary-51"))
      #expect(!page.all("a").contains { $0["href"]?.hasPrefix("javascript") == true })
      #expect(page.text.contains(contract().sha256.hex))
    }
  }

  @Test func aServiceHasItsHistoryAndWhatWaits() async throws {
    try await PagesPlane.with { (test) throws in
      let ada = try test.caller()
      for generation in 0..<52 {
        try test.deploy(
          contract { $0.functions = ["f\(generation)"] },
          generation: generation == 0 ? nil : Int64(generation), by: ada)
      }
      let id = try test.plan(contract(reading: "B"), by: ada).planID
      let browser = try test.browser()
      let page = try browser.page("/services/orders")
      #expect(page.all("a").contains { $0["href"] == "/plans/\(id)" })
      let history = try #require(page.all("tbody").last)
      #expect(history.all("tr").count == 50)
      let next = try #require(
        page.all("a").first { PageTree.plain($0.text) == "Earlier deployments" }?["href"])
      let rest = try browser.page(next)
      #expect(rest.all("tbody").last?.all("tr").count == 2)
      #expect(try browser.get("/services/orders?from=x").status == 400)
    }
  }

  @Test func anothersServiceIsNotThere() async throws {
    try await PagesPlane.with { (test) throws in
      try test.deploy(contract(), by: test.caller())
      let browser = try test.browser("eve@example.com", projects: .only(["other"]))
      #expect(try browser.get("/services/orders").status == 404)
      #expect(try browser.get("/services/none").status == 404)
      #expect(try !browser.get("/services").text.contains("orders"))
      #expect(try !browser.get("/audit").text.contains("orders"))
    }
  }

  @Test func theAuditLogTellsWhatWasDone() async throws {
    try await PagesPlane.with { (test) throws in
      let ada = try test.caller()
      try test.deploy(contract(reading: "A"), by: ada)
      try test.settled()
      let id = try test.plan(contract(reading: "A", "B"), by: ada).planID
      _ = try test.plane.reject(id, by: test.caller("bob@example.com"))
      let browser = try test.browser("root@example.com", [.admin])
      let page = try browser.page("/audit")
      let rows = try #require(page.all("tbody").last).all("tr").map { PageTree.plain($0.text) }
      #expect(rows.first?.contains("Signed in to the pages page.signed-in") == true)
      #expect(
        rows.contains { $0.contains("bob@example.com Rejected a plan") && $0.contains(id) })
      #expect(rows.contains { $0.contains("ada@example.com Deployed") })
      #expect(rows.contains { $0.contains("the server itself A deployment ended") })
      let checkpoint = try #require(try test.plane.auditCheckpoint())
      #expect(page.text.contains(checkpoint.split(separator: "\n")[2]))
    }
  }

  @Test func theAuditLogHasPages() async throws {
    try await PagesPlane.with { (test) throws in
      let browser = try test.browser("root@example.com", [.admin])
      for number in 0..<119 { _ = try test.token("p\(number)@example.com") }
      try test.plane.audit.drain(test.plane.database.pool)
      var seen: [String] = []
      var next: String? = "/audit"
      var pages = 0
      while let path = next {
        let page = try browser.page(path)
        seen += try #require(page.all("tbody").last).all("tr")
          .compactMap { $0.all("th").first?.text }
        next = page.all("a").first { PageTree.plain($0.text) == "Earlier rows" }?["href"]
        pages += 1
      }
      #expect(pages == 3)
      // The token, its session, and those that came after: each once, in order.
      #expect(seen == (1...121).reversed().map { "\($0)" })
      for from in ["0", "-1", "x", "7", "99999999999"] {
        _ = try browser.page("/audit?before=\(from)")
      }
    }
  }

  @Test func whoIsNoAdminSeesHisOwn() async throws {
    try await PagesPlane.with { (test) throws in
      let (ada, bob) = (try test.caller(), try test.caller("bob@example.com"))
      try test.deploy(contract(), by: ada)
      try test.deploy(contract(), project: "other", by: bob)
      let browser = try test.browser("bob@example.com", projects: .only(["other"]))
      let page = try browser.page("/audit")
      #expect(page.text.contains("other"))
      #expect(page.text.contains("Signed in to the pages"))
      #expect(!page.text.contains("ada@example.com"))
      #expect(!page.text.contains("orders"))
    }
  }

  @Test func whatIsNoPageSaysSo() async throws {
    try await PagesPlane.with { (test) throws in
      let browser = try test.browser()
      for path in [
        "/nothing", "/plans/", "/plans/a/b/c", "/assets/../secrets.key", "/%00", "/plans/%ff",
      ] {
        #expect(try browser.page(path, status: 404).texts("h1") == ["There is no such page"])
      }
    }
  }
}
