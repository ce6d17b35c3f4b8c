import ContentStore
import Digests
import FoundationEssentials
import GRDB
import Glibc
import Schemas

/// The SQLite file: opening it, and telling when it is of no use.
enum GraphDatabase {
  /// Changes whenever `graph.sql` does, so that an index made by another version is made again.
  static let version: Int64 = {
    let hash = Digest.sha256(of: Schemas.graph).bytes
    return hash.prefix(4).reduce(0) { $0 << 8 | Int64($1) } & 0x7fff_ffff | 1
  }()

  /// Opens the file, making it and its tables where there are none; in memory without a path.
  static func open(_ path: String?) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    configuration.busyMode = .timeout(60)
    if path != nil {
      configuration.prepareDatabase { db in
        try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
      }
    }
    let queue =
      try path.map { try DatabaseQueue(path: $0, configuration: configuration) }
      ?? DatabaseQueue(configuration: configuration)
    if try queue.read(currentVersion) == version { return queue }
    try queue.write { db in
      switch try currentVersion(db) {
      case version: break
      case 0:
        try db.execute(sql: Schemas.graph)
        try db.execute(sql: "PRAGMA user_version = \(version)")
      case let other: throw OtherVersion(number: other)
      }
    }
    return queue
  }

  /// An index made with another `graph.sql`.
  struct OtherVersion: Error { var number: Int64 }

  private static func currentVersion(_ db: Database) throws -> Int64 {
    try Int64.fetchOne(db, sql: "PRAGMA user_version") ?? 0
  }

  /// Whether the file should be removed and made again. Every statement of ours is right on tables
  /// of ours, so that an error in one means other tables.
  static func isDamage(_ error: any Error) -> Bool {
    if error is OtherVersion { return true }
    guard let code = (error as? DatabaseError)?.resultCode else { return false }
    let answers: [ResultCode] = [
      .SQLITE_NOTADB, .SQLITE_CORRUPT, .SQLITE_ERROR, .SQLITE_CONSTRAINT, .SQLITE_IOERR,
      .SQLITE_MISMATCH, .SQLITE_SCHEMA, .SQLITE_FORMAT,
    ]
    return answers.contains(code)
  }

  /// Whether the file cannot be written where it is.
  static func isUnwritable(_ error: any Error) -> Bool {
    guard let code = (error as? DatabaseError)?.resultCode else { return false }
    return [.SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_FULL, .SQLITE_PERM].contains(code)
  }

  /// Removes the file and what belongs to it. The caller holds the writer lock.
  static func remove(_ path: String) throws(StoreError) {
    for name in [path + "-wal", path + "-shm", path] {
      if unlink(name) != 0 && errno != ENOENT {
        throw StoreError(.accessDenied, path: name, expected: "a file that can be removed")
      }
    }
  }
}
