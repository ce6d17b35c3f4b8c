import ContentStore
import Digests

/// The name of a store's ledger, and its change before there is anything to sign.
public struct StoreOrigin {
  private let folder: LedgerFolder

  /// The origin of a store.
  public init(_ store: ContentStore) { folder = LedgerFolder(store: store) }

  /// The origin: what the file says, else what the checkpoint says; nil where neither does.
  public func read() throws(LedgerError) -> String? {
    if let origin = try Origin.read(folder) { return origin }
    guard case .signed(let checkpoint) = try SealFile(folder: folder).read() else { return nil }
    return checkpoint.head.origin
  }

  /// Gives the ledger another name.
  ///
  /// - Parameter lock: the store's writer lock.
  /// - Throws: `badOrigin`; `originInUse` once there is a row, or something was signed.
  public func replace(with origin: String, holding lock: WriterLock) throws(LedgerError) {
    guard Origin.isValid(Array(origin.utf8)) else { throw .badOrigin(origin) }
    try withExtendedLifetime(lock) { () throws(LedgerError) in
      let rows = try LedgerFile(folder.store).countLines()
      if rows > 0 { throw LedgerError.originInUse(rows: rows) }
      let content = try folder.contents(
        of: folder.store.layout.appendInProgress, limit: AppendNext.maxFileLength)
      guard case .absent = content, case .absent = try SealFile(folder: folder).read() else {
        throw LedgerError.originInUse(rows: 0)
      }
      try Origin.write(origin, folder)
    }
  }
}
