import Contracts
import Encodings
import Testing

@testable import Reports

@Suite struct ProofListTableTests {
  @Test func noEntry() {
    #expect(ProofListTable.render([]).text == "(none)\n")
  }

  @Test func oneEntry() throws {
    let report = ProofReport(event: Samples.event(), facts: Samples.facts())
    let entry = ProofListEntry(report)
    #expect(entry.verdict == .safe)
    #expect(entry.contractSha == Samples.sha("a"))
    try Golden.expect(ProofListTable.render([entry]).text, is: "list-one.txt")
  }

  @Test func manyEntries() throws {
    let entries = [
      ProofListEntry(
        event: Samples.event { $0.target = "https://cp.example.com/team" },
        contractSha: Samples.sha("c"), proofLevel: .partial, verdict: .safeWithAdditions),
      ProofListEntry(
        event: Samples.event {
          $0.kind = "equivalence"
          $0.timestamp = 0
          $0.target = nil
        }, contractSha: "abc", proofLevel: .none, verdict: nil),
      ProofListEntry(
        event: ProofEvent(kind: "swap", handlerPath: "h.ts", service: "a"), contractSha: "",
        proofLevel: .complete, verdict: .breaking),
      ProofListEntry(
        event: ProofEvent(kind: "check", handlerPath: "h.ts", service: "日本語"),
        contractSha: Samples.sha("1"), proofLevel: .complete, verdict: .safe),
    ]
    try Golden.expect(ProofListTable.render(entries).text, is: "list-many.txt")
  }

  @Test func columnsAreAlignedAndNoLineEndsInSpaces() {
    let names = ["a", "orders", String(repeating: "s", count: 63), "日本語", "e\u{301}"]
    let entries = names.map { name in
      ProofListEntry(
        event: Samples.event { $0.service = name }, contractSha: Samples.sha("9"),
        proofLevel: .complete, verdict: .safe)
    }
    let lines = ProofListTable.render(entries).text.split(separator: "\n").map(String.init)
    #expect(lines.count == names.count + 1)
    let starts = lines.dropFirst().map { line -> Int in
      let range = line.split(separator: "999999999999")
      return SafeText(escaping: range[0]).width
    }
    #expect(Set(starts).count == 1)
    #expect(lines.allSatisfy { !$0.hasSuffix(" ") })
  }

  @Test func longNamesAreCut() {
    let entry = ProofListEntry(
      event: Samples.event { $0.service = String(repeating: "x", count: 100_000) },
      contractSha: Samples.sha("9"), proofLevel: .complete, verdict: .safe)
    let text = ProofListTable.render([entry]).text
    #expect(text.contains(String(repeating: "x", count: 62) + "…  999999999999"))
    #expect(text.count < 500)
  }

  @Test func hostileTextStaysInItsCell() throws {
    let text = ProofListTable.render([
      ProofListEntry(Samples.hostileReport),
      ProofListEntry(ProofReport(event: Samples.event(), facts: Samples.facts())),
    ]).text
    expectNothingHostile(text)
    #expect(text.split(separator: "\n").count == 3)
    try Golden.expect(text, is: "list-hostile.txt")
  }
}
