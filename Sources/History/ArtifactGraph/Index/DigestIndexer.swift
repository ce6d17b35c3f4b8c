import Digests
import GRDB

/// Keeps each digest that rows tell of themselves once.
final class DigestIndexer {
  private let db: Database
  private var ids: [Digest: Int64] = [:]
  private let find: SQLStatement
  private let insert: SQLStatement
  private static let remembered = 4096

  init(_ db: Database) throws {
    self.db = db
    find = try SQLStatement(db, "SELECT id FROM digests WHERE digest = ?")
    insert = try SQLStatement(db, "INSERT INTO digests (digest) VALUES (?)")
  }

  func id(_ digest: Digest) throws -> Int64 {
    if let id = ids[digest] { return id }
    find.bind(1, digest)
    let found = try find.first { find.int(0) }
    if found == nil {
      insert.bind(1, digest)
      try insert.run()
    }
    let id = found ?? db.lastInsertedRowID
    if ids.count >= Self.remembered { ids = [:] }
    ids[digest] = id
    return id
  }
}
