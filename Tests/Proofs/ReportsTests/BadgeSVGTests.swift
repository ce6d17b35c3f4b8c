import Contracts
import Foundation
import Testing

@testable import Reports

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct BadgeSVGTests {
  @Test func safe() throws {
    let report = ProofReport(event: Samples.event(), facts: Samples.facts())
    try Golden.expect(BadgeSVG.render(report).text, is: "badge-safe.svg")
  }

  @Test func breaking() throws {
    let report = ProofReport(
      event: Samples.event(), facts: Samples.after, baseline: Samples.before)
    try Golden.expect(BadgeSVG.render(report).text, is: "badge-breaking.svg")
  }

  @Test func hostile() throws {
    let badge = BadgeSVG.render(Samples.hostileReport).text
    try Golden.expect(badge, is: "badge-hostile.svg")
    expectNothingHostile(badge)
    #expect(!badge.contains("<script"))
  }

  @Test(arguments: [
    ProofReport(event: Samples.event(), facts: Samples.facts()), Samples.hostileReport,
    ProofReport(event: ProofEvent(kind: "deploy", handlerPath: ""), facts: Samples.facts()),
    ProofReport(event: Samples.event { $0.service = "" }, facts: Samples.facts()),
    ProofReport(event: Samples.event { $0.service = "日本語 \u{0}\u{ffff}" }, facts: Samples.facts()),
  ])
  func isWellFormedAndAccessible(report: ProofReport) {
    let reader = SVGReader()
    let parser = XMLParser(data: Data(BadgeSVG.render(report).text.utf8))
    parser.delegate = reader
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    #expect(reader.elements == ["svg", "title", "rect", "rect", "g", "text", "text"])
    #expect(reader.root["role"] == "img")
    #expect(reader.root["aria-label"] == reader.title)
    #expect(reader.title.contains("proof \(report.facts.proofLevel.rawValue)"))
  }

  @Test func widthFollowsTheText() {
    #expect(BadgeFont.width("") == 0)
    #expect(BadgeFont.width("iiii") == 12)
    #expect(BadgeFont.width("WWWW") == 44)
    #expect(BadgeFont.width("日") == 11)
    #expect(BadgeFont.width("proof complete, safe") > BadgeFont.width("proof none, safe"))
  }

  @Test func colorTellsTheStateApart() {
    func color(_ report: ProofReport) -> Substring? {
      BadgeSVG.render(report).text.split(separator: "fill=\"").dropFirst(2).first?.prefix(7)
    }
    let event = Samples.event()
    let reports = [
      ProofReport(event: event, facts: Samples.facts()),
      ProofReport(event: event, facts: Samples.facts { $0.proofLevel = .partial }),
      ProofReport(event: event, facts: Samples.facts { $0.proofLevel = .none }),
      ProofReport(
        event: event, facts: Samples.facts(), baseline: Samples.facts { $0.envKeys = [] }),
      ProofReport(
        event: event, facts: Samples.facts { $0.envKeys = [] }, baseline: Samples.facts()),
    ]
    let colors = reports.map(color)
    #expect(Set(colors).count == reports.count)
    var blocked = reports[0]
    blocked.blockers = [.drift(reason: "x")]
    #expect(color(blocked) == colors[4])
  }
}

/// Notes what a badge is made of.
private final class SVGReader: NSObject, XMLParserDelegate {
  var elements: [String] = []
  var root: [String: String] = [:]
  var title = ""
  private var isInTitle = false

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String] = [:]
  ) {
    if elements.isEmpty { root = attributes }
    elements.append(name)
    isInTitle = name == "title"
  }
  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    if name == "title" { isInTitle = false }
  }
  func parser(_ parser: XMLParser, foundCharacters text: String) {
    if isInTitle { title += text }
  }
}
