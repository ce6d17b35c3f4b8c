/// What a checkpoint's signatures are worth to somebody who has nothing but the checkpoint.
public struct CheckpointJudgement: Sendable {
  /// The believed key that signed.
  public private(set) var signer: VerifierKey?
  /// Why it is believed; nil when no believed key signed.
  public private(set) var anchor: LedgerTrust.Anchor?
  /// Wrong signatures, and keys that were asked for and did not sign.
  public private(set) var findings: [LedgerFinding]

  /// Judges a checkpoint.
  /// - Parameter named: believe these keys alone; empty for the user's own and the trusted ones.
  public init(
    _ checkpoint: SignedCheckpoint, trust: LedgerTrust, naming named: [VerifierKey] = []
  ) throws(LedgerError) {
    var report = LedgerReport()
    let origin = checkpoint.head.origin
    SignatureCheck(
      origin: origin, hints: [], anchors: try trust.anchors(for: origin, naming: named)
    ).judge(checkpoint, &report)
    signer = report.signer
    anchor = report.anchor
    findings = report.findings
  }
}
