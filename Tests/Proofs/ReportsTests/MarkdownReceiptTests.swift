import Contracts
import Testing

@testable import Reports

@Suite struct MarkdownReceiptTests {
  @Test func firstDeploy() throws {
    let report = ProofReport(event: Samples.event(), facts: Samples.facts())
    try Golden.expect(MarkdownReceipt.render(report).text, is: "receipt-first-deploy.md")
  }

  @Test func everySectionChanged() throws {
    let report = ProofReport(
      event: Samples.event { $0.region = "eu" }, facts: Samples.after, baseline: Samples.before,
      blockers: [.review(reason: "egress is new")])
    try Golden.expect(MarkdownReceipt.render(report).text, is: "receipt-everything-changed.md")
  }

  @Test func aContractThatWasGivenSaysSo() {
    let report = ProofReport(event: Samples.event(), facts: Samples.facts { $0.imported = true })
    let line = "**Imported:** a contract of another compiler; the lower of both counts\n"
    #expect(MarkdownReceipt.render(report).text.contains(line))
    #expect(MarkdownComment.render(report).text.contains(line))
    #expect(BadgeSVG.render(report).text.contains(", imported)</title>"))
  }

  @Test func nothingChanged() {
    let report = ProofReport(
      event: Samples.event(), facts: Samples.facts(), baseline: Samples.facts())
    #expect(MarkdownReceipt.render(report).text.hasSuffix("## Changes\n\nNone.\n"))
  }

  @Test(arguments: [
    ("plain", "`plain`"),
    ("", "(empty)"),
    (" ", "` `"),
    ("a`b", "``a`b``"),
    ("`a", "`` `a ``"),
    ("a``", "``` a`` ```"),
    (" a", "`  a `"),
    ("``` x", "```` ``` x ````"),
    ("*_<b>&amp;", "`*_<b>&amp;`"),
    ("a\n# b", "`a\\u{a}# b`"),
  ])
  func codeSpansShowExactlyTheirText(text: String, expected: String) {
    #expect(MarkdownReceipt.code(text).text == expected)
  }

  @Test func anotherProverOverTheSameSources() throws {
    try Golden.expect(MarkdownReceipt.render(Samples.reproven).text, is: "receipt-reproven.md")
  }

  @Test func hostileTextStaysInItsSpan() throws {
    let text = MarkdownReceipt.render(Samples.hostileReport).text
    try Golden.expect(text, is: "receipt-hostile.md")
    expectNothingHostile(text)
    // Outside of code spans there is neither HTML, nor a mention, nor a heading of its own.
    let outside = outsideCodeSpans(text)
    #expect(!outside.contains("<") && !outside.contains("@") && !outside.contains("&"))
    #expect(text.split(separator: "\n").count { $0.hasPrefix("#") } == 5)
  }
}

/// What stands outside of code spans, as CommonMark reads them: a run of backticks up to the next run of the same length.
func outsideCodeSpans(_ text: String) -> String {
  var out = ""
  var rest = Substring(text)
  while let start = rest.firstIndex(of: "`") {
    out += rest[..<start]
    let fence = rest[start...].prefix { $0 == "`" }
    rest = rest[fence.endIndex...]
    var cursor = rest.startIndex
    var end: Substring.Index?
    while let next = rest[cursor...].firstIndex(of: "`") {
      let run = rest[next...].prefix { $0 == "`" }
      cursor = run.endIndex
      if run.count == fence.count {
        end = run.endIndex
        break
      }
    }
    guard let end else {
      out += fence
      continue
    }
    rest = rest[end...]
  }
  return out + rest
}
