import Contracts
import Testing

@testable import Reports

@Suite struct TextCardTests {
  @Test func firstDeploy() throws {
    let report = ProofReport(event: Samples.event(), facts: Samples.facts())
    try Golden.expect(TextCard.render(report).text, is: "card-first-deploy.txt")
    #expect(report.verdict == .safe)
    #expect(report.delta == nil)
  }

  @Test func nothingChanged() throws {
    let report = ProofReport(
      event: Samples.event(), facts: Samples.facts(),
      // Another contract with the same facts is no change to those who depend on it.
      baseline: Samples.facts { $0.contractSha = Samples.sha("b") })
    try Golden.expect(TextCard.render(report).text, is: "card-nothing-changed.txt")
  }

  @Test func everySectionChanged() throws {
    let report = ProofReport(
      event: Samples.event(), facts: Samples.after, baseline: Samples.before)
    try Golden.expect(TextCard.render(report).text, is: "card-everything-changed.txt")
    #expect(report.verdict == .breaking)
  }

  @Test func everySectionChangedBack() throws {
    let report = ProofReport(
      event: Samples.event(), facts: Samples.before, baseline: Samples.after)
    try Golden.expect(TextCard.render(report).text, is: "card-everything-changed-back.txt")
  }

  @Test func anotherProverOverTheSameSources() throws {
    try Golden.expect(TextCard.render(Samples.reproven).text, is: "card-reproven.txt")
    #expect(Samples.reproven.verdict == .safe)
    var other = Samples.reproven
    other.baselineProvenance.sources = Samples.digest("3")
    #expect(other.verdict == .breaking)
    #expect(TextCard.render(other).text.contains("  Changes:    properties -1\n"))
    // Where nothing differs there is nothing to tell of.
    other = Samples.reproven
    other.facts = Samples.facts()
    #expect(TextCard.render(other).text.contains("  Changes:    (none)\n"))
  }

  @Test func additionsOnly() throws {
    let more = Samples.facts {
      $0.routes.append(Route(pattern: "POST /orders"))
      $0.properties[.retrySafe] = true
    }
    let report = ProofReport(event: Samples.event(), facts: more, baseline: Samples.facts())
    try Golden.expect(TextCard.render(report).text, is: "card-additions.txt")
    #expect(report.verdict == .safeWithAdditions)
  }

  @Test func hostedWithBlockers() throws {
    let report = ProofReport(
      event: Samples.event { $0.region = "us-central" }, facts: Samples.facts(),
      blockers: [
        .drift(reason: "the service runs another image"), .review(reason: "egress is new"),
        .leak(property: "no-secret-leakage", source: "API_KEY", sink: "body"),
      ])
    try Golden.expect(TextCard.render(report).text, is: "card-blockers.txt")
  }

  @Test func aContractThatWasGiven() throws {
    let report = ProofReport(
      event: Samples.event(), facts: Samples.facts { $0.imported = true },
      blockers: [.contract(lacking: "env API_KEY")])
    try Golden.expect(TextCard.render(report).text, is: "card-imported.txt")
  }

  @Test func nothingKnown() throws {
    let report = ProofReport(
      event: ProofEvent(kind: "check", handlerPath: "handler.js"),
      facts: Facts(
        contractSha: Samples.sha("f"),
        properties: Samples.allProven.mapValues { _ in false }))
    try Golden.expect(TextCard.render(report).text, is: "card-nothing-known.txt")
  }

  @Test func valuesStartAtColumn15() {
    let card = TextCard.render(
      ProofReport(
        event: Samples.event { $0.region = "eu" }, facts: Samples.after, baseline: Samples.before,
        blockers: [.drift(reason: "a"), .drift(reason: "b")])
    ).text
    let lines = card.split(separator: "\n").dropFirst()
    #expect(lines.count > 20)
    for line in lines {
      let start = line.prefix { $0 == " " }.count
      if start == 2 {
        let label = line.prefix(14)
        #expect(label.contains(":") && label.last == " ", "\(line)")
        #expect(line.dropFirst(14).first != " ", "\(line)")
      } else {
        // A further value, or a bullet.
        #expect(start == 14 || start == 4, "\(line)")
      }
    }
  }

  @Test func hostileTextStaysOnItsLine() throws {
    let card = TextCard.render(Samples.hostileReport).text
    try Golden.expect(card, is: "card-hostile.txt")
    expectNothingHostile(card)
    #expect(card.split(separator: "\n").count { $0.hasPrefix("  Verdict:") } == 1)
  }
}

/// Whether all that could move a cursor or reorder text is gone, newlines apart.
func expectNothingHostile(
  _ text: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  for scalar in text.unicodeScalars where scalar != "\n" {
    let category = scalar.properties.generalCategory
    #expect(
      ![.control, .format, .lineSeparator, .paragraphSeparator].contains(category),
      "U+\(String(scalar.value, radix: 16))", sourceLocation: sourceLocation)
  }
}
