import Contracts
import Encodings
import HandlerLanguage

extension CheckDocument {
  /// For a GitHub Actions run: an error for each change that breaks, a notice for each other, all at
  /// the handler's file, and the verdict.
  public var workflowCommands: SafeText {
    let changes = report.delta?.changes ?? []
    let bullets = ChangeWording.bullets(changes)
    let isReproven = report.delta?.isReproven == true
    var commands = zip(ChangeWording.inCardOrder(changes), bullets).map { change, bullet in
      WorkflowCommand(
        !isReproven && change.verdict == .breaking ? .error : .notice,
        title: isReproven ? "zigttp check: reproven" : "zigttp check: \(change.verdict.rawValue)",
        bullet, file: report.event.handlerPath)
    }
    for blocker in report.blockers {
      commands.append(
        WorkflowCommand(
          .error, title: "zigttp check: \(blocker.title)", "\(blocker.detail)",
          file: report.event.handlerPath))
    }
    let baseline = report.baseline?.contractSha ?? "none"
    commands.append(
      WorkflowCommand(
        report.verdict == .breaking ? .error : .notice, title: "zigttp check",
        "\(report.verdict.rawValue): contract \(report.facts.contractSha), baseline \(baseline)"))
    return commands.map(\.text).joined()
  }

  /// The same for a source that was refused: each diagnostic where it stands.
  public static func workflowCommands(for diagnostics: [Diagnostic]) -> SafeText {
    diagnostics.map { diagnostic in
      let advice: SafeText = diagnostic.advice.map { "; \($0)" } ?? ""
      return WorkflowCommand(
        diagnostic.severity == .error ? .error : .warning, title: "zigttp \(diagnostic.code)",
        "\(diagnostic.message)\(advice)", file: diagnostic.path, line: diagnostic.line,
        column: diagnostic.column
      ).text
    }.joined()
  }
}
