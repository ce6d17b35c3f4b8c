import Digests

/// What a verification found.
public struct LedgerReport: Sendable {
  /// In one word.
  public enum Verdict: String, Sendable, Hashable {
    /// Every row is what a believed key signed.
    case verified
    /// Every row is under one checkpoint; no believed key signed it.
    case notAnchored = "not-anchored"
    /// Nothing was ever recorded.
    case empty
    /// There are findings.
    case failed
  }

  /// The ledger's name, as the checkpoint says it, or else the store.
  public var origin: String?
  /// Lines in the ledger.
  public var rows = 0
  /// Bytes behind the last line that no append explains.
  public var tailLength: Int64 = 0
  /// Root of the tree over all lines.
  public var root = MerkleTree.emptyRoot
  /// What stands in `checkpoint`; nil where there is none.
  public var checkpoint: SignedCheckpoint?
  /// Whose signature was found right: a believed key, or one of which only `keys.pub` tells.
  public var signer: VerifierKey?
  /// Why that key is believed; nil where it is not.
  public var anchor: LedgerTrust.Anchor?
  /// Lines beyond the checkpoint that a signed append in progress explains.
  public var inProgress = 0
  /// Lines of this ledger that had been seen before; nil where nothing is remembered.
  public var seen: Int?
  /// What is wrong, in the order it was looked at.
  public var findings: [LedgerFinding] = []

  /// In one word.
  public var verdict: Verdict {
    if !findings.isEmpty { return .failed }
    if checkpoint == nil && inProgress == 0 { return .empty }
    return anchor == nil ? .notAnchored : .verified
  }

  /// Lines that nobody signed, counted from 1; nil where every line is signed, or where those that
  /// are signed are not as they were.
  public var unsealed: ClosedRange<Int>? {
    for finding in findings {
      switch finding {
      case .unsealed(let first, let count): return first...(first + count - 1)
      case .neverSealed(let rows) where rows > 0: return 1...rows
      default: continue
      }
    }
    return nil
  }
}
