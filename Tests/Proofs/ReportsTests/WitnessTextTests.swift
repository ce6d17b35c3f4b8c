import Contracts
import HandlerLanguage
import Testing

@testable import Reports

@Suite struct WitnessTextTests {
  static let witnesses = [
    Witness(
      of: .property(.noSecretLeakage),
      leak: Leak(of: .noSecretLeakage, source: "API_KEY", sink: "response"),
      steps: [
        .init(what: "secret API_KEY", path: "handler.ts", line: 3, column: 13),
        .init(what: "passed to wrap", path: "handler.ts", line: 7, column: 24),
        .init(what: "returned by wrap", path: "lib/wrap.ts", line: 2, column: 43),
        .init(what: "response", path: "handler.ts", line: 7, column: 10),
      ]),
    Witness(
      of: .property(.readOnly),
      steps: [.init(what: "cacheSet \(Samples.hostile)", path: "a.ts", line: 9, column: 1)]),
    Witness(
      of: .property(.readOnly),
      steps: [.init(what: "cacheSet", path: "handler.ts", line: 9, column: 70)]),
    Witness(
      of: .proofLevel(.partial),
      steps: [.init(what: "the env name is not a literal here", path: "a.ts", line: 2, column: 20)]),
  ]

  static let sources = [
    file(
      "handler.ts",
      """
      import { env } from "zigttp:env";
      import { wrap } from "./lib/wrap";
      const key = env("API_KEY");

      export function handler(req) {
        const name = req.query.name;
        return Response.json(wrap(key));
      }
      const long = (a, b, c) => [a, b, c].map((item) => item.toUpperCase()).forEach((item) => cacheSet("names", item, "a value that is rather long", 60));
      """),
    file(
      "lib/wrap.ts",
      "// Two\u{2028}  \u{1b}[31mconst w\u{4e16}rap = (v) => /* \t of anything */ ({ v });\r\n"),
    file("a.ts", "// one line"),
  ]

  private static func file(_ path: String, _ text: String) -> SourceFile {
    SourceFile(path: path, bytes: Array(text.utf8))
  }

  static let explanation = ProofExplanation(of: nil, witnesses, sources: sources)

  private func text(_ property: Property?, _ witnesses: [Witness]) -> String {
    WitnessText.render(
      ProofExplanation(of: property, witnesses, sources: Self.sources),
      of: ReportDocumentTests.first.facts
    ).text
  }

  @Test func whatOnlyAGivenContractLacksIsNamed() {
    func text(_ property: Property?, _ witnesses: [Witness]) -> String {
      let explanation = ProofExplanation(
        of: property, witnesses, sources: Self.sources, unclaimed: [.deterministic, .readOnly])
      return WitnessText.render(explanation, of: ReportDocumentTests.first.facts).text
    }
    let words = "\nThe contract that was given does not say what the code has:\n  "
    #expect(text(nil, []) == words + "deterministic, read-only\n")
    #expect(text(nil, Self.witnesses).hasSuffix("\n" + words + "deterministic, read-only\n"))
    #expect(text(.readOnly, []) == words + "read-only\n")
    #expect(!text(.noSecretLeakage, []).contains(words))
  }

  @Test func aBlockForWhatIsLostAndALineAStep() throws {
    let text = text(nil, Self.witnesses)
    try Golden.expect(text, is: "witnesses.txt")
    expectNothingHostile(text)
  }

  @Test func itFitsATerminal() {
    // The hostile one is as long as whoever wrote it wants.
    let lines = text(nil, Self.witnesses).split(separator: "\n").filter { !$0.contains("</text>") }
    #expect(lines.filter { $0.count > 80 } == [])
    #expect(lines.contains { $0.contains("…") })
  }

  @Test func withoutWitnessesItSaysSo() {
    #expect(text(nil, []) == "\nNothing is lost that can be pointed at.\n")
  }

  @Test func aPropertyThatHoldsIsSaidToAndNotMended() {
    #expect(
      text(.readOnly, []) == "\nread-only holds.\n  No call that can be reached writes anything.\n")
    #expect(text(.retrySafe, []).contains("retry-safe is lost.\n"))
    #expect(text(.retrySafe, []).contains("To mend it: "))
  }

  @Test func ofOnePropertyOnlyThatIsTold() {
    let text = text(.noSecretLeakage, Self.witnesses)
    #expect(!text.contains("read-only"))
    #expect(!text.contains("The proof is"))
  }

  @Test func whatIsMadeOfOthersIsLostAsTheyAre() {
    let chance = Witness(
      of: .property(.deterministic),
      steps: [.init(what: "uuid", path: "handler.ts", line: 3, column: 1)])
    let explanation = ProofExplanation(
      of: .idempotent, Self.witnesses + [chance], sources: Self.sources)
    #expect(explanation.witnesses == [chance])
  }

  /// The caret stands below the place, whatever stands before it.
  @Test(arguments: [
    ("  return wrap(key);", 10, "return wrap(key);", 8, 7),
    ("\t\tx", 3, "x", 1, 0),
    ("x", 1, "x", 1, 0),
    ("", 1, "", 1, 0),
    ("\u{4e16}\u{754c} = f(x)", 6, "\u{4e16}\u{754c} = f(x)", 6, 7),
    ("\u{1f600} + f(x)", 6, "\u{1f600} + f(x)", 6, 5),
    ("\u{1b} + f(x)", 5, "\u{1b} + f(x)", 5, 9),
    ("e\u{301} + f(x)", 6, "e\u{301} + f(x)", 6, 4),
  ]) func theCaretStandsBelowThePlace(
    line: String, column: Int, text: String, caret: Int, spaces: Int
  ) throws {
    let excerpt = try #require(Excerpt(Substring(line), column: column))
    #expect(excerpt.text == text)
    #expect(excerpt.caret == caret)
    #expect(excerpt.caretLine.text == String(repeating: " ", count: spaces) + "^")
  }

  @Test func ofALongLineThePlaceIsShown() throws {
    let line = String(repeating: "a", count: 500) + "HERE" + String(repeating: "b", count: 500)
    let excerpt = try #require(Excerpt(Substring(line), column: 501))
    #expect(excerpt.text.count <= Excerpt.columns)
    #expect(excerpt.text.hasPrefix("…a"))
    #expect(excerpt.text.hasSuffix("b…"))
    #expect(excerpt.text.dropFirst(excerpt.caret - 1).hasPrefix("HERE"))
  }

  @Test func aPlaceThatIsNotThereHasNoExcerpt() {
    let lines = SourceLines(Self.sources)
    #expect(lines.excerpt(path: "a.ts", line: 2, column: 1) == nil)
    #expect(lines.excerpt(path: "a.ts", line: 1, column: 99) == nil)
    #expect(lines.excerpt(path: "b.ts", line: 1, column: 1) == nil)
    #expect(
      lines.excerpt(path: "lib/wrap.ts", line: 2, column: 1)?.text.hasSuffix("({ v });") == true)
  }
}
