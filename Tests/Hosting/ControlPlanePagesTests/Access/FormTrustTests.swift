import TestSupport
import Testing

@testable import ControlPlane

/// Reference: control-plane.md, "What an attacker meets", Pages.
struct FormTrustTests {
  private static func tokens(_ test: PagesPlane) throws -> Int { try test.plane.tokens.all().count }

  @Test func aFormOfAnotherSiteIsRefused() async throws {
    try await PagesPlane.with { (test) throws in
      let browser = try test.browser()
      let csrf = try browser.csrf(on: "/tokens")
      let fields: KeyValuePairs = ["csrf": csrf, "rights": "deploy", "expires": "7d"]
      for headers in [
        ["Origin": "https://evil.test"], ["Origin": "null"], ["Origin": ""],
        ["Origin": "http://127.0.0.1"], ["Origin": "https://127.0.0.1:\(test.port)"],
        ["Origin": "http://127.0.0.1:\(test.port).evil.test"], ["Sec-Fetch-Site": "cross-site"],
        ["Sec-Fetch-Site": "same-site"],
      ] {
        let reply = try browser.post("/tokens", fields, headers)
        #expect(reply.status == 403, "\(headers)")
        #expect(reply.text.contains("The form came from another site"))
        _ = try PageTree(reply.body)
      }
      #expect(try Self.tokens(test) == 1)
      #expect(try browser.post("/tokens", fields).status == 201)
      #expect(try browser.post("/tokens", fields, ["Sec-Fetch-Site": ""]).status == 201)
    }
  }

  @Test func aFormWithoutItsTokenIsRefused() async throws {
    try await PagesPlane.with { (test) throws in
      let (browser, other) = (try test.browser(), try test.browser("eve@example.com"))
      let own = try browser.csrf(on: "/tokens")
      let fields: (String) -> KeyValuePairs<String, String> = {
        ["csrf": $0, "rights": "deploy", "expires": "7d"]
      }
      for csrf in ["", "0", try other.csrf(on: "/tokens"), own.uppercased(), own + "0"] {
        let reply = try browser.post("/tokens", fields(csrf))
        #expect(reply.status == 403)
        #expect(reply.text.contains("not one of this session"))
      }
      let none = try browser.post("/tokens", ["rights": "deploy", "expires": "7d"])
      #expect(none.status == 403)
      let elsewhere = try browser.post(
        "/tokens?csrf=\(own)", ["rights": "deploy", "expires": "7d"])
      #expect(elsewhere.status == 403)
      #expect(try Self.tokens(test) == 2)
      #expect(try browser.post("/tokens", fields(own)).status == 201)
    }
  }

  /// Every place that takes forms looks at both.
  @Test func everyFormIsLookedAt() async throws {
    try await PagesPlane.with { (test) throws in
      let browser = try test.browser()
      let csrf = try browser.csrf(on: "/tokens")
      for path in [
        "/sign-in", "/sign-out", "/plans/x/approve", "/plans/x/reject", "/device", "/tokens",
        "/tokens/x/revoke", "/grants/x/revoke",
      ] {
        let foreign = try browser.post(path, ["csrf": csrf], ["Origin": "https://evil.test"])
        #expect(foreign.status == 403, "\(path)")
        #expect(try browser.post(path, ["csrf": "x"]).status == 403, "\(path)")
        let json = try browser.post(path, ["csrf": csrf], ["Content-Type": "application/json"])
        #expect(json.status == 415, "\(path)")
      }
      #expect(try browser.get("/plans").status == 200)
    }
  }

  @Test func signingInIsNoExceptionToThat() async throws {
    try await PagesPlane.with { (test) throws in
      let (token, _) = try test.token()
      let browser = PageBrowser(port: test.port)
      // Somebody's browser that never saw the form.
      let blind = try browser.post("/sign-in", ["csrf": "x", "token": token])
      #expect(blind.status == 403)
      #expect(blind["set-cookie"] == nil)
      let csrf = try browser.csrf(on: "/sign-in")
      let foreign = try browser.post(
        "/sign-in", ["csrf": csrf, "token": token], ["Origin": "https://evil.test"])
      #expect(foreign.status == 403)
      #expect(try browser.get("/plans").status == 303)
    }
  }

  @Test func aBodyThatIsTooLargeIsNotRead() async throws {
    try await PagesPlane.with { (test) throws in
      let browser = try test.browser()
      let csrf = try browser.csrf(on: "/tokens")
      let reply = try browser.post(
        "/tokens", ["csrf": csrf, "note": String(repeating: "x", count: 3 << 20)])
      #expect(reply.status == 413)
      #expect(reply["content-type"] == "text/html; charset=utf-8")
    }
  }

  @Test func onlyFormsGoWhereFormsGo() async throws {
    try await PagesPlane.with { (test) throws in
      let browser = try test.browser()
      for path in ["/sign-out", "/plans/x/approve", "/tokens/x/revoke"] {
        let reply = try browser.get(path)
        #expect(reply.status == 405)
        #expect(reply["allow"] == "POST")
      }
      #expect(try browser.post("/audit", [:]).status == 405)
      #expect(try browser.ask("DELETE", "/tokens")["allow"] == "GET, HEAD, POST")
      let head = try browser.ask("HEAD", "/plans")
      #expect(head.status == 200)
      #expect(head["content-length"] == "\(try browser.get("/plans").body.count)")
    }
  }
}
