import ArgumentParser
import Contracts
import Ledger

/// `zigttp proofs verify`: the whole ledger, or one receipt without it.
struct ProofsVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Verify the ledger against its checkpoint, or a receipt without the ledger.",
    discussion: """
      Hashes every line, checks the checkpoint's signature and that the ledger goes on from what was \
      seen before. A signature counts when its key is yours, stands in ~/.zigttp/trusted-keys, or is \
      named with --key; otherwise the answer is `consistent, not anchored`. With a file, or - for \
      standard input, verifies a receipt of `proofs receipt` or a document of `proofs consistency`, \
      with neither store nor network. Ends with 7 unless everything is as it was signed.
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var anchor: AnchorOptions

  @Option(
    help: ArgumentHelp(
      "A checkpoint kept elsewhere, which the ledger has to go on from.", valueName: "file"))
  var against: String?

  @Argument(help: "A receipt or a consistency proof.")
  var receipt: String?

  func validate() throws {
    if receipt != nil, against != nil {
      throw ValidationError("--against is for the ledger; a receipt has its own checkpoint")
    }
  }

  mutating func run() throws {
    let invocation = try Invocation.current()
    guard let receipt else { return try verifyLedger(invocation) }
    let bytes = try InputFile.read(receipt, in: invocation, limit: InclusionReceipt.maxLength)
    let document: any VerifiedDocument =
      bytes.first == UInt8(ascii: "{")
      ? VerifiedConsistency(proof: try ConsistencyProof(bytes))
      : VerifiedReceipt(receipt: try InclusionReceipt(bytes))
    try document.answer(
      try anchor.judgements(of: document.checkpoints, invocation), global, anchor)
  }

  private func verifyLedger(_ invocation: Invocation) throws {
    let store = try invocation.existingStore(named: global.store)
    let console = Console()
    var verification = LedgerVerification(store, trust: invocation.trust)
    verification.named = try anchor.keys(invocation)
    verification.against = try against.map {
      try SignedCheckpoint(
        InputFile.read($0, in: invocation, limit: SignedNote.maxLength)
      ).head
    }
    let report = try verification.run()
    // `proofs seal` shows them all.
    let unsealed = try RowDescription.first(100, of: report.unsealed, in: LedgerFile(store))
    if report.tailLength > 0 {
      console.warn(
        "the ledger ends in \(report.tailLength) bytes of an unfinished line, which is not read")
    }
    if global.json {
      try console.answer(report.json(unsealed: unsealed).minified + "\n")
    } else {
      try console.answer(report.text(unsealed: unsealed))
    }
    for next in Set(report.findings.compactMap(\.repair)).sorted() { console.tell(next) }
    do throws(LedgerError) {
      try report.remember(in: invocation.trust, of: store)
    } catch { console.warn(LedgerRecovery.Notice.notRemembered(error).wording) }
    switch report.verdict {
    case .verified, .empty: break
    case .notAnchored where anchor.noAnchor: break
    case .notAnchored:
      console.tell(AnchorOptions.advice)
      throw ExitStatus.integrity.exitCode
    case .failed: throw ExitStatus.integrity.exitCode
    }
  }
}
