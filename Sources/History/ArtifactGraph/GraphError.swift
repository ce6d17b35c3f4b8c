import ContentStore
import Digests
import Ledger

/// Why the graph could not answer.
public enum GraphError: Error, Sendable, Hashable {
  /// The store failed.
  case store(StoreError)
  /// The ledger could not be read.
  case ledger(LedgerError)
  /// SQLite failed although the index had been made again; its code and message.
  case database(code: Int32, message: String)
  /// A ref that names nothing here.
  case unknownRef(String)
  /// Nothing that is written like a ref.
  case malformedRef(String, expected: String)
  /// A prefix of several digests.
  case ambiguousRef(String, candidates: [RefCandidate])
  /// A question of a user's own that has no answer.
  case query(QueryFailure)
  /// A prefix of several objects; all of their digests, or the first of very many.
  case ambiguousObject(String, candidates: [Digest])
  /// A row that has no deploy record to start from.
  case noRecord(String, line: Int)
  /// A row of the index was not what the ledger gives after others had been handed out; the index
  /// has been made again.
  case indexDiffered(line: Int)
  /// The ledger was changed in place while it was read.
  case ledgerChanged(line: Int)
}

/// One digest that an ambiguous prefix can mean.
public struct RefCandidate: Sendable, Hashable {
  /// What the digest names.
  public enum Kind: String, Sendable, Hashable {
    case contract, record, image
  }
  /// What the digest names.
  public var kind: Kind
  /// All hex digits.
  public var hex: String
  /// The newest row that has it.
  public var line: Int

  /// A candidate from its parts.
  public init(kind: Kind, hex: String, line: Int) {
    self.kind = kind
    self.hex = hex
    self.line = line
  }
}

/// Something about the index or the ledger that is worth a line on stderr.
public enum GraphNotice: Sendable, Hashable {
  /// The index was damaged; it was removed and made again.
  case rebuiltDamaged(reason: String)
  /// The ledger did not continue where the index had stopped; the index was made again.
  case rebuiltStale
  /// The row of a line was not what the ledger gives: somebody changed the index. It was made again.
  case rebuiltDiffering(line: Int)
  /// Rows that were in the ledger once, by the index or by `leaves`, are not there any more.
  case rowsGone(count: Int)
  /// What lay in the place of the index was not ours, or could not be read; it was moved to this
  /// path of the store, and the index was made anew.
  case foreignSetAside(path: String, reason: String)
  /// The file cannot be opened or written although the store can, so the index is in memory.
  case unopenable(reason: String)
  /// Nothing is wrong with the file, but it cannot be used now: another process has locked it, or the
  /// disk is full. The index is in memory.
  case unusableNow(reason: String)
  /// The store cannot be written, so the index is in memory.
  case inMemory
  /// The ledger ends in this many bytes without a newline that no append explains.
  case tornTail(bytes: Int64)
}

/// A line of the ledger that is no row.
public struct BadLine: Sendable, Hashable {
  /// Counted from 1.
  public var line: Int
  /// Why it could not be read, in words.
  public var reason: String

  /// A line from its parts.
  public init(line: Int, reason: String) {
    self.line = line
    self.reason = reason
  }
}
