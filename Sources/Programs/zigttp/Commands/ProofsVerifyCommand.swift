import ArgumentParser
import ContentStore
import Encodings
import Ledger
import Reports

/// `zigttp proofs verify`: the whole ledger, or one receipt without it.
struct ProofsVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Verify the ledger against its checkpoint, or a receipt without the ledger.",
    discussion: """
      Hashes every line, checks the checkpoint's signature and that the ledger goes on from what was \
      seen before. A signature counts when its key is yours, stands in ~/.zigttp/trusted-keys, or is \
      named with --key; otherwise the answer is `consistent, not anchored`. The ledgers of other \
      writers that were pulled are verified as well, each by itself. With a file, or - for \
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
    let invocation = try Invocation.current(global)
    guard let receipt else { return try verifyLedger(invocation) }
    let bytes = try InputFile.read(receipt, in: invocation, limit: InclusionReceipt.maxLength)
    if bytes.first == UInt8(ascii: "{") {
      let proof = try ConsistencyProof(bytes)
      let judgements = try anchor.judgements(of: proof.checkpoints, invocation)
      try answer(VerifiedConsistency(proof, judgements))
    } else {
      let receipt = try InclusionReceipt(bytes)
      let judgements = try anchor.judgements(of: [receipt.checkpoint], invocation)
      try answer(VerifiedReceipt(receipt, judgements))
    }
  }

  private func answer(_ document: some VerifiedDocument) throws {
    let console = Console()
    try console.answer(document, asJSON: global.json)
    try anchor.accept(document.verdict, console)
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
    let others = try verifyOthers(of: store, verification.named, invocation)
    try console.answer(
      LedgerDocument(
        report, unsealed: unsealed, others: others.map { OtherLedgerReport($0.origin, $0.report) }),
      asJSON: global.json)
    var told: Set<SafeText> = []
    for next in report.findings.compactMap(\.repair) where told.insert(next).inserted {
      console.tell(next)
    }
    do throws(LedgerError) {
      try report.remember(in: invocation.trust, of: store)
    } catch { console.warn(LedgerRecovery.Notice.notRemembered(error).wording) }
    try anchor.accept(report.verdict, console)
    // Whether a key of theirs is believed is told, and is no matter of this ledger.
    if let bad = others.first(where: { $0.report.verdict == .failed }) {
      throw CommandFailure(
        answered: .integrity, "\(bad.origin), which was pulled, is not as it was signed")
    }
  }

  private func verifyOthers(
    of store: ContentStore, _ named: [VerifierKey], _ invocation: Invocation
  ) throws -> [(origin: String, report: LedgerReport)] {
    try OtherLedgers(store).all().map { other in
      let origin = other.origin
      var verification = LedgerVerification(other.store, trust: invocation.trust)
      verification.named = named.filter { $0.name == origin }
      let report = try verification.run()
      try? report.remember(in: invocation.trust, of: other.store)
      return (origin, report)
    }
  }
}
