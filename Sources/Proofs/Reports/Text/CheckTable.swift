import Encodings
import Verification

/// The checks of a verification, a line each; of what is not as it should be two lines more, with what
/// was expected and what was found.
enum CheckTable {
  // Of a value that is as it should be.
  private static let longest = 100
  // Of a subject beside which the others stand.
  private static let widest = 28

  static func render(_ checks: [ArtifactCheck]) -> SafeText {
    let kinds = checks.map(\.kind.rawValue.utf8.count).max() ?? 0
    let subjects = checks.map { min(subject($0).width, widest) }.max() ?? 0
    return checks.map { check -> SafeText in
      let kind = SafeText(escaping: check.kind.rawValue).padded(to: kinds)
      var line: SafeText = "  \(word(check.result).padded(to: 9))\(kind)  "
      line += subject(check).padded(to: subjects)
      switch check.result {
      case .passed, .claimed:
        line += "  \((check.shownFound ?? "").clipped(to: longest))"
        return "\(line.trimmed())\n"
      case .notCovered(let reason): return "\(line)  \(reason)\n"
      case .failed, .missing:
        let (expected, found) = (check.expected ?? "nothing", check.shownFound ?? "nothing")
        let room = SafeText.spaces(11)
        return "\(line.trimmed())\n\(room)expected  \(expected)\n\(room)found     \(found)\n"
      }
    }.joined()
  }

  private static func subject(_ check: ArtifactCheck) -> SafeText { "\(check.subject)" }

  private static func word(_ result: ArtifactCheck.Result) -> SafeText {
    switch result {
    case .passed: "ok"
    case .failed: "FAILED"
    case .claimed: "claimed"
    case .missing: "MISSING"
    case .notCovered: "-"
    }
  }
}
