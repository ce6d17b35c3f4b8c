import ContentStore
import Digests
import Files
import GRDB
import Ledger

/// How far indexing has come.
public struct IndexProgress: Sendable, Hashable {
  /// Bytes of the ledger that are indexed.
  public var done: Int64
  /// Bytes that there are to index.
  public var total: Int64
}

/// Brings the index up to date with ledger and objects, in one transaction.
struct GraphIndexer {
  let store: ContentStore
  let ledger: LedgerFile
  /// Called now and then while much is indexed.
  var progress: ((IndexProgress) -> Void)?
  var notices: [GraphNotice] = []

  /// Less is read and indexed line by line, with everything in place.
  static let bulk: Int64 = 4 << 20

  init(
    store: ContentStore, ledger: LedgerFile, progress: ((IndexProgress) -> Void)? = nil
  ) {
    self.store = store
    self.ledger = ledger
    self.progress = progress
  }

  /// - Parameter fromStart: true where everything is to be indexed, whatever is there.
  mutating func run(_ queue: DatabaseQueue, fromStart: Bool) throws {
    // Before the ledger: a line is there before its leaf is.
    let hinted = ledger.hintedLineCount()
    let stamp = try ledger.stamp()
    let blobs = Self.modified(store)
    let state = try queue.read(LedgerState.fetch)
    if let state, !fromStart, state.stamp == stamp ?? Self.noLedger, state.blobsModified == blobs {
      return try report(state, known: hinted)
    }
    // Where an index stood that was of another file.
    var dropped: LedgerPosition?
    let new = try queue.write { db in
      // Somebody else may have indexed since.
      var state = try LedgerState.fetch(db)
      if let old = state,
        try fromStart || !ledger.continues(from: old.position, at: old.stamp)
      {
        dropped = fromStart ? nil : old.position
        state = nil
      }
      if let state, state.blobsModified != blobs {
        try ObjectIndexer(db, blobs: store.blobs).retryUnread()
      }
      var watch = TreeWatch(size: dropped?.lineCount ?? 0)
      let end = try appendRows(
        db, after: state?.position, size: stamp?.size ?? 0, watching: &watch)
      // The same ledger in another file, a copy of it, and it went on: nothing happened to it.
      if dropped?.frontier == watch.tree { dropped = nil }
      let new = LedgerState(
        stamp: stamp ?? Self.noLedger, position: end.position, tail: end.tailLength,
        blobsModified: blobs)
      try new.store(db)
      return new
    }
    let lines = dropped?.lineCount ?? 0
    if lines > 0 && lines <= new.position.lineCount { notices.append(.rebuiltStale) }
    try report(new, known: max(hinted, lines))
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

  // - Parameter position: nil to begin anew.
  private func appendRows(
    _ db: Database, after position: LedgerPosition?, size: Int64, watching watch: inout TreeWatch
  ) throws -> LedgerEnd {
    let start = position ?? LedgerPosition()
    let total = size - start.offset
    let load = total > Self.bulk && position == nil ? try BulkLoad(db) : nil
    if position == nil { try GraphTables.empty(db) }
    let rows = try RowIndexer(db, blobs: store.blobs, isEmpty: position == nil)
    let end =
      total > Self.bulk
      ? try takeBlocks(from: start, into: rows, total: total, watching: &watch)
      : try takeLines(from: start, into: rows, watching: &watch)
    try rows.finish()
    try load?.finish(db)
    return end
  }

  private func takeLines(
    from start: LedgerPosition, into rows: RowIndexer, watching watch: inout TreeWatch
  ) throws -> LedgerEnd {
    var reader = IndexReader()
    return try ledger.read(from: start) { line in
      watch.take(line.leafHash)
      let place = RowIndexer.Line(
        number: line.number, offset: line.offset, length: line.length, leafHash: line.leafHash)
      guard let bytes = line.bytes else { return try rows.take(place, reader.read(nil), nil) }
      try bytes.withUnsafeBufferPointer { try rows.take(place, reader.read($0), $0) }
    }
  }

  private func takeBlocks(
    from start: LedgerPosition, into rows: RowIndexer, total: Int64,
    watching watch: inout TreeWatch
  ) throws -> LedgerEnd {
    guard let blocks = try ledger.blocks(from: start) else {
      return LedgerEnd(position: LedgerPosition(), tailLength: 0)
    }
    var position = start
    try RowFeed.read(blocks) { batch in
      for (line, reading) in zip(batch.block.lines, batch.readings) {
        let place = RowIndexer.Line(
          number: position.lineCount + 1, offset: line.offset, length: line.length,
          leafHash: line.leafHash)
        try rows.take(place, reading, batch.block.bytes(of: line))
        position.advance(length: line.length, leafHash: line.leafHash)
        watch.take(line.leafHash)
      }
      progress?(IndexProgress(done: position.offset - start.offset, total: total))
    }
    return LedgerEnd(position: position, tailLength: blocks.size - position.offset)
  }
}

/// The tree over the first lines of those that pass.
private struct TreeWatch {
  let size: Int
  private(set) var tree = MerkleFrontier()

  init(size: Int) { self.size = size }

  mutating func take(_ leaf: Digest) {
    if tree.size < size { tree.append(leaf) }
  }
}

/// Names in the index.
enum GraphNames {
  /// The number of a name in `names`; nil when no row has it.
  static func id(_ db: Database, _ name: String) throws -> Int64? {
    try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT id FROM names WHERE name = ?"), arguments: [name])
  }
}

/// The tables of `graph.sql`.
enum GraphTables {
  /// Removes every row of every table.
  static func empty(_ db: Database) throws {
    let tables = try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
    for table in tables { try db.execute(sql: "DELETE FROM \(table)") }
  }
}

/// Everything indexed at once: the indexes that only questions need are made at the end, by sorting,
/// rather than row by row.
private struct BulkLoad {
  private let indexes: [String]

  init(_ db: Database) throws {
    // Room for what is written at random: the keys of facts and objects.
    try db.execute(sql: "PRAGMA cache_size = -32768")
    let rows = try Row.fetchAll(
      db, sql: "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    indexes = rows.map { $0["sql"] }
    for row in rows { try db.execute(sql: "DROP INDEX \(row["name"] as String)") }
  }

  func finish(_ db: Database) throws {
    for sql in indexes { try db.execute(sql: sql) }
    try db.execute(sql: "PRAGMA cache_size = -2000")
  }
}
