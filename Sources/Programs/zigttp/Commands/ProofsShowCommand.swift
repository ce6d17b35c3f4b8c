import ArgumentParser
import Reports

/// `zigttp proofs show`
struct ProofsShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one row of the ledger as a card.")

  @OptionGroup var global: GlobalOptions
  @OptionGroup var fetch: FetchOptions

  @Argument(help: "The row.")
  var ref = "HEAD"

  mutating func run() throws {
    let history = try History(of: global)
    let row = try fetch.complete(history.resolve(ref), in: history)
    let report = try history.report(of: row)
    try history.console.answer(ShowDocument(report), asJSON: global.json)
    try history.finish(showing: [row.event])
  }
}
