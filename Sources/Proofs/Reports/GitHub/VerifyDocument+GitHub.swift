import Encodings
import Verification

extension VerifyDocument {
  /// For a GitHub Actions run: an error for each check that did not pass, what nobody could look at
  /// as a notice, and what all of it comes to.
  public var workflowCommands: SafeText {
    let details = report.checks.compactMap { check -> WorkflowCommand? in
      let title: SafeText =
        "zigttp verify: \(check.kind.rawValue)\(check.subject.isEmpty ? "" : " \(check.subject)")"
      switch check.result {
      case .passed, .claimed: return nil
      case .failed, .missing:
        return WorkflowCommand(
          .error, title: title,
          "expected \(check.expected ?? "nothing"), found \(check.shownFound ?? "nothing")")
      case .notCovered(let reason):
        return WorkflowCommand(.notice, title: title, "not covered: \(reason)")
      }
    }
    let digest: SafeText = (report.binary ?? report.image).map { " is \($0)" } ?? ""
    let level: WorkflowCommand.Level =
      switch report.verdict {
      case .verified: .notice
      case .claimed, .notAnchored: .warning
      case .incomplete, .failed: .error
      }
    let end = WorkflowCommand(
      level, title: "zigttp verify", "\(target)\(digest): \(report.verdict.wording)")
    return (details + [end]).map(\.text).joined()
  }
}
