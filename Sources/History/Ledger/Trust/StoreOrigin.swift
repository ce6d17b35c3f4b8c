import ContentStore
import Digests

/// The name of a store's ledger, and its change before there is anything to sign.
public struct StoreOrigin {
  private let folder: LedgerFolder

  /// The origin of a store.
  public init(_ store: ContentStore) { folder = LedgerFolder(store: store) }

  /// Whether bytes can be an origin: 1 to 200 printable ones of ASCII without space and plus.
  public static func isValid(_ bytes: some Collection<UInt8>) -> Bool { Origin.isValid(bytes) }

  /// The origin: what the file says, else what the checkpoint says; nil where neither does.
  public func read() throws(LedgerError) -> String? {
    if let origin = try Origin.read(folder) { return origin }
    guard case .signed(let checkpoint) = try SealFile(folder: folder).read() else { return nil }
    return checkpoint.head.origin
  }

  /// The origin in what was signed, for a store that lost its file; nil where nothing was signed.
  ///
  /// - Throws: `badOrigin`, and `refused` for a checkpoint that cannot be read: then the name cannot
  ///   be told, and a new one would be wrong.
  public func signed() throws(LedgerError) -> String? { try Origin.signed(folder) }

  /// Gives the ledger another name.
  ///
  /// - Parameter lock: the store's writer lock.
  /// - Throws: `badOrigin`; `originInUse` once there is a row, or something was signed.
  public func replace(with origin: String, holding lock: WriterLock) throws(LedgerError) {
    guard Origin.isValid(Array(origin.utf8)) else { throw .badOrigin(origin) }
    try withExtendedLifetime(lock) { () throws(LedgerError) in
      if let rows = try Self.use(of: folder) { throw LedgerError.originInUse(rows: rows) }
      try Origin.write(origin, folder)
    }
  }

  /// Rows that have the origin, 0 where only something was signed with it; nil while it can be
  /// another.
  static func use(of folder: LedgerFolder) throws(LedgerError) -> Int? {
    let rows = try LedgerFile(folder.store).countLines()
    if rows > 0 { return rows }
    let content = try folder.contents(
      of: folder.store.layout.appendInProgress, limit: AppendNext.maxFileLength)
    guard case .absent = content, case .absent = try SealFile(folder: folder).read() else {
      return 0
    }
    return nil
  }
}
