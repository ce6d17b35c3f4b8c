import Digests
import FoundationEssentials
import GRDB
import Ledger

/// How far the ledger has been indexed: the row of `ledger_state`.
struct LedgerState {
  var stamp: LedgerStamp
  var position: LedgerPosition
  var tail: Int64
  var blobsModified: Int64

  static func fetch(_ db: Database) throws -> LedgerState? {
    let row = try SQLStatement(
      db,
      """
      SELECT device, inode, size, modified, position, lines, frontier, last_offset, last_leaf,
        tail, blobs_modified FROM ledger_state
      """)
    return try row.first {
      guard let frontier = MerkleFrontier(size: Int(row.int(5)), bytes: row.blob(6))
      else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "ledger_state") }
      var last: LedgerPosition.LastLine?
      if !row.isNull(7), !row.isNull(8) {
        guard let leaf = row.digest(8), leaf.algorithm == .sha256 else {
          throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "ledger_state")
        }
        last = LedgerPosition.LastLine(offset: row.int(7), leafHash: leaf)
      }
      return LedgerState(
        stamp: LedgerStamp(
          device: UInt64(bitPattern: row.int(0)), inode: UInt64(bitPattern: row.int(1)),
          size: row.int(2), modified: row.int(3)),
        position: LedgerPosition(offset: row.int(4), frontier: frontier, last: last),
        tail: row.int(9), blobsModified: row.int(10))
    }
  }

  func store(_ db: Database) throws {
    try db.execute(
      sql: "INSERT OR REPLACE INTO ledger_state VALUES (0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        Int64(bitPattern: stamp.device), Int64(bitPattern: stamp.inode), stamp.size,
        stamp.modified, position.offset, position.lineCount, Data(position.frontier.bytes),
        position.last?.offset, position.last.map { Data($0.leafHash.bytes) }, tail, blobsModified,
      ])
  }
}
