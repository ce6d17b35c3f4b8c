import Contracts
import Encodings

/// A flat badge of one proof: the service on the left, proof level and verdict on the right.
///
/// It loads nothing, neither fonts nor images, and says the same to a screen reader. Widths come
/// from a table, so that the bytes depend on the report alone.
/// Reference: SVG 2, sections 5.5 ("title") and 11.5 ("textLength"); WAI-ARIA graphics, `img`.
public enum BadgeSVG {
  private static let height = 20
  private static let padding = 6
  private static let longestLabel = 40

  /// The document.
  public static func render(_ report: ProofReport) -> SafeText {
    let label = SafeText(escaping: report.event.service ?? "zigttp").clipped(to: longestLabel)
    let verdict = words(report.verdict)
    let message: SafeText = "proof \(report.facts.proofLevel.rawValue), \(verdict)"
    let contract = report.facts.contractSha.prefix(12)
    let origin: SafeText = report.facts.imported ? ", imported" : ""
    let title: SafeText = "\(label): \(message) (contract \(contract)\(origin))"
    return draw(label: label, message: message, title: title, color: color(report))
  }

  /// The text as XML character data or the value of an attribute.
  static func escape(_ text: SafeText) -> SafeText {
    var out = ""
    for character in text.text.unicodeScalars {
      switch character {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "'": out += "&#39;"
      default: out.unicodeScalars.append(character)
      }
    }
    return SafeText(escaping: out)
  }

  private static func words(_ verdict: Verdict) -> String {
    switch verdict {
    case .safe: "safe"
    case .safeWithAdditions: "safe with additions"
    case .breaking: "breaking"
    }
  }

  // White text on each has a contrast of at least 4.5 to 1.
  private static func color(_ report: ProofReport) -> SafeText {
    if report.verdict == .breaking || !report.blockers.isEmpty { return "#b3261e" }
    switch report.facts.proofLevel {
    case .none: return "#5f6368"
    case .partial: return "#8a5a00"
    case .complete: return report.verdict == .safe ? "#1e7a34" : "#1a66a8"
    }
  }

  private static func draw(
    label: SafeText, message: SafeText, title: SafeText, color: SafeText
  ) -> SafeText {
    let (labelText, messageText) = (BadgeFont.width(label.text), BadgeFont.width(message.text))
    let left = labelText + 2 * padding
    let right = messageText + 2 * padding
    let name = escape(title)
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(left + right)" height="\(height)" \
      role="img" aria-label="\(name)">
      <title>\(name)</title>
      <rect width="\(left)" height="\(height)" fill="#444444"/>
      <rect x="\(left)" width="\(right)" height="\(height)" fill="\(color)"/>
      <g fill="#ffffff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">
      <text x="\(padding)" y="14" textLength="\(labelText)">\(escape(label))</text>
      <text x="\(left + padding)" y="14" textLength="\(messageText)">\(escape(message))</text>
      </g>
      </svg>

      """
  }
}
