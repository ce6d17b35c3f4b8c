import ContentStore
import Digests
import Ledger

/// Why a ledger in a registry was not taken, or not sent.
public enum LedgerTrouble: Error, Sendable, Hashable {
  /// There is no ledger under the tag: something else, or nothing that can be read.
  case malformed(reason: String)
  /// Bytes that are not what they are named as.
  case corrupt(StoreError)
  /// The lines are not those that the checkpoint is over.
  case linesDiffer(size: Int)
  /// A key that is believed did not sign the checkpoint.
  case notSigned(by: VerifierKey)
  /// Nobody vouches for either key, and the one that signs is not the one that signed before.
  case signerChanged(from: VerifierKey, to: VerifierKey)
  /// Fewer lines than were seen before.
  case rolledBack(seen: Int, found: Int)
  /// Among the first so many lines are others than were seen before.
  case forked(at: Int)
  /// The registry has more of our own ledger than we have.
  case ahead(own: Int, found: Int)
  /// What was pulled before is not what was signed.
  case damagedHere(LedgerFinding)

  /// A word that programs can compare.
  public var code: String {
    switch self {
    case .malformed: "malformed"
    case .corrupt: "corrupt"
    case .linesDiffer: "lines-differ"
    case .notSigned: "not-signed"
    case .signerChanged: "signer-changed"
    case .rolledBack: "rolled-back"
    case .forked: "forked"
    case .ahead: "ahead"
    case .damagedHere: "damaged-here"
    }
  }

  /// Whether somebody changed what others rely on; not where there is just nothing to be read.
  public var isIntegrity: Bool { if case .malformed = self { false } else { true } }
}
