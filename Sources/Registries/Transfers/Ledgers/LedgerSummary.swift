import ContentStore
import Digests
import Ledger
import OCIRegistry

/// A ledger that was sent or taken.
public struct LedgerSummary: Sendable, Hashable {
  /// Its origin.
  public var origin: String
  /// SHA-256 hex of the origin.
  public var name: String
  /// Lines under its checkpoint.
  public var size: Int
  /// Who signed it.
  public var key: VerifierKey
  /// Why that key is believed; nil where nobody vouches for it.
  public var anchor: LedgerTrust.Anchor?
}

/// A tag that was not taken for the ledger that it claims to be.
public struct PulledTrouble: Sendable, Hashable {
  /// The tag.
  public var claim: LedgerTag
  /// Why.
  public var trouble: LedgerTrouble
}

/// What happens while something is sent or fetched, as it happens.
public enum TransferNotice: Sendable {
  /// Another process has the writer's lock.
  case waiting(WriterLock.Holder?)
  /// An object, or a run of a ledger's lines, is on its way; told on whichever thread.
  case object(TransferEvent)
  /// What was seen could not be remembered.
  case notRemembered(LedgerError)
}

/// How much of a record there was to move.
public struct ClosureSummary: Sendable, Hashable {
  /// Objects that were moved.
  public var objects = 0
  /// Their bytes.
  public var bytes: UInt64 = 0
}
