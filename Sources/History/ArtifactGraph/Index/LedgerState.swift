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
    guard let row = try Row.fetchOne(db, sql: "SELECT * FROM ledger_state") else { return nil }
    guard let frontier = MerkleFrontier(size: row["lines"], bytes: [UInt8](row["frontier"] as Data))
    else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "ledger_state") }
    var last: LedgerPosition.LastLine?
    if let leaf = row["last_leaf"] as Data?, let offset = row["last_offset"] as Int64? {
      guard let digest = Digest(.sha256, bytes: leaf) else {
        throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "ledger_state")
      }
      last = LedgerPosition.LastLine(offset: offset, leafHash: digest)
    }
    return LedgerState(
      stamp: LedgerStamp(
        device: UInt64(bitPattern: row["device"]), inode: UInt64(bitPattern: row["inode"]),
        size: row["size"], modified: row["modified"]),
      position: LedgerPosition(offset: row["position"], frontier: frontier, last: last),
      tail: row["tail"], blobsModified: row["blobs_modified"])
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
