import ArgumentParser
import ArtifactGraph
import JSON
import Ledger

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
    let invocation = try Invocation.current()
    let history = try History(of: global, in: invocation)
    let event = try history.graph.resolve(ref)
    let receipt = try LedgerProofs(
      history.store, reaching: event.line, trust: invocation.trust
    ).receipt(line: event.line)
    let text = String(decoding: receipt.bytes, as: UTF8.self)
    guard global.json else { return try history.console.answer(text) }
    let document: JSONValue = [
      "schema": "https://zigttp.dev/schema/proofs-receipt-v1.json",
      "origin": .string(receipt.checkpoint.head.origin),
      "line": .integer(Int64(event.line)),
      "size": .integer(Int64(receipt.checkpoint.head.size)), "receipt": .string(text),
    ]
    try history.console.answer(document.minified + "\n")
  }
}
