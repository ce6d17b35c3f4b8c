import GRDB
import Ledger

/// Keeps each name of a service, a handler, a target or a prover once.
final class NameIndexer {
  private let db: Database
  private var ids = ByteTable<Int64>()
  private let find: SQLStatement
  private let insert: SQLStatement
  private static let (remembered, rememberedBytes) = (4096, 1024)

  init(_ db: Database) throws {
    self.db = db
    find = try SQLStatement(db, "SELECT id FROM names WHERE name = ?")
    insert = try SQLStatement(db, "INSERT INTO names (name) VALUES (?)")
  }

  func id(_ name: String) throws -> Int64 {
    var name = name
    return try name.withUTF8 { try id($0) }
  }

  func id(_ name: UnsafeBufferPointer<UInt8>) throws -> Int64 {
    if let id = ids.value(name) { return id }
    find.bind(1, text: name, copying: false)
    let found = try find.first { find.int(0) }
    if found == nil {
      insert.bind(1, text: name, copying: false)
      try insert.run()
    }
    let id = found ?? db.lastInsertedRowID
    if name.count <= Self.rememberedBytes {
      if ids.count >= Self.remembered { ids.removeAll() }
      ids.set(name, id)
    }
    return id
  }
}
