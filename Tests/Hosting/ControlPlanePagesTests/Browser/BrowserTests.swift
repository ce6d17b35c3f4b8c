import ControlPlaneAPI
import Foundation
import JSON
import TestSupport
import Testing

@testable import ControlPlane

/// The pages in a browser that runs no script, by the keyboard alone.
@Suite(.enabled(if: ForeignPrograms.isExpected("chromium")))
struct BrowserTests {
  private static func chromium(_ test: PagesPlane) throws -> Chromium {
    let program = try #require(ForeignPrograms.find("chromium"))
    return try Chromium(program, profile: "\(test.scratch.path)/browser")
  }

  private static func signIn(_ browser: Chromium, _ token: String) throws {
    try browser.type(token, into: "#token")
    try browser.press("main button.primary")
  }

  @Test func aPlanIsReviewedFromItsAddress() async throws {
    try await PagesPlane.with(policy: policy { $0.needsFourEyes = true }) { (test) throws in
      let ada = try test.caller("ada@example.com")
      try test.deploy(contract(reading: "A"), by: ada)
      let id = try test.plan(contract(reading: "A", "B"), by: ada).planID
      let browser = try Self.chromium(test)
      let home = "http://127.0.0.1:\(test.port)"
      // Whoever asked for it may look, and no more.
      try browser.go(to: "\(home)/plans/\(id)")
      #expect(try browser.url() == "\(home)/sign-in?to=%2Fplans%2F\(id)")
      try Self.signIn(browser, try test.token("ada@example.com").token)
      #expect(try browser.url() == "\(home)/plans/\(id)")
      #expect(try browser.html().contains("Somebody else has to decide."))
      try browser.press("header button")
      #expect(try browser.url() == "\(home)/sign-in")

      try Self.signIn(browser, try test.token("bob@example.com").token)
      #expect(try browser.url() == "\(home)/plans")
      try browser.press("main table a")
      #expect(try browser.url() == "\(home)/plans/\(id)")
      try browser.press(".decide form:first-of-type button")
      #expect(try browser.url() == "\(home)/plans/\(id)")
      #expect(try browser.html(of: "main").contains("Approved by"))
      #expect(try test.plane.read { try $0.plan(id)?.status } == .approved)
      // No script sees the cookie, and no other site gets it.
      let cookie = try #require(try browser.cookies().first)
      #expect(cookie["httpOnly"] == true)
      #expect(cookie["sameSite"] == "Strict")
      #expect(cookie["session"] == true)
    }
  }

  @Test func aDeviceIsLetIn() async throws {
    try await PagesPlane.with { (test) throws in
      let start = try test.plane.devices.start(
        address: "192.0.2.7", client: "zigttp/1 (laptop)", verificationURL: "u", now: test.now)
      let browser = try Self.chromium(test)
      let home = "http://127.0.0.1:\(test.port)"
      try browser.go(to: "\(home)/device")
      try Self.signIn(browser, try test.token().token)
      try browser.type(start.userCode, into: "#code")
      try browser.press("main button.primary")
      #expect(try browser.html(of: "main").contains("192.0.2.7"))
      try browser.toggle("#right-review")
      try browser.press("button[value=approve]")
      #expect(try browser.html(of: "h1").contains("Sign-in approved"))
      guard
        case .signedIn(let signedIn) = try test.plane.devices.poll(
          start.deviceCode, now: test.now)
      else {
        Issue.record("the device was not let in")
        return
      }
      let caller = try test.holder(of: try #require(signedIn.token))
      #expect(caller.rights == [.deploy, .review])
    }
  }

  @Test func aTokenIsMadeThatSignsIn() async throws {
    try await PagesPlane.with { (test) throws in
      let browser = try Self.chromium(test)
      try browser.go(to: "http://127.0.0.1:\(test.port)/tokens")
      try Self.signIn(browser, try test.token().token)
      try browser.type("laptop", into: "#note")
      try browser.press("main form button.primary")
      let shown = try browser.html(of: ".secret code")
      let token = try #require(
        shown.split { $0 == "<" || $0 == ">" }.first { $0.hasPrefix("ztc_") })
      #expect(try test.holder(of: String(token)).rights == [.deploy])
      try browser.press("main a[href='/tokens']")
      #expect(try browser.html(of: "main").contains("laptop"))
    }
  }

  /// Reference: WCAG 2.2, 1.4.10.
  @Test func nothingIsCutOffOnASmallScreen() async throws {
    try await PagesPlane.with { (test) throws in
      let pages = try EveryPage(test)
      let browser = try Self.chromium(test)
      let home = "http://127.0.0.1:\(test.port)"
      try browser.look(width: 320)
      try browser.go(to: "\(home)/sign-in")
      #expect(try browser.contentWidth() <= 320)
      try Self.signIn(
        browser, try test.token("ada@example.com", [.deploy, .review, .admin]).token)
      for path in pages.paths {
        for (width, isDark) in [(Int64(320), false), (390, true), (1280, false), (1280, true)] {
          try browser.look(width: width, isDark: isDark)
          try browser.go(to: home + path)
          #expect(try browser.contentWidth() <= width, "\(path) at \(width)")
          let name = path.map { $0.isLetter || $0.isNumber ? $0 : "-" }
          let file = "\(String(name.prefix(24)))-\(width)\(isDark ? "-dark" : "").png"
          let picture = try browser.picture()
          try test.scratch.write(file, picture)
          // To be looked at by people.
          if let folder = getenv("ZIGTTP_SCREENSHOTS") {
            let url = URL(fileURLWithPath: "\(String(cString: folder))/\(file)")
            try Data(picture).write(to: url)
          }
        }
      }
      // They are pictures.
      let pictures = try fileNames(in: test.scratch.path).filter { $0.hasSuffix(".png") }
      #expect(pictures.count >= pages.paths.count)
      for name in pictures {
        #expect(try test.scratch.read(name).starts(with: [0x89, 0x50, 0x4e, 0x47]))
      }
    }
  }
}
