import ArgumentParser
import Reports

/// `zigttp proofs show`
struct ProofsShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one row of the ledger as a card.")

  @OptionGroup var global: GlobalOptions

  @Argument(help: "The row.")
  var ref = "HEAD"

  mutating func run() throws {
    let history = try History(of: global)
    let event = try history.graph.resolve(ref)
    let report = try history.report(of: event)
    try history.console.answer(ShowDocument(report), asJSON: global.json)
    try history.finish(showing: [event])
  }
}
