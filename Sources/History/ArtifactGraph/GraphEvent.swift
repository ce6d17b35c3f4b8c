import Contracts
import Digests
import Ledger

/// A row of the ledger with what the graph knows of it.
public struct GraphEvent: Sendable, Hashable {
  /// Its line in the ledger, counted from 1.
  public var line: Int
  /// As it stands in the ledger now.
  public var row: LedgerRow
  /// The line of the row it is compared with; nil when there is none.
  public var baseline: Int?
  /// Against the baseline, `safe` without one; nil for kinds that are no proofs.
  public var verdict: Verdict?
  /// Whether it differs from the baseline only because another prover judged the same sources.
  public var isReproven: Bool
  /// The image that the row names; where it names none that of its deploy record, nil without a
  /// record or when the record is not here.
  public var image: Digest?
  /// Whether the row names a record that the store does not have.
  public var lacksRecord: Bool
}

/// Which rows to list.
public struct EventQuery: Sendable, Hashable {
  /// At most so many; nil for all.
  public var limit: Int?
  /// Rows of this service only.
  public var service: String?
  /// Rows of these kinds only; nil for all.
  public var kinds: [LedgerRow.Kind]?

  /// A query from its parts.
  public init(limit: Int? = nil, service: String? = nil, kinds: [LedgerRow.Kind]? = nil) {
    self.limit = limit
    self.service = service
    self.kinds = kinds
  }
}

/// What a row that is not written yet, or one that is, is to be compared with.
///
/// Reference: interface.md, "Verdict".
public struct BaselineQuery: Sendable, Hashable {
  /// What the row is or will be.
  public var kind: LedgerRow.Kind
  /// Its service, if it has one.
  public var service: String?
  /// Tells rows without a service apart.
  public var handlerPath: String
  /// Deploys are compared with deploys to the same target; a check without one with any.
  public var target: String?

  /// A query from its parts.
  public init(kind: LedgerRow.Kind, service: String?, handlerPath: String, target: String?) {
    self.kind = kind
    self.service = service
    self.handlerPath = handlerPath
    self.target = target
  }
}
