import Testing

@testable import Reports

@Suite struct MarkdownCommentTests {
  @Test func everySectionChanged() throws {
    let report = ProofReport(
      event: Samples.event(), facts: Samples.after, baseline: Samples.before)
    try Golden.expect(CheckDocument(report).markdown.text, is: "comment-everything-changed.md")
  }

  @Test func firstDeploy() throws {
    let report = ProofReport(event: Samples.event(), facts: Samples.facts())
    try Golden.expect(CheckDocument(report).markdown.text, is: "comment-first-deploy.md")
  }

  @Test func hostileTextStaysInItsSpan() throws {
    let text = CheckDocument(Samples.hostileReport).markdown.text
    try Golden.expect(text, is: "comment-hostile.md")
    expectNothingHostile(text)
    // Beside what folds, which is ours, no HTML stands outside of a code span, and no heading.
    let folds = ["<details>", "<summary>", "</summary>", "</details>"]
    var outside = outsideCodeSpans(text)
    for tag in folds { outside = outside.replacing(tag, with: "") }
    #expect(!outside.contains("<") && !outside.contains("@") && !outside.contains("&"))
    #expect(text.split(separator: "\n").count { $0.hasPrefix("#") } == 5)
  }
}
