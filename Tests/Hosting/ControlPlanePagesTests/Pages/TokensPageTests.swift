import TestSupport
import Testing

@testable import ControlPlane

struct TokensPageTests {
  @Test func aTokenIsMadeAndShownOnce() async throws {
    try await PagesPlane.with { (test) throws in
      let browser = try test.browser()
      let form = try browser.page("/tokens")
      let reply = try browser.post(
        "/tokens",
        [
          "csrf": try form.csrf, "note": "laptop", "rights": "deploy", "rights": "review",
          "projects": "orders, other", "expires": "30d",
        ])
      #expect(reply.status == 201)
      let page = try PageTree(reply.body)
      #expect(page.text.contains("it is shown this once"))
      let token = try #require(page.texts("code").first { $0.hasPrefix("ztc_") })
      let caller = try test.holder(of: token)
      #expect(caller.email == "ada@example.com")
      #expect(caller.rights == [.deploy, .review])
      #expect(caller.projects == .only(["orders", "other"]))
      let kept = try #require(try test.plane.tokens.all().first { $0.note == "laptop" })
      #expect(kept.expiresAt == test.now + 30 * 86_400_000)
      let list = try browser.page("/tokens")
      #expect(list.text.contains("laptop"))
      #expect(!list.text.contains(token))
      let row = try #require(
        try test.plane.auditPage(for: caller).rows.first { $0.action == "token.created" })
      #expect(row.email == "ada@example.com")
    }
  }

  @Test func nobodyGivesWhatHeHasNot() async throws {
    try await PagesPlane.with { (test) throws in
      let browser = try test.browser(
        "ada@example.com", [.deploy], projects: .only(["orders"]))
      let form = try browser.page("/tokens")
      #expect(form.all("input").filter { $0["name"] == "rights" }.map { $0["value"] } == ["deploy"])
      #expect(!form.all("input").contains { $0["name"] == "email" })
      let csrf = try form.csrf
      func send(_ fields: KeyValuePairs<String, String>) throws -> PageBrowser.Reply {
        try browser.post("/tokens", fields)
      }
      for (reply, why) in [
        (try send(["csrf": csrf, "rights": "admin", "expires": "7d"]), "Nobody gives rights"),
        (
          try send(["csrf": csrf, "rights": "deploy", "rights": "review", "expires": "7d"]),
          "Nobody gives rights"
        ),
        (
          try send(["csrf": csrf, "rights": "deploy", "projects": "other", "expires": "7d"]),
          "Nobody gives projects"
        ),
        (
          try send([
            "csrf": csrf, "rights": "deploy", "email": "bob@example.com", "expires": "7d",
          ]), "a token for somebody else"
        ),
      ] {
        #expect(reply.status == 403)
        #expect(try PageTree(reply.body).text.lowercased().contains(why.lowercased()))
      }
      for fields: KeyValuePairs in [
        ["csrf": csrf, "expires": "7d"], ["csrf": csrf, "rights": "deploy", "expires": "1s"],
        ["csrf": csrf, "rights": "deploy", "projects": "Not A Name!", "expires": "7d"],
      ] {
        #expect(try send(fields).status == 400)
      }
      #expect(try test.plane.tokens.all().count == 1)
      // What is left empty is what he has.
      #expect(try send(["csrf": csrf, "rights": "deploy", "expires": "7d"]).status == 201)
      #expect(
        try test.plane.tokens.all().map(\.projects) == [.only(["orders"]), .only(["orders"])])
    }
  }

  @Test func noTokenOutlivesTheOneThatMadeIt() async throws {
    try await PagesPlane.with { (test) throws in
      let (token, _) = try test.token(expiresAt: test.now + 20 * 86_400_000)
      let browser = PageBrowser(port: test.port)
      try browser.signIn(token)
      let csrf = try browser.csrf(on: "/tokens")
      for (expires, status) in [("30d", 403), ("never", 403), ("7d", 201)] {
        let reply = try browser.post(
          "/tokens", ["csrf": csrf, "rights": "deploy", "expires": expires])
        #expect(reply.status == status)
      }
    }
  }

  @Test func whoMayAdminGivesToEverybody() async throws {
    try await PagesPlane.with { (test) throws in
      let browser = try test.browser("root@example.com", [.admin])
      let csrf = try browser.csrf(on: "/tokens")
      let reply = try browser.post(
        "/tokens",
        ["csrf": csrf, "email": "bob@example.com", "rights": "review", "expires": "never"])
      #expect(reply.status == 201)
      let kept = try #require(
        try test.plane.tokens.all().first { $0.email == "bob@example.com" })
      #expect(kept.rights == [.review])
      #expect(kept.expiresAt == nil)
      #expect(try browser.page("/tokens").text.contains("bob@example.com"))
      let wrong = try browser.post(
        "/tokens", ["csrf": csrf, "email": "no address", "rights": "review", "expires": "7d"])
      #expect(wrong.status == 400)
    }
  }

  @Test func aTokenIsRevoked() async throws {
    try await PagesPlane.with { (test) throws in
      let browser = try test.browser()
      let (_, other) = try test.token(note: "old laptop")
      let (_, eves) = try test.token("eve@example.com")
      let page = try browser.page("/tokens")
      #expect(page.text.contains("old laptop"))
      #expect(!page.text.contains(eves.id))
      let csrf = try page.csrf
      #expect(page.actions.contains("/tokens/\(other.id)/revoke"))
      #expect(try browser.post("/tokens/\(other.id)/revoke", ["csrf": csrf]).status == 303)
      let after = try browser.page("/tokens")
      #expect(after.text.contains("Revoked"))
      #expect(!after.actions.contains("/tokens/\(other.id)/revoke"))
      #expect(try browser.post("/tokens/\(eves.id)/revoke", ["csrf": csrf]).status == 404)
      #expect(try browser.post("/tokens/none/revoke", ["csrf": csrf]).status == 404)
      let kept = try test.plane.tokens.all()
      #expect(kept.first { $0.id == other.id }?.revokedAt == test.now)
      #expect(kept.first { $0.id == eves.id }?.revokedAt == nil)
      let admin = try test.browser("root@example.com", [.admin])
      let adminCSRF = try admin.csrf(on: "/tokens")
      #expect(try admin.post("/tokens/\(eves.id)/revoke", ["csrf": adminCSRF]).status == 303)
    }
  }
}
