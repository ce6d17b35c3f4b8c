import Ledger

/// A document about a proof that was verified without the ledger.
public protocol VerifiedDocument: Document {
  /// What the proof and its signatures come to.
  var verdict: LedgerReport.Verdict { get }
}
