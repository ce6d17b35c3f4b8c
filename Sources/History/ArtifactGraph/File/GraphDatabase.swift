import Digests
import FoundationEssentials
import GRDB
import GRDBSQLite
import Schemas

/// The SQLite file: opening it, and telling when it is of no use.
enum GraphDatabase {
  /// Keeps a connection's queue until the process ends; the connection itself is closed.
  ///
  /// Dispatch lets go of a queue on another thread, and waits for one for ever where there is none.
  private static func kept(_ queue: DatabaseQueue) -> DatabaseQueue {
    Unmanaged.passRetained(queue).takeUnretainedValue()
  }

  /// Changes whenever `graph.sql` does, so that an index made by another version is made again.
  static let version: Int64 = {
    let hash = Digest.sha256(of: Schemas.graph).bytes
    return hash.prefix(4).reduce(0) { $0 << 8 | Int64($1) } & 0x7fff_ffff | 1
  }()

  /// Opens the file, making it and its tables where there are none; in memory without a file.
  static func open(_ file: GraphFile?) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    // Whoever indexes a few rows is done by then; for whoever takes longer nobody has to wait, as
    // the index can be done without.
    configuration.busyMode = .timeout(2)
    if file != nil {
      configuration.prepareDatabase { db in
        // GRDB's authorizer tells observers what a statement reads and writes. Nobody observes, and
        // it takes more than half of the time in which statements are prepared.
        sqlite3_set_authorizer(db.sqliteConnection, nil, nil)
        try claim(db)
        try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
      }
    }
    let queue =
      try kept(
        file.map { try DatabaseQueue(path: $0.name(), configuration: configuration) }
          ?? DatabaseQueue(configuration: configuration))
    return try makeTables(queue)
  }

  /// A database to be compared with and thrown away: pages that do not fit into its cache go to a
  /// temporary file that has no name, so that it may be of any size.
  static func scratch() throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    // Nothing is rolled back: what fails is thrown away as well.
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA journal_mode = OFF") }
    return try makeTables(kept(DatabaseQueue(path: "", configuration: configuration)))
  }

  /// Makes a file that nobody else opens before it is whole: without a journal, and without waiting
  /// for the disk, which is left to the caller.
  static func openUnshared(_ path: String) throws -> DatabaseQueue {
    if path.utf8.count > GraphFile.longestPath { throw GraphFile.Unreachable(reason: "long path") }
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    configuration.prepareDatabase { db in
      try claim(db)
      try db.execute(
        sql: """
          PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF
          """)
    }
    return try makeTables(kept(DatabaseQueue(path: path, configuration: configuration)))
  }

  private static func makeTables(_ queue: DatabaseQueue) throws -> DatabaseQueue {
    let isMade = try queue.read { db in
      guard try currentVersion(db) == version else { return false }
      guard try GraphSchema.isWhole(db) else { throw OtherSchema() }
      return true
    }
    if isMade { return queue }
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

  // Marks a new file as ours before anything else is written, and before WAL, so that the mark is
  // in the file itself. The count comes first: whoever makes the file at the same time writes the
  // first page and the mark in one step.
  private static func claim(_ db: Database) throws {
    let pages = try number(db, "PRAGMA page_count")
    let mark = try number(db, "PRAGMA application_id")
    if mark == Int64(GraphFile.applicationID) { return }
    guard pages == 0 else { throw NotOurs() }
    try db.execute(sql: "PRAGMA application_id = \(GraphFile.applicationID)")
  }

  /// A database of something else.
  struct NotOurs: Error, CustomStringConvertible {
    var description: String { "it is a database of something else" }
  }

  /// An index of this version in which somebody put, or from which somebody took, something.
  struct OtherSchema: Error, CustomStringConvertible {
    var description: String { "it does not hold what graph.sql makes, or something else as well" }
  }

  /// An index made with another `graph.sql`.
  struct OtherVersion: Error, CustomStringConvertible {
    var number: Int64
    var description: String { "it was made with version \(number) of graph.sql" }
  }

  private static func currentVersion(_ db: Database) throws -> Int64 {
    try number(db, "PRAGMA user_version")
  }

  private static func number(_ db: Database, _ sql: String) throws -> Int64 {
    let statement = try SQLStatement(db, sql)
    return try statement.first { statement.int(0) } ?? 0
  }

  /// Whether the file should be removed and made again. Every statement of ours is right on tables
  /// of ours, so that an error in one means other tables.
  static func isDamage(_ error: any Error) -> Bool {
    if error is OtherVersion || error is NotOurs || error is OtherSchema { return true }
    guard let error = error as? DatabaseError, !isRefusedByDisk(error) else { return false }
    let answers: [ResultCode] = [
      .SQLITE_NOTADB, .SQLITE_CORRUPT, .SQLITE_ERROR, .SQLITE_CONSTRAINT, .SQLITE_IOERR,
      .SQLITE_MISMATCH, .SQLITE_SCHEMA, .SQLITE_FORMAT,
    ]
    return answers.contains(error.resultCode)
  }

  /// Whether there is no place for a temporary file, or not enough.
  static func isOutOfRoom(_ error: any Error) -> Bool {
    guard let code = (error as? DatabaseError)?.resultCode else { return false }
    return [.SQLITE_FULL, .SQLITE_CANTOPEN, .SQLITE_IOERR].contains(code)
  }

  // What SQLite calls an input/output error where the disk is full or will not be written: nothing is
  // wrong with what is in the file.
  private static func isRefusedByDisk(_ error: DatabaseError) -> Bool {
    let refusals: [ResultCode] = [
      .SQLITE_IOERR_WRITE, .SQLITE_IOERR_FSYNC, .SQLITE_IOERR_DIR_FSYNC, .SQLITE_IOERR_TRUNCATE,
      .SQLITE_IOERR_SHMOPEN, .SQLITE_IOERR_SHMSIZE, .SQLITE_IOERR_SHMMAP, .SQLITE_IOERR_SHMLOCK,
      .SQLITE_IOERR_LOCK,
    ]
    return refusals.contains(error.extendedResultCode)
  }

  /// Whether the file cannot be used as long as another process has it, or the disk is full.
  static func isPassing(_ error: any Error) -> Bool {
    guard let error = error as? DatabaseError else { return false }
    let answers: [ResultCode] = [.SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL, .SQLITE_FULL]
    return answers.contains(error.resultCode) || isRefusedByDisk(error)
  }

  /// Whether the file cannot be opened or written where it is, or not now.
  static func isUnwritable(_ error: any Error) -> Bool {
    if error is GraphFile.Unreachable { return true }
    if isPassing(error) { return true }
    guard let code = (error as? DatabaseError)?.resultCode else { return false }
    return [.SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM].contains(code)
  }
}
