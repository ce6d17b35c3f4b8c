import ArgumentParser
import ContentStore
import Contracts
import Deployment
import HandlerProver
import Ledger
import Reports

/// `zigttp check`: what a deploy would say, without one.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Prove the handler against the last deploy, and write nothing.")

  @OptionGroup var global: GlobalOptions

  /// What the answer is written as.
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, md, github }

  @Flag(help: "Exit with 8 when the change is breaking, with 1 where a deploy would stop.")
  var exitCode = false

  @Flag(help: "Fail where there is no earlier deploy to compare with.")
  var requireBaseline = false

  @Option(
    help: """
      text for people, md for a comment on a pull request, github for annotations on a GitHub \
      Actions run.
      """)
  var format = Format.text

  @Flag(
    help: """
      Show how each property that does not hold is lost, step by step, and why a proof is partial; \
      what that means, and what would mend it.
      """)
  var explain = false

  @OptionGroup var leaks: AllowLeakOptions

  @OptionGroup var given: ContractOption

  @Argument(help: "The property to explain, as the card names it; all of them otherwise.")
  var property: String?

  // Not in `validate`, which comes before unknown options are told: what follows one is taken for a
  // property.
  private func validateProperty() throws {
    guard let property else { return }
    guard explain else {
      throw ValidationError(
        """
        a property is named only with --explain; the handler is the one of the folder, or of what \
        -C names
        """)
    }
    guard Property(label: property) != nil else {
      let all = Property.allCases.map(\.label).joined(separator: ", ")
      throw ValidationError("no property is called '\(property)'; there are \(all)")
    }
  }

  private func validateFormat() throws {
    guard format != .text else { return }
    if global.json {
      throw ValidationError("--json and --format \(format.rawValue) exclude each other")
    }
    if explain { throw ValidationError("--explain is for text and --json") }
  }

  mutating func run() throws {
    try validateProperty()
    try validateFormat()
    let invocation = try Invocation.current(global)
    let console = Console()
    let handler = try provenHandler(invocation, console)
    let target = try invocation.deployTarget(named: global.store, in: handler.project.root)
    let outcome = try HandlerCheck(
      handler: handler, target: target, destination: LedgerRow.localTarget,
      sourceDate: invocation.sourceDate
    ).run()
    for line in outcome.skippedLines { console.warn(line.wording) }
    try console.warnOfSeal(of: target, invocation, known: outcome.ledger)

    var report = ProofReport(outcome, kind: "check")
    report.blockers = handler.blockers
    let explanation =
      explain
      ? ProofExplanation(
        of: property.flatMap(Property.init(label:)), handler.proof.witnesses,
        sources: handler.sources, unclaimed: handler.unclaimed) : nil
    let document = CheckDocument(report, explanation: explanation)
    switch format {
    case .text: try console.answer(document, asJSON: global.json)
    case .md: try console.answer(document.markdown)
    case .github: try console.answer(document.workflowCommands)
    }
    if requireBaseline, report.baseline == nil {
      throw CommandFailure(
        .failure,
        "no deploy of \(handler.project.service) is known: there is nothing to compare with",
        next: "Deploy the version it is to be compared with, into the same store.")
    }
    if exitCode, !report.blockers.isEmpty { throw CommandFailure.blocked }
    if exitCode, report.verdict == .breaking { throw CommandFailure.breaking }
    if !outcome.skippedLines.isEmpty { throw History.lacking }
  }

  // A source that is refused is annotated where it stands.
  private func provenHandler(
    _ invocation: Invocation, _ console: Console
  ) throws -> ProvenHandler {
    do {
      return try ProvenHandler(
        reading: invocation, allowing: leaks, given: given, explains: explain, telling: console)
    } catch {
      if format == .github, case DeploymentError.refused(let diagnostics) = error {
        try console.answer(CheckDocument.workflowCommands(for: diagnostics))
      }
      throw error
    }
  }
}
