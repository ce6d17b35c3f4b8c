import HTTPTypes
import TestSupport
import Testing

@testable import ControlPlane
@testable import ControlPlanePages

struct HeaderTests {
  @Test func everyAnswerIsKeptApart() async throws {
    try await PagesPlane.with { (test) throws in
      let (browser, stranger) = (try test.browser(), PageBrowser(port: test.port))
      let replies =
        try ["/plans", "/tokens", "/nothing", "/assets/style.css", "/assets/icon.svg", "/"]
        .map(browser.get)
        + [
          try stranger.get("/sign-in"), try stranger.get("/plans"),
          try browser.post("/tokens", [:]),
        ]
      for reply in replies {
        #expect(
          reply["content-security-policy"]
            == "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
            + "base-uri 'none'; frame-ancestors 'none'")
        #expect(reply["x-content-type-options"] == "nosniff")
        #expect(reply["referrer-policy"] == "same-origin")
        #expect(reply["cache-control"] == "no-store")
        #expect(reply["cross-origin-opener-policy"] == "same-origin")
        #expect(reply["cross-origin-resource-policy"] == "same-origin")
      }
      #expect(replies.map(\.status) == [200, 200, 404, 200, 200, 303, 200, 303, 403])
      #expect(replies[0]["content-type"] == "text/html; charset=utf-8")
      #expect(replies[3]["content-type"] == "text/css; charset=utf-8")
      #expect(replies[4]["content-type"] == "image/svg+xml")
    }
  }

  @Test func onPlainLoopbackTheCookieIsOneThatABrowserKeeps() async throws {
    try await PagesPlane.with { (test) throws in
      let reply = try PageBrowser(port: test.port).get("/sign-in")
      let cookie = try #require(reply["set-cookie"])
      #expect(cookie.hasPrefix("zigttp-session="))
      #expect(cookie.hasSuffix("; Path=/; HttpOnly; SameSite=Strict"))
    }
  }

  /// Reference: RFC 6265bis, section 4.1.3.2.
  @Test func overTLSItIsOfThisHostAlone() async throws {
    try await PagesPlane.with(policy: policy { $0.publicURL = "https://plane.test" }) {
      (test) throws in
      let browser = PageBrowser(port: test.port)
      let reply = try browser.get("/sign-in")
      let cookie = try #require(reply["set-cookie"])
      #expect(cookie.hasPrefix("__Host-zigttp-session="))
      #expect(cookie.hasSuffix("; Path=/; HttpOnly; SameSite=Strict; Secure"))
      let csrf = try PageTree(reply.body).csrf
      let (token, _) = try test.token()
      let direct = try browser.post("/sign-in", ["csrf": csrf, "token": token])
      #expect(direct.status == 403)
      let signedIn = try browser.post(
        "/sign-in", ["csrf": csrf, "token": token], ["Origin": "https://plane.test"])
      #expect(signedIn.status == 303)
      let session = try #require(browser.cookie("__Host-zigttp-session"))
      #expect(try browser.get("/plans").status == 200)
      // The other name is nothing here.
      let plain = PageBrowser(port: test.port)
      plain.setCookie(session, "zigttp-session")
      #expect(try plain.get("/plans").status == 303)
    }
  }

  @Test func originsAreTheSameWithTheirUsualPort() {
    #expect(Origin.areSame("https://Plane.test", "https://plane.test:443"))
    #expect(Origin.areSame("http://plane.test:80", "http://plane.test"))
    #expect(!Origin.areSame("https://plane.test:80", "https://plane.test"))
    #expect(!Origin.areSame("http://plane.test", "https://plane.test"))
  }

  @Test func anotherHostIsNotAnswered() async throws {
    try await PagesPlane.with { (test) throws in
      let browser = try test.browser()
      let reply = try browser.ask("GET", "/plans", ["Host": "evil.test"])
      #expect((400..<500).contains(reply.status))
      #expect(!reply.text.contains("Reviews"))
    }
  }

  @Test func whatIsForProgramsStaysTheirs() async throws {
    try await PagesPlane.with { (test) throws in
      let browser = try test.browser()
      for path in ["/v1/grants", "/v1/nothing", "/v2/", "/v1", "/metrics"] {
        let reply = try browser.get(path)
        #expect(reply["content-type"] == "application/problem+json", "\(path)")
        #expect(reply["set-cookie"] == nil)
      }
      #expect(try browser.get("/healthz").text == "ok\n")
      // A session of a browser is no token.
      let reply = try browser.ask(
        "GET", "/v1/grants", ["Authorization": "Bearer \(browser.cookie() ?? "")"])
      #expect(reply.status == 401)
    }
  }
}
