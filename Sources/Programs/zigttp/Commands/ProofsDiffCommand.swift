import ArgumentParser
import Reports

/// `zigttp proofs diff`
struct ProofsDiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Show what changed from one row to another.")

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Exit with 8 when the change is breaking.")
  var exitCode = false

  @Argument(help: "The row to compare with.")
  var base: String

  @Argument(help: "The row that is compared.")
  var head: String

  mutating func run() throws {
    let history = try History(of: global)
    let rows = try [history.resolve(base), history.resolve(head)]
    let diff = ProofDiff(base: history.side(base, rows[0]), head: history.side(head, rows[1]))
    if diff.crossesServices {
      history.console.warn(
        """
        \(base) is of \(diff.base.event.service ?? "no service"), \(head) of \
        \(diff.head.event.service ?? "no service")
        """)
    }
    try history.console.answer(DiffDocument(diff), asJSON: global.json)
    // What was skipped is told in any case; that the change is breaking is what was asked for.
    let isWhole = try history.tellWhatLacks(showing: rows.map(\.event))
    if exitCode, diff.delta.verdict == .breaking { throw CommandFailure.breaking }
    if !isWhole { throw History.lacking }
  }
}
