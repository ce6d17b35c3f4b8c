import Contracts
import ControlPlaneAPI
import Encodings
import TestSupport
import Testing

@testable import ControlPlane
@testable import ControlPlanePages

/// Whatever a client or a person said is shown, and does nothing.
struct EscapingTests {
  // Ends an attribute, an element and a tag; the quote that a mark is put on is one Character.
  static let hostile = [
    "\"><x-evil onevil=\"1\">", "'><x-evil onevil='1'>", "\"\u{301} onevil=1 x=\"",
    "</code><x-evil/>", "&lt;x-evil&gt;", "<!--", "]]>", "{{csrf}}", "\u{202e}abc\u{7}\u{7f}",
    "\u{d4e}\" onevil=1 x=\"", ">\u{300}<x-evil>",
  ]
  static let all = hostile.joined(separator: " ")

  /// No element and no attribute comes from it, and it is there.
  private static func expectHarmless(_ tree: PageTree, _ place: String) {
    for element in tree.elements {
      #expect(!element.name.contains("evil"), "\(place)")
      #expect(!element.attributes.keys.contains { $0.contains("evil") }, "\(place)")
      #expect(!element.attributes.keys.contains { $0.hasPrefix("on") }, "\(place)")
      #expect(element.name != "script")
    }
  }

  private static func expectShown(_ tree: PageTree, _ place: String) {
    expectHarmless(tree, place)
    #expect(tree.text.contains("<x-evil onevil=\"1\">"), "\(place)")
    #expect(tree.text.contains("{{csrf}}"), "\(place)")
    #expect(tree.text.contains("&lt;x-evil&gt;"), "\(place)")
    #expect(tree.text.contains("\\u{202e}abc\\u{7}"), "\(place)")
  }

  @Test func aContractSaysAnything() async throws {
    try await PagesPlane.with { (test) throws in
      let ada = try test.caller()
      try test.deploy(contract(), by: ada)
      let next = contract(reading: Self.all) {
        $0.egress.hosts = [Self.all]
        $0.cache.namespaces = [Self.all]
        $0.capabilities = [Self.all]
        $0.allowedLeaks = [Self.all]
        $0.declaredSpecs = [Self.all]
        $0.egress.credentials = [
          Contract.EgressCredential(source: Self.all, header: Self.all, host: Self.all)
        ]
        $0.sql.queries = [
          Contract.SQLQuery(
            name: Self.all, operation: Self.all, statement: Self.all, tables: [Self.all])
        ]
        $0.api.routes = [
          Contract.APIRoute(method: "GET", path: "/" + Self.all, pathParams: [])
        ]
      }
      let id = try test.plan(next, by: ada).planID
      let browser = try test.browser()
      Self.expectHarmless(try browser.page("/plans"), "plans")
      Self.expectShown(try browser.page("/plans/\(id)"), "plan")
      Self.expectHarmless(try browser.page("/services/orders"), "service")
      _ = try test.plane.approve(id, PlanApproval(mode: .grant), by: ada)
      Self.expectShown(try browser.page("/plans/\(id)"), "plan with grants")
      Self.expectHarmless(try browser.page("/grants"), "grants")
      try test.deploy(next, generation: 1, env: [ByteName(Self.all): "x"], by: ada)
      Self.expectShown(try browser.page("/services/orders"), "env names")
      Self.expectHarmless(try browser.page("/audit"), "audit")
    }
  }

  @Test func aPersonSaysAnything() async throws {
    try await PagesPlane.with { (test) throws in
      let email = "\"><x-evil/onevil='1'>@example.com"
      let (token, _) = try test.token(email, [.admin, .deploy, .review], note: Self.all)
      let ada = try test.holder(of: token)
      try test.deploy(contract(), by: ada)
      let id = try test.plan(contract(reading: "A"), by: ada).planID
      let browser = PageBrowser(port: test.port)
      try browser.signIn(token)
      for path in ["/plans", "/plans/\(id)", "/services/orders", "/grants", "/audit", "/device"] {
        let page = try browser.page(path)
        Self.expectHarmless(page, path)
        #expect(page.text.contains(email), "\(path)")
      }
      Self.expectShown(try browser.page("/tokens"), "note")
      let csrf = try browser.csrf(on: "/tokens")
      // A form that is shown again, in its attributes.
      let again = try browser.post(
        "/tokens",
        ["csrf": csrf, "note": Self.all, "projects": Self.all, "email": Self.all, "rights": "x"])
      #expect(again.status == 400)
      let page = try PageTree(again.body)
      Self.expectHarmless(page, "form")
      #expect(page.all("input").contains { $0["value"]?.contains("<x-evil") == true })
    }
  }

  @Test func aDeviceSaysAnything() async throws {
    try await PagesPlane.with { (test) throws in
      let start = try test.plane.devices.start(
        address: Self.all, client: String(Self.all.prefix(100)), verificationURL: "u",
        now: test.now)
      let page = try test.browser().page("/device?code=\(start.userCode)")
      Self.expectShown(page, "device")
    }
  }

  @Test func aQuerySaysAnything() async throws {
    try await PagesPlane.with { (test) throws in
      let browser = try test.browser()
      let query = PercentEncoding.encodeSegment(Self.all)
      Self.expectHarmless(try browser.page("/device?code=\(query)", status: 404), "code")
      Self.expectHarmless(try browser.page("/plans?before=\(query)"), "before")
      Self.expectHarmless(try browser.page("/audit?before=\(query)"), "before")
      Self.expectHarmless(try browser.page("/plans/\(query)", status: 404), "path")
      Self.expectHarmless(try browser.page("/services/\(query)", status: 404), "path")
      Self.expectHarmless(
        try PageBrowser(port: test.port).page("/sign-in?to=\(query)"), "to")
    }
  }

  @Test func aProviderSaysAnything() async throws {
    try await PagesPlane.with { (test) throws in
      test.provider.tell(
        "orders", ServiceObservation(state: .failed, message: Self.all, url: "http://\(Self.all)"))
      try test.deploy(contract(), by: test.caller())
      try test.settled()
      let browser = try test.browser()
      Self.expectShown(try browser.page("/services/orders"), "service")
      Self.expectShown(try browser.page("/services"), "services")
      Self.expectShown(try browser.page("/audit"), "audit")
    }
  }

  @Test func noTemplatePassesAnythingUnescaped() {
    for (name, bytes) in PageTemplates.sources {
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(!text.contains("{{{") && !text.contains("{{&") && !text.contains("{{%"), "\(name)")
    }
  }

  /// The templates' escaping looks at characters, of which a mark makes others.
  @Test(arguments: ["\"", "'", "<", ">", "&"])
  func aSignStandsAlone(_ sign: String) {
    for text in ["\(sign)\u{301}", "\(sign)\u{200d}x", "\u{d4e}\(sign)", "a\(sign)\u{93e}b"] {
      let shown = PageValue.shown(text)
      #expect(shown.contains(Character(sign)), "\(shown.unicodeScalars.map(\.value))")
      let others = shown.filter { $0 != Character(sign) }
      #expect(!others.unicodeScalars.contains { String($0) == sign })
    }
    #expect(PageValue.shown("é e\u{301} 日本") == "é e\u{301} 日本")
  }
}
