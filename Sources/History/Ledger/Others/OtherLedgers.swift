import ContentStore
import Digests
import Encodings
import Files

/// The ledgers of other writers that were pulled into a store.
///
/// Each has a folder of its own in `ledgers/`, named after its origin, with the lines, the checkpoint
/// and the key as they were pulled. A folder without a checkpoint is one that a pull has begun: no
/// ledger yet.
/// Reference: architecture.md, "`.zigttp/` on disk".
public struct OtherLedgers: Sendable {
  private let store: ContentStore

  /// The ledgers beside that of a store.
  public init(_ store: ContentStore) { self.store = store }

  /// Keys that signed a store's ledger, as it says itself: a hint. The newest is the last.
  public static func hints(of store: ContentStore) -> [VerifierKey] {
    SealFile(folder: LedgerFolder(store: store)).hints()
  }

  /// Those that were pulled, in the order of their names.
  public func all() throws(LedgerError) -> [OtherLedger] {
    var found: [OtherLedger] = []
    for name in try ledgering(store.fileSystem.namesIfAny(in: store.layout.ledgers)).sorted()
    where Digest(sha256Hex: name) != nil {
      let other = OtherLedger(name: name, beside: store)
      if try ledgering(store.fileSystem.infoIfAny(other.store.layout.checkpoint)) != nil {
        found.append(other)
      }
    }
    return found
  }

  /// The one of a name, whether or not it was pulled.
  ///
  /// - Parameter name: SHA-256 hex of an origin.
  public func named(_ name: String) -> OtherLedger { OtherLedger(name: name, beside: store) }

  /// The one of an origin, whether or not it was pulled.
  public subscript(origin: String) -> OtherLedger {
    OtherLedger(name: Digest.sha256(of: origin).hex, beside: store)
  }
}

/// The ledger of another writer.
public struct OtherLedger: Sendable {
  /// Of its folder: SHA-256 hex of the origin.
  public let name: String
  /// The objects of the store that it was pulled into, beside this ledger.
  public let store: ContentStore

  init(name: String, beside store: ContentStore) {
    self.name = name
    self.store = store.beside(name)
  }

  /// Its lines.
  public var ledger: LedgerFile { LedgerFile(store) }

  /// Its checkpoint; nil where it was not pulled.
  ///
  /// - Throws: `refused` for one that cannot be read, or that is another ledger's.
  public func checkpoint() throws(LedgerError) -> SignedCheckpoint? {
    switch try SealFile(folder: LedgerFolder(store: store)).read() {
    case .absent: return nil
    case .malformed(let reason): throw .refused(.checkpointMalformed(reason: reason))
    case .signed(let checkpoint):
      let origin = checkpoint.head.origin
      guard Digest.sha256(of: origin).hex == name else {
        throw .refused(.otherOrigin(checkpoint: origin, store: "that of the folder \(name)"))
      }
      return checkpoint
    }
  }

  /// Its origin, or the name of its folder where that cannot be told.
  public var origin: String { (try? checkpoint())?.head.origin ?? name }

  /// Keys that signed it, as they were pulled with it: a hint. The newest is the last.
  public func hints() -> [VerifierKey] { OtherLedgers.hints(of: store) }

  /// Hands over each row that can be read, in order.
  public func rows(_ body: (LedgerRow) throws -> Void) throws {
    var reader = LedgerRowReader()
    try ledger.read { line in
      if let row = line.bytes.flatMap({ reader.row($0) }) { try body(row) }
    }
  }
}
