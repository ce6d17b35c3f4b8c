import Contracts
import Encodings

/// The receipt of one proof in Markdown, for a pull request, a wiki or a release page.
///
/// It depends on the row, its baseline and its objects only. Everything that a row may choose stands
/// in code spans, where neither markup nor HTML nor mentions are read.
/// Reference: CommonMark 0.31.2, section 6.1; GitHub Flavored Markdown, "Tables".
public enum MarkdownReceipt {
  /// The document.
  public static func render(_ report: ProofReport) -> SafeText {
    var sections = [heading(report), properties(report.facts), surface(report.facts)]
    sections.append(changes(report))
    if !report.blockers.isEmpty { sections.append(blockers(report.blockers)) }
    return sections.joined(separator: "\n")
  }

  /// A code span that shows exactly the text, whatever it holds.
  static func code(_ text: String) -> SafeText {
    let safe = SafeText(escaping: text)
    if safe.isEmpty { return "(empty)" }
    // The fence must be longer than any run of backticks inside.
    var longest = 0
    var run = 0
    for character in safe.text.utf8 {
      run = character == UInt8(ascii: "`") ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence: SafeText = "\(String(repeating: "`", count: longest + 1))"
    let isBlank = safe.text.allSatisfy { $0 == " " }
    let touches: (Character?) -> Bool = { $0 == "`" || $0 == " " }
    let needsRoom = !isBlank && (touches(safe.text.first) || touches(safe.text.last))
    return needsRoom ? "\(fence) \(safe) \(fence)" : fence + safe + fence
  }

  private static func heading(_ report: ProofReport) -> SafeText {
    let (event, facts) = (report.event, report.facts)
    var lines: [SafeText] = ["# Proof receipt: \(event.service.map(code) ?? "(unnamed)")", ""]
    func add(_ label: SafeText, _ value: SafeText?) {
      if let value { lines.append("- **\(label):** \(value)") }
    }
    add("Handler", code(event.handlerPath))
    add("Kind", code(event.kind))
    add("Time", event.timestamp.map { "\(Timestamp.rfc3339(milliseconds: $0))" })
    add("Target", event.target.map(code))
    add("Region", event.region.map(code))
    add("Contract", code(facts.contractSha))
    add("Image", event.image.map { code($0.description) })
    add("Record", event.record.map { code($0.description) })
    add("Binary", event.binary.map { code($0.description) })
    add("Sources", event.provenance.sources.map { code($0.description) })
    add("Prover", event.provenance.prover.map(code))
    add("Proof", "\(facts.proofLevel.rawValue)")
    if facts.imported { add("Imported", FactsWording.imported) }
    add("Baseline", report.baseline.map { code($0.contractSha) } ?? "none (first deploy)")
    add("Verdict", code(report.verdict.rawValue))
    return lines.joined(separator: "\n") + "\n"
  }

  static func properties(_ facts: Facts) -> SafeText {
    var lines: [SafeText] = ["## Properties", "", "| property | proven |", "|---|---|"]
    for property in Property.allCases {
      lines.append("| \(property.label) | \(facts.holds(property) ? "yes" : "no") |")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  static func surface(_ facts: Facts) -> SafeText {
    var lines: [SafeText] = ["## Surface", ""]
    func add(_ label: SafeText, _ items: [String], open: DynamicSection? = nil) {
      var shown = items.map(code)
      if let open, facts.dynamic.contains(open) {
        shown.append(open == .routes ? "and more, not literal" : "unrestricted")
      }
      lines.append("- **\(label):** \(shown.isEmpty ? "none" : shown.joined(separator: ", "))")
    }
    add("Routes", facts.routes.map(\.label), open: .routes)
    add("Env", facts.envKeys, open: .env)
    add("Egress", facts.egressHosts, open: .egress)
    add("Cache", facts.cacheNamespaces, open: .cache)
    add("Capabilities", facts.capabilities)
    if !facts.sqlQueries.isEmpty || facts.dynamic.contains(.sql) {
      add("SQL", facts.sqlQueries, open: .sql)
    }
    if !facts.egressCredentials.isEmpty { add("Secrets", facts.egressCredentials) }
    if !facts.allowedLeaks.isEmpty { add("Allowed leaks", facts.allowedLeaks) }
    if !facts.declaredSpecs.isEmpty { add("Declared specs", facts.declaredSpecs) }
    return lines.joined(separator: "\n") + "\n"
  }

  static func changes(_ report: ProofReport) -> SafeText {
    let isReproven = report.delta?.isReproven == true
    var lines: [SafeText] = ["## Changes", ""]
    if isReproven {
      lines = ["## Reproven", "", "The same sources by another prover:", ""]
    }
    for change in ChangeWording.inCardOrder(report.delta?.changes ?? []) {
      let noun = ChangeWording.noun(change.section)
      switch change.kind {
      case .added: lines.append("- added \(noun) \(code(change.item))")
      case .removed: lines.append("- removed \(noun) \(code(change.item))")
      case .changed(let from, let to): lines.append("- \(noun): \(code(from)) to \(code(to))")
      }
    }
    if report.delta?.changes.isEmpty ?? true {
      lines.append(report.baseline == nil ? "None (first deploy)." : "None.")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  static func blockers(_ blockers: [Blocker]) -> SafeText {
    let items = blockers.map { "- **\($0.title):** \(code($0.detail))" as SafeText }
    let lines = ["## Blockers", ""] + items
    return lines.joined(separator: "\n") + "\n"
  }
}
