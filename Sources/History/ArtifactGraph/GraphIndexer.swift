import ContentStore
import Contracts
import Digests
import FoundationEssentials
import GRDB
import Ledger

/// Brings the index up to date with ledger and objects, in one transaction.
struct GraphIndexer {
  let store: ContentStore
  let ledger: LedgerFile
  var notices: [GraphNotice] = []

  init(store: ContentStore, ledger: LedgerFile) {
    self.store = store
    self.ledger = ledger
  }

  /// - Parameter fromStart: true where what is indexed is known to be wrong.
  mutating func run(_ queue: DatabaseQueue, fromStart: Bool) throws {
    // Before the ledger: a line is there before its leaf is.
    let hinted = ledger.hintedLineCount()
    let stamp = try ledger.stamp()
    let blobs = Self.modified(store)
    let state = try queue.read(LedgerState.fetch)
    if let state, !fromStart, state.stamp == stamp ?? Self.noLedger, state.blobsModified == blobs {
      return try report(state, known: hinted)
    }
    // Lines of an index that was of another ledger.
    var dropped = 0
    let new = try queue.write { db in
      // Somebody else may have indexed since.
      var state = try LedgerState.fetch(db)
      if let old = state,
        try fromStart || !ledger.continues(from: old.position, at: old.stamp)
      {
        try Self.empty(db)
        dropped = fromStart ? 0 : old.position.lineCount
        state = nil
      }
      if let state, state.blobsModified != blobs {
        try ObjectIndexer(db: db, blobs: store.blobs).retryUnread()
      }
      let end = try appendRows(db, after: state?.position ?? LedgerPosition())
      let new = LedgerState(
        stamp: stamp ?? Self.noLedger, position: end.position, tail: end.tailLength,
        blobsModified: blobs)
      try new.store(db)
      return new
    }
    if dropped > 0 && dropped <= new.position.lineCount { notices.append(.rebuiltStale) }
    try report(new, known: max(hinted, dropped))
  }

  // - Parameter known: lines that there have been at least.
  private mutating func report(_ state: LedgerState, known: Int) throws {
    if known > state.position.lineCount {
      notices.append(.rowsGone(count: known - state.position.lineCount))
    }
    let end = LedgerEnd(position: state.position, tailLength: state.tail)
    if state.tail > 0, try !ledger.isExplained(end) {
      notices.append(.tornTail(bytes: state.tail))
    }
  }

  // What stands for a ledger that does not exist.
  private static let noLedger = LedgerStamp(device: 0, inode: 0, size: 0, modified: 0)

  private static func modified(_ store: ContentStore) -> Int64 {
    (try? store.fileSystem.info(store.layout.blobs, followingLink: true).modified) ?? 0
  }

  private static func empty(_ db: Database) throws {
    for table in [
      "ledger_state", "fact_changes", "fact_deltas", "fact_items", "facts", "ledger_rows",
      "bad_lines", "edges", "objects",
    ] { try db.execute(sql: "DELETE FROM \(table)") }
  }

  private func appendRows(_ db: Database, after position: LedgerPosition) throws -> LedgerEnd {
    var rows = RowIndexer(db: db, objects: ObjectIndexer(db: db, blobs: store.blobs))
    return try ledger.read(from: position) { line in
      guard let bytes = line.bytes else {
        return try Self.note(db, line, "longer than \(LedgerFile.maxLineLength) bytes")
      }
      if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }) { return }
      do {
        try rows.insert(line, bytes)
      } catch let error as JSONError {
        try Self.note(db, line, error.description)
      }
    }
  }

  private static func note(_ db: Database, _ line: LedgerLine, _ reason: String) throws {
    try db.cachedStatement(sql: "INSERT INTO bad_lines VALUES (?, ?, ?, ?)")
      .execute(arguments: [line.number, line.offset, line.length, reason])
  }
}
