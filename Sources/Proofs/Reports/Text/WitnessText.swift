import Contracts
import Encodings
import Handbook

/// How a property is lost, and why a proof is not complete, for `check --explain`.
struct WitnessText {
  private let explanation: ProofExplanation
  private let lines: SourceLines
  /// Whether the property that was asked about holds.
  private let holds: Bool

  /// A block for each thing that is lost: what it means, the ways in which it is lost, each step with
  /// its line, and what would mend it.
  static func render(_ explanation: ProofExplanation, of facts: Facts) -> SafeText {
    let holds = explanation.property.map { facts.properties[$0] == true } ?? false
    return WitnessText(
      explanation: explanation, lines: SourceLines(explanation.sources), holds: holds
    ).text
  }

  private var text: SafeText {
    if explanation.unclaimed.isEmpty { return lost }
    let labels = explanation.unclaimed.map(\.label).joined(separator: ", ")
    let rest = explanation.property == nil && !explanation.witnesses.isEmpty ? lost : ""
    return rest
      + "\nThe contract that was given does not say what the code has:\n\(paragraph(labels))"
  }

  private var lost: SafeText {
    let witnesses = explanation.witnesses
    if let property = explanation.property, holds || witnesses.isEmpty {
      let wording = PropertyWording(of: property)
      let heading: SafeText = holds ? "\(property.label) holds." : "\(property.label) is lost."
      return "\n\(heading)\n\(paragraph(wording.meaning))"
        + (holds ? "" : "\n\(paragraph("To mend it: \(wording.advice)"))")
    }
    if witnesses.isEmpty { return "\nNothing is lost that can be pointed at.\n" }
    var blocks: [[Witness]] = []
    for witness in witnesses {
      if blocks.last?.first?.subject == witness.subject {
        blocks[blocks.count - 1].append(witness)
      } else {
        blocks.append([witness])
      }
    }
    return blocks.map(block).joined()
  }

  private func block(_ witnesses: [Witness]) -> SafeText {
    guard let first = witnesses.first else { return "" }
    let wording = first.wording
    let ways = witnesses.map { "\n\(way($0))" as SafeText }.joined()
    return """
      \n\(Self.heading(first.subject)).
      \(paragraph(wording.meaning))\(ways)
      \(paragraph("To mend it: \(wording.advice)"))
      """
  }

  private func way(_ witness: Witness) -> SafeText {
    let allowing =
      witness.leak.map { "  allowed by --allow-leak '\($0.text)'\n" as SafeText } ?? ""
    return witness.steps.map(step).joined() + allowing
  }

  private func step(_ step: Witness.Step) -> SafeText {
    let head: SafeText = "  \(step.path):\(step.line):\(step.column): \(step.what)\n"
    guard let excerpt = lines.excerpt(path: step.path, line: step.line, column: step.column) else {
      return head
    }
    let number: SafeText = "\(step.line)"
    return head + "  \(number.padded(to: 6, atStart: true)) | \(excerpt.text)\n"
      + "         | \(excerpt.caretLine)\n"
  }

  // The program's own words.
  private func paragraph(_ words: String) -> SafeText {
    Wrapped.lines(words, indent: "  ", width: 80).map { "\($0)\n" as SafeText }.joined()
  }

  private static func heading(_ subject: Witness.Subject) -> SafeText {
    switch subject {
    case .property(let property): "\(property.label) is lost"
    case .proofLevel(let level): "The proof is \(level.rawValue)"
    }
  }
}
