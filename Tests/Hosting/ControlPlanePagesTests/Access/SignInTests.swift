import TestSupport
import Testing

@testable import ControlPlane

struct SignInTests {
  @Test func aTokenSignsIn() async throws {
    try await PagesPlane.with { (test) throws in
      let (token, kept) = try test.token()
      let browser = PageBrowser(port: test.port)
      let form = try browser.page("/sign-in")
      #expect(form.texts("h1") == ["Sign in"])
      let before = try #require(browser.cookie())
      let reply = try browser.post("/sign-in", ["csrf": try form.csrf, "token": " \(token)\n"])
      #expect(reply.status == 303)
      #expect(reply["location"] == "/plans")
      // Nobody can have put the session's secret into the browser before.
      #expect(browser.cookie() != before)
      let page = try browser.page("/plans")
      #expect(page.text.contains("Signed in as ada@example.com"))
      let rows = try test.plane.auditPage(for: test.holder(of: token)).rows
      #expect(rows.first?.action == "page.signed-in")
      #expect(rows.first?.reasons == ["from 127.0.0.1"])
      #expect(kept.email == "ada@example.com")
    }
  }

  @Test func theTokenIsNowhereButInTheRequest() async throws {
    try await PagesPlane.with { (test) throws in
      let (token, _) = try test.token()
      let browser = PageBrowser(port: test.port)
      try browser.signIn(token)
      let secret = try #require(browser.cookie())
      #expect(!secret.contains(token.dropFirst(4)))
      for path in ["/plans", "/tokens", "/audit"] {
        let text = try browser.get(path).text
        #expect(!text.contains(token))
        #expect(!text.contains(secret))
      }
      #expect(!test.log.joined().contains(secret))
      for name in try fileNames(in: test.scratch.path + "/data")
      where name.hasPrefix("control-plane") {
        let bytes = try test.scratch.read("data/\(name)")
        #expect(!String(decoding: bytes, as: UTF8.self).contains(secret))
      }
    }
  }

  @Test func whatIsNoTokenDoesNot() async throws {
    try await PagesPlane.with { (test) throws in
      let (revoked, kept) = try test.token()
      #expect(try test.plane.tokens.revoke(kept.id, now: test.now))
      let (over, _) = try test.token(expiresAt: test.now)
      let browser = PageBrowser(port: test.port)
      for token in ["ztc_00", revoked, over, "x' OR 1=1 --"] {
        let reply = try browser.post(
          "/sign-in", ["csrf": try browser.csrf(on: "/sign-in"), "token": token])
        #expect(reply.status == 403)
        let page = try PageTree(reply.body)
        #expect(page.text.contains("The token was not accepted"))
        #expect(page.elements.contains { $0["role"] == "alert" })
        #expect(!reply.text.contains("OR 1=1"))
      }
      let empty = try browser.post(
        "/sign-in", ["csrf": try browser.csrf(on: "/sign-in"), "token": " "])
      #expect(empty.status == 400)
      #expect(try browser.get("/plans").status == 303)
    }
  }

  @Test func whoGuessesIsSlowedDown() async throws {
    try await PagesPlane.with { (test) throws in
      let browser = PageBrowser(port: test.port)
      let csrf = try browser.csrf(on: "/sign-in")
      for _ in 0..<20 {
        #expect(try browser.post("/sign-in", ["csrf": csrf, "token": "ztc_x"]).status == 403)
      }
      let reply = try browser.post("/sign-in", ["csrf": csrf, "token": "ztc_x"])
      #expect(reply.status == 429)
      #expect(reply["retry-after"] != nil)
      // A token that is one does not pay for it.
      try browser.signIn(try test.token().token)
    }
  }

  @Test func whoIsNotSignedInIsLedThereAndBack() async throws {
    try await PagesPlane.with { (test) throws in
      let browser = PageBrowser(port: test.port)
      for path in ["/plans", "/tokens", "/audit", "/device?code=ABC", "/services/orders"] {
        let reply = try browser.get(path)
        #expect(reply.status == 303)
        #expect(reply["location"]?.hasPrefix("/sign-in?to=%2F") == true)
        #expect(reply.body.isEmpty)
      }
      let form = try browser.page("/sign-in?to=%2Fdevice%3Fcode%3DABC")
      let action = try #require(form.actions.first)
      let reply = try browser.post(
        action, ["csrf": try form.csrf, "token": try test.token().token])
      #expect(reply["location"] == "/device?code=ABC")
    }
  }

  @Test(arguments: [
    "https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)", "/a\r\nX: y",
    "/<x>", "",
  ])
  func nobodyIsLedElsewhere(_ target: String) async throws {
    try await PagesPlane.with { (test) throws in
      let browser = try test.browser()
      var query = ""
      for unit in target.utf8 { query += "%" + (unit < 16 ? "0" : "") + String(unit, radix: 16) }
      let reply = try browser.get("/sign-in?to=\(query)")
      #expect(reply.status == 303)
      #expect(reply["location"] == "/plans")
    }
  }

  @Test func aSessionEnds() async throws {
    try await PagesPlane.with { (test) throws in
      let (token, kept) = try test.token()
      let browser = PageBrowser(port: test.port)
      try browser.signIn(token)
      let csrf = try browser.csrf(on: "/tokens")
      test.advance(seconds: 12 * 3600 - 1)
      #expect(try browser.get("/plans").status == 200)
      test.advance(seconds: 1)
      #expect(try browser.get("/plans").status == 303)
      let late = try browser.post(
        "/tokens", ["csrf": csrf, "rights": "deploy", "expires": "7d", "note": "late"])
      #expect(late.status == 403)
      #expect(late.text.contains("Your session is over"))
      #expect(try test.plane.tokens.all().count == 1)

      // With its token, too.
      try browser.signIn(token)
      #expect(try browser.get("/plans").status == 200)
      #expect(try test.plane.tokens.revoke(kept.id, now: test.now))
      #expect(try browser.get("/plans").status == 303)
    }
  }

  @Test func signingOutEndsTheSessionAndNotTheToken() async throws {
    try await PagesPlane.with { (test) throws in
      let (token, _) = try test.token()
      let browser = PageBrowser(port: test.port)
      try browser.signIn(token)
      let stolen = try #require(browser.cookie())
      let reply = try browser.post("/sign-out", ["csrf": try browser.csrf(on: "/plans")])
      #expect(reply.status == 303)
      #expect(reply["set-cookie"]?.contains("Max-Age=0") == true)
      #expect(browser.cookie() == nil)
      browser.setCookie(stolen)
      #expect(try browser.get("/plans").status == 303)
      try browser.signIn(token)
    }
  }

  /// A browser sends no strict cookie with a link from elsewhere.
  @Test func aLinkFromElsewhereEndsNoSession() async throws {
    try await PagesPlane.with { (test) throws in
      let browser = try test.browser()
      let secret = try #require(browser.cookie())
      for path in ["/plans", "/sign-in", "/plans/plan-1?x=1"] {
        let reply = try browser.ask(
          "GET", path, ["Cookie": "other=1", "Sec-Fetch-Site": "cross-site"])
        #expect(reply.status == 200)
        #expect(reply["set-cookie"] == nil)
        let page = try PageTree(reply.body)
        #expect(page.all("meta").contains { $0["content"] == "0; url=\(path)" })
        #expect(page.all("a").contains { $0["href"] == path })
      }
      #expect(browser.cookie() == secret)
      #expect(try browser.get("/plans").status == 200)
    }
  }
}
