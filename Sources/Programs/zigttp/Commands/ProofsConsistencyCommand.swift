import ArgumentParser
import Ledger

/// `zigttp proofs consistency`
struct ProofsConsistencyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "consistency",
    abstract: "Print a proof that the ledger of one checkpoint goes on as that of another.",
    discussion: """
      OLD and NEW are files with checkpoints, or numbers of rows. The proof is a JSON document, which \
      `zigttp proofs verify FILE` checks without the ledger. It is anchored only where it holds the \
      checkpoints, so name files where you have them; the ledger's own stands in .zigttp/checkpoint.
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "The earlier checkpoint, or its number of rows.")
  var old: String

  @Argument(help: "The later one.")
  var new: String

  mutating func run() throws {
    let invocation = try Invocation.current(global)
    let proofs = try LedgerProofs(invocation.existingStore(named: global.store))
    let proof = try proofs.consistency(
      from: wanted(old, invocation), to: wanted(new, invocation))
    try Console().answer(data: String(decoding: proof.bytes, as: UTF8.self))
  }

  private func wanted(
    _ argument: String, _ invocation: Invocation
  ) throws -> ConsistencyProof.Wanted {
    if let size = Int(argument), size >= 0 { return .size(size) }
    let bytes = try InputFile.read(argument, in: invocation, limit: SignedNote.maxLength)
    return .checkpoint(try SignedCheckpoint(bytes))
  }
}
