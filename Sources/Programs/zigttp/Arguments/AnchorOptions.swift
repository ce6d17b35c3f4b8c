import ArgumentParser
import Encodings
import Ledger
import Verification

/// Whom a verification believes.
struct AnchorOptions: ParsableArguments {
  private static let advice: SafeText =
    "Nothing says that the right key signed. Name it with --key, trust it with `zigttp key trust`, "
    + "or take the answer as it is with --no-anchor."

  private static let adviceWithoutLedger: SafeText =
    "Nothing ties this to a ledger that a believed key signed. Name a receipt with --receipt and its "
    + "key with --key, trust the key with `zigttp key trust`, or take the answer as it is with "
    + "--no-anchor."

  @Option(
    name: .customLong("key"),
    help: ArgumentHelp(
      "Believe this verifier key alone, or the one in this file; may be given more than once.",
      valueName: "vkey"))
  var named: [String] = []

  @Flag(help: "Accept a checkpoint that no believed key signed, as long as everything fits it.")
  var noAnchor = false

  func validate() throws {
    if noAnchor, !named.isEmpty {
      throw ValidationError("--key and --no-anchor exclude each other")
    }
  }

  func keys(_ invocation: Invocation) throws -> [VerifierKey] {
    try named.map { try VerifierKey(argument: $0, in: invocation) }
  }

  /// What the signatures of checkpoints are worth, each by itself.
  func judgements(
    of checkpoints: [SignedCheckpoint], _ invocation: Invocation
  ) throws -> [CheckpointJudgement] {
    let named = try keys(invocation)
    return try checkpoints.map {
      try CheckpointJudgement($0, trust: invocation.trust, naming: named)
    }
  }

  /// The same for what is more than a ledger.
  func accept(
    _ verdict: ArtifactReport.Verdict, _ console: Console
  ) throws(CommandFailure) {
    switch verdict {
    case .verified, .claimed: return
    case .notAnchored where noAnchor: return
    case .notAnchored:
      console.tell(Self.adviceWithoutLedger)
      throw CommandFailure(
        answered: .integrity,
        "everything that was looked at fits, and no believed key vouches for it")
    case .incomplete: throw CommandFailure(answered: .failure, "some objects are missing")
    case .failed: throw CommandFailure(answered: .integrity, "the verification failed")
    }
  }

  /// Ends the command with 7 unless a verification came to something that may be accepted.
  func accept(_ verdict: LedgerReport.Verdict, _ console: Console) throws(CommandFailure) {
    switch verdict {
    case .verified, .empty: return
    case .notAnchored where noAnchor: return
    case .notAnchored:
      console.tell(Self.advice)
      throw CommandFailure(
        answered: .integrity, "everything is consistent, and no believed key signed it")
    case .failed: throw CommandFailure(answered: .integrity, "the verification failed")
    }
  }
}
