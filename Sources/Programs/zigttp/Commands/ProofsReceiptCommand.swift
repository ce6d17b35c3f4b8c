import ArgumentParser
import ArtifactGraph
import Ledger
import Reports

/// `zigttp proofs receipt`
struct ProofsReceiptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "receipt",
    abstract: "Print a receipt that shows, without the ledger, that a row stands in it.",
    discussion: """
      The receipt is a C2SP tlog-proof with the row in `extra`. `zigttp proofs verify FILE` checks \
      it; so can any program that knows SHA-256 and Ed25519.
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "The row.")
  var ref = "HEAD"

  mutating func run() throws {
    let invocation = try Invocation.current(global)
    let history = try History(of: global, in: invocation)
    let event = try history.graph.resolve(ref)
    let receipt = try LedgerProofs(
      history.store, reaching: event.line, trust: invocation.trust
    ).receipt(line: event.line)
    try history.console.answer(
      ReceiptDocument(receipt, line: event.line), asJSON: global.json)
  }
}
