import HandlerLanguage
import JSON
import Testing

@testable import Reports

@Suite struct ErrorDocumentTests {
  static var refused: ErrorDocument {
    ErrorDocument(
      exitCode: 1, error: "failure", message: "the handler was refused: 1 error",
      next: ["Write it so."],
      diagnostics: [
        Diagnostic(
          code: "ZT101", message: "what\u{1b}[2J", advice: "less", path: "a\nb.ts", line: 3,
          column: 5)
      ])
  }

  @Test func textTellsMessageThenPlacesThenWhatToDo() {
    #expect(
      Self.refused.text.text == """
        error: the handler was refused: 1 error
        a\\u{a}b.ts:3:5: error[ZT101]: what\\u{1b}[2J; less
        Write it so.

        """)
  }

  @Test func jsonHoldsWhatWasSaid() throws {
    let line = Self.refused.jsonLine.text
    expectNothingHostile(line)
    let value = try JSONReader.strict(Array(line.utf8))
    #expect(value["schema"] == "https://zigttp.dev/schema/error-v1.json")
    #expect(value["exitCode"] == 1)
    #expect(value["error"] == "failure")
    #expect(value["next"] == ["Write it so."])
    let diagnostic = try #require(value["diagnostics"]?.arrayValue?.first)
    #expect(diagnostic["file"] == "a\nb.ts")
    #expect(diagnostic["message"] == "what\u{1b}[2J")
    #expect(diagnostic["advice"] == "less")
    #expect(diagnostic["line"] == 3)
  }

  @Test func nothingIsSaidTwice() {
    let silent = ErrorDocument(exitCode: 7, error: "integrity", message: "")
    #expect(silent.text.isEmpty)
    #expect(!silent.jsonLine.text.contains("diagnostics"))
  }
}
