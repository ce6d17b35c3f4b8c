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

  @Flag(help: "Exit with 8 when the change is breaking.")
  var exitCode = false

  @Flag(help: "Show how each property that does not hold is lost, and why a proof is partial.")
  var explain = false

  @Argument(help: "The property to explain, as the card names it; all of them otherwise.")
  var property: String?

  // Not in `validate`, which comes before unknown options are told: what follows one is taken for a
  // property.
  private func validateProperty() throws {
    guard let property else { return }
    guard explain else { throw ValidationError("a property is named only with --explain") }
    guard Property(label: property) != nil else {
      let all = Property.allCases.map(\.label).joined(separator: ", ")
      throw ValidationError("no property is called '\(property)'; there are \(all)")
    }
  }

  mutating func run() throws {
    try validateProperty()
    let invocation = try Invocation.current(global)
    let console = Console()
    let handler = try ProvenHandler(reading: invocation, telling: console)
    let target = try invocation.deployTarget(named: global.store, for: handler.project)
    let outcome = try HandlerCheck(
      handler: handler, target: target, destination: LedgerRow.localTarget,
      sourceDate: invocation.sourceDate
    ).run()
    for line in outcome.skippedLines { console.warn(line.wording) }
    try console.warnOfSeal(of: target, invocation, known: outcome.ledger)

    let report = ProofReport(outcome, kind: "check")
    let witnesses = explain ? explained(handler.proof) : nil
    try console.answer(CheckDocument(report, witnesses: witnesses), asJSON: global.json)
    if exitCode, report.verdict == .breaking { throw CommandFailure.breaking }
    if !outcome.skippedLines.isEmpty { throw History.lacking }
  }

  private func explained(_ proof: Proof) -> [Witness] {
    guard let property else { return proof.witnesses }
    return proof.witnesses.filter { $0.property?.label == property }
  }
}
