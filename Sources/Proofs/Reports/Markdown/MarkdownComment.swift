import Contracts
import Encodings

/// What a check found, as a comment on a pull request: the verdict and what changed first, the rest
/// folded away.
///
/// Everything that a source may choose stands in code spans, as in ``MarkdownReceipt``.
/// Reference: CommonMark 0.31.2, section 4.6 (HTML blocks).
enum MarkdownComment {
  /// The comment.
  static func render(_ report: ProofReport) -> SafeText {
    var sections = [heading(report), summary(report), MarkdownReceipt.changes(report)]
    if !report.blockers.isEmpty { sections.append(MarkdownReceipt.blockers(report.blockers)) }
    sections.append("<details><summary>What was proven</summary>\n")
    sections += [MarkdownReceipt.properties(report.facts), MarkdownReceipt.surface(report.facts)]
    sections.append("</details>\n")
    return sections.joined(separator: "\n")
  }

  private static func heading(_ report: ProofReport) -> SafeText {
    let service = report.event.service.map(MarkdownReceipt.code) ?? "(unnamed)"
    return "# Proof review of \(service): \(MarkdownReceipt.code(report.verdict.rawValue))\n"
  }

  private static func summary(_ report: ProofReport) -> SafeText {
    let (event, facts) = (report.event, report.facts)
    let proven = FactsWording.proven(facts)
    var rows: [(SafeText, SafeText)] = [
      ("Handler", MarkdownReceipt.code(event.handlerPath)),
      ("Contract", MarkdownReceipt.code(facts.contractSha)),
      ("Baseline", report.baseline.map { MarkdownReceipt.code($0.contractSha) } ?? "none"),
      ("Proof", "\(facts.proofLevel.rawValue)"),
      ("Proven", proven.isEmpty ? "(none)" : "\(proven.joined(separator: ", "))"),
      ("Surface", FactsWording.surface(facts)),
    ]
    if facts.imported { rows.insert(("Imported", FactsWording.imported), at: 4) }
    // A list, because in a table a bar would end the cell, also within a code span.
    let lines = rows.map { "- **\($0):** \($1)" as SafeText }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension CheckDocument {
  /// For a comment on a pull request.
  public var markdown: SafeText { MarkdownComment.render(report) }
}
