import Contracts
import Testing

@testable import Reports

@Suite struct DiffTextTests {
  static let diff = ProofDiff(
    base: ProofDiff.Side(
      ref: "HEAD~1", event: Samples.event { $0.timestamp = 0 }, facts: Samples.before),
    head: ProofDiff.Side(ref: "HEAD", event: Samples.event(), facts: Samples.after))

  @Test func bothSidesAndTheChanges() throws {
    try Golden.expect(DiffText.render(Self.diff).text, is: "diff.txt")
    #expect(!Self.diff.crossesServices)
  }

  @Test func sameFacts() throws {
    var diff = Self.diff
    diff.head.facts = diff.base.facts
    diff.head.event.service = nil
    diff.head.event.timestamp = nil
    try Golden.expect(DiffText.render(diff).text, is: "diff-none.txt")
    #expect(diff.crossesServices)
  }

  @Test func changesReadAsOnTheCard() {
    let card = TextCard.render(
      ProofReport(event: Samples.event(), facts: Samples.after, baseline: Samples.before)
    ).text
    let diff = DiffText.render(Self.diff).text
    let changes = diff.split(separator: "\n").drop { !$0.hasPrefix("  Changes:") }
    #expect(changes.count > 10)
    #expect(card.contains(changes.joined(separator: "\n") + "\n"))
  }

  @Test func hostileTextStaysOnItsLine() throws {
    let hostile = Samples.hostile
    let diff = ProofDiff(
      base: ProofDiff.Side(
        ref: hostile, event: Samples.hostileReport.event, facts: Samples.facts()),
      head: ProofDiff.Side(
        ref: hostile, event: Samples.hostileReport.event, facts: Samples.hostileFacts))
    let text = DiffText.render(diff).text
    expectNothingHostile(text)
    #expect(text.split(separator: "\n").count { $0.hasPrefix("  Verdict:") } == 1)
  }
}
