import ControlPlaneAPI
import Foundation
import RegistryTesting
import TestSupport
import Testing

@testable import ControlPlane
@testable import ControlPlanePages

/// Every page that there is, each in the states that it has.
struct EveryPage {
  let test: PagesPlane
  let browser: PageBrowser
  let paths: [String]

  init(_ test: PagesPlane) throws {
    self.test = test
    let ada = try test.caller("ada@example.com", [.deploy, .review, .admin])
    try test.deploy(contract(reading: "A"), env: ["A": "1"], by: ada)
    try test.settled()
    let waiting = try test.plan(contract(reading: "A", "B"), by: ada).planID
    let granted = try test.plan(contract(reading: "A", "C"), by: ada).planID
    let rejected = try test.plan(contract(reading: "A", "D"), by: ada).planID
    _ = try test.plane.approve(granted, PlanApproval(mode: .grant), by: ada)
    _ = try test.plane.reject(rejected, by: ada)
    let start = try test.plane.devices.start(
      address: "192.0.2.7", client: "zigttp/1 (laptop)", verificationURL: "u", now: test.now)
    browser = try test.browser("ada@example.com", [.deploy, .review, .admin])
    paths =
      [waiting, granted, rejected].map { "/plans/\($0)" } + [
        "/plans", "/plans?before=1", "/tokens", "/device", "/device?code=\(start.userCode)",
        "/grants", "/services", "/services/orders", "/audit", "/audit?before=1", "/nothing",
      ]
  }

  /// Each with its bytes; those too that only a form leads to, and the one for who is not signed in.
  func replies() throws -> [(name: String, reply: TestClient.Reply)] {
    var replies = try paths.map { ($0, try browser.get($0)) }
    let csrf = try browser.csrf(on: "/tokens")
    let stranger = PageBrowser(port: test.port)
    replies.append(("/sign-in", try stranger.get("/sign-in?to=%2Ftokens")))
    replies.append(
      (
        "a token that is none",
        try stranger.post(
          "/sign-in", ["csrf": try stranger.csrf(on: "/sign-in"), "token": "x"])
      ))
    replies.append(
      (
        "a new token",
        try browser.post(
          "/tokens", ["csrf": csrf, "rights": "deploy", "expires": "7d", "note": "laptop"])
      ))
    replies.append(("no right", try browser.post("/tokens", ["csrf": csrf, "expires": "7d"])))
    replies.append(("no form", try browser.post("/tokens", ["csrf": "x"])))
    replies.append(
      (
        "a link from elsewhere",
        try stranger.ask(
          "GET", "/plans", ["Cookie": "a=1", "Sec-Fetch-Site": "cross-site"])
      ))
    return replies
  }
}

struct AccessibilityTests {
  @Test func everyPageCanBeUsedByEverybody() async throws {
    try await PagesPlane.with { (test) throws in
      for (name, reply) in try EveryPage(test).replies() {
        let page = try PageTree(reply.body)
        Self.expectOutline(page, name)
        Self.expectLabels(page, name)
        Self.expectTables(page, name)
        Self.expectNothingInline(page, name)
      }
    }
  }

  private static func expectOutline(_ page: PageTree, _ name: String) {
    #expect(page.root.name == "html" && page.root["lang"] == "en", "\(name)")
    for landmark in ["title", "main", "header", "footer", "h1"] {
      #expect(page.all(landmark).count == 1, "\(name): \(landmark)")
    }
    #expect(page.all("nav").allSatisfy { $0["aria-label"] != nil }, "\(name)")
    let levels = page.elements.compactMap { element -> Int? in
      guard element.name.count == 2, element.name.hasPrefix("h") else { return nil }
      return Int(element.name.dropFirst())
    }
    #expect(levels.first == 1, "\(name)")
    for (before, after) in zip(levels, levels.dropFirst()) {
      #expect(after <= before + 1, "\(name): h\(before) and then h\(after)")
    }
    let first = page.all("body").first?.all.first { ["a", "button", "input"].contains($0.name) }
    #expect(first?["href"] == "#content", "\(name)")
    #expect(page.all("main").first?["id"] == "content", "\(name)")
    #expect(page.all("meta").contains { $0["content"]?.contains("width=device-width") == true })
  }

  private static func expectLabels(_ page: PageTree, _ name: String) {
    let ids = page.elements.compactMap { $0["id"] }
    #expect(Set(ids).count == ids.count, "\(name): \(ids.sorted())")
    for element in page.elements {
      for attribute in ["for", "aria-labelledby", "aria-describedby"] {
        for id in element[attribute]?.split(separator: " ") ?? [] {
          #expect(ids.contains(String(id)), "\(name): \(attribute) \(id)")
        }
      }
    }
    let labelled = Set(page.all("label").compactMap { $0["for"] })
    for field in page.all("input") + page.all("select") where field["type"] != "hidden" {
      #expect(field["id"].map(labelled.contains) == true, "\(name): \(field.attributes)")
    }
    for element in page.all("button") + page.all("a") + page.all("label") + page.all("summary") {
      #expect(!PageTree.plain(element.text).isEmpty, "\(name): \(element.attributes)")
    }
    #expect(page.all("button").allSatisfy { $0["type"] == "submit" }, "\(name)")
    for group in page.all("fieldset") { #expect(group.all("legend").count == 1, "\(name)") }
    for section in page.all("section") { #expect(section["aria-labelledby"] != nil, "\(name)") }
    // A sign is never alone: a word stands beside it.
    for status in page.elements where status["class"]?.hasPrefix("status ") == true {
      #expect(status.children.first?["aria-hidden"] == "true", "\(name)")
      #expect(PageTree.plain(status.text).split(separator: " ").count > 1, "\(name)")
    }
  }

  private static func expectTables(_ page: PageTree, _ name: String) {
    for table in page.all("table") {
      #expect(table.all("caption").first.map { !$0.text.isEmpty } == true, "\(name)")
      let columns = table.all("thead").flatMap { $0.all("th") }
      #expect(columns.allSatisfy { $0["scope"] == "col" }, "\(name)")
      for row in table.all("tbody").flatMap({ $0.all("tr") }) {
        #expect(row.children.count == columns.count, "\(name)")
        #expect(
          row.children.map { $0["data-label"] }
            == columns.map { PageTree.plain($0.text) }, "\(name)")
      }
    }
  }

  private static func expectNothingInline(_ page: PageTree, _ name: String) {
    for element in page.elements {
      #expect(!["script", "style", "iframe", "object"].contains(element.name), "\(name)")
      #expect(element["style"] == nil, "\(name)")
      #expect(!element.attributes.keys.contains { $0.hasPrefix("on") }, "\(name)")
    }
    for form in page.all("form") where form["method"] == "post" {
      #expect(form.all("input").contains { $0["name"] == "csrf" }, "\(name)")
    }
  }

  /// Reference: WCAG 2.2, 1.4.3 and 1.4.11.
  @Test(arguments: [false, true])
  func coloursCanBeToldApart(isDark: Bool) throws {
    let sheet = String(decoding: PackageResources.style_css, as: UTF8.self)
    let blocks = sheet.split(separator: ":root {", omittingEmptySubsequences: false)
    var colours: [Substring: Substring] = [:]
    for block in blocks[1...(isDark ? 2 : 1)] {
      for line in block.prefix(while: { $0 != "}" }).split(separator: "\n") {
        let parts = line.split(separator: ":")
        guard parts.count == 2, let hash = parts[1].firstIndex(of: "#") else { continue }
        colours[parts[0].drop { $0 == " " || $0 == "-" }] = parts[1][hash...].dropFirst().prefix(6)
      }
    }
    func luminance(_ name: Substring) throws -> Double {
      let value = try #require(colours[name].flatMap { UInt32($0, radix: 16) })
      let parts = [16, 8, 0].map { shift -> Double in
        let part = Double(value >> UInt32(shift) & 255) / 255
        return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }
    func contrast(_ a: Substring, _ b: Substring) throws -> Double {
      let both = [try luminance(a), try luminance(b)].sorted()
      return (both[1] + 0.05) / (both[0] + 0.05)
    }
    for ground: Substring in ["paper", "raised", "note"] {
      for text: Substring in ["ink", "quiet", "accent", "good", "bad", "waiting"] {
        #expect(try contrast(text, ground) >= 4.5, "\(text) on \(ground)")
      }
      for edge: Substring in ["edge", "focus"] {
        #expect(try contrast(edge, ground) >= 3, "\(edge) on \(ground)")
      }
    }
    #expect(try contrast("on-accent", "accent") >= 4.5)
  }

  // Attributes of HTML that are younger than the program.
  private static let younger = ["aria-current", "autocapitalize", "inputmode"]

  @Test(.enabled(if: ForeignPrograms.isExpected("tidy")))
  func everyPageIsValid() async throws {
    let tidy = try #require(ForeignPrograms.find("tidy"))
    try await PagesPlane.with { (test) throws in
      for (place, entry) in try EveryPage(test).replies().enumerated() {
        let file = try test.scratch.write("page-\(place).html", entry.reply.body)
        let output = "\(test.scratch.path)/tidy-\(place)"
        _ = run(
          [tidy, "-quiet", "-errors", "--doctype", "html5", "--drop-empty-elements", "no", file],
          output: output)
        let found = try text(of: output).split(separator: "\n").filter { line in
          !Self.younger.contains { line.hasSuffix("proprietary attribute \"\($0)\"") }
        }
        #expect(found == [], "\(entry.name)")
      }
    }
  }
}
