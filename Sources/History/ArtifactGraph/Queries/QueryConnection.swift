import Digests
import GRDB
import GRDBSQLite

/// A connection for one question of a user's own, on which no name that a user can write means a
/// table of the index.
///
/// Its own databases are empty. The index is attached under a name of 128 random bits that stands
/// nowhere but in views of the temporary database, one for each of ``GraphView/all``. A name without
/// a database means the temporary database first, and there every other name of the index is taken
/// by a view that may not be read. So what the authorizer lets through by the index's own name came
/// through a promised view, whatever the query calls its own tables.
///
/// Reference: sqlite.org/lang_naming.html; sqlite.org/c3ref/set_authorizer.html.
final class QueryConnection {
  let database: OpaquePointer
  /// The name of the index.
  let index: String
  /// The name of the function that the views ask whether a row is what the ledger gives.
  let check: String
  /// What only the index itself may call; every name that may not be read stands for it.
  static let forbidden = "sqlite_version"

  private let isSound: (Int) -> Bool

  /// - Parameters:
  ///   - path: of the index, as SQLite takes it; nil for one in memory, which is copied.
  ///   - source: a connection to it.
  ///   - isSound: whether the row of a line is what the ledger gives.
  init(
    _ path: String?, _ source: OpaquePointer, isSound: @escaping (Int) -> Bool
  ) throws {
    (index, check) = ("g" + Self.random(), "c" + Self.random())
    self.isSound = isSound
    var opened: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI
    let code = sqlite3_open_v2(":memory:", &opened, flags, nil)
    guard let opened, code == SQLITE_OK else {
      sqlite3_close_v2(opened)
      throw DatabaseError(resultCode: ResultCode(rawValue: code), message: "no memory database")
    }
    database = opened
    do {
      try prepare(path, source)
    } catch {
      sqlite3_close_v2(opened)
      throw error
    }
  }

  deinit { sqlite3_close_v2(database) }

  private static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<2).map { _ in
      let digits = String(generator.next() as UInt64, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }

  private func prepare(_ path: String?, _ source: OpaquePointer) throws {
    sqlite3_busy_timeout(database, 60_000)
    try run("PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF")
    do {
      try attach(path, source)
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CANTOPEN {
      // Its name is gone, or somebody else's by now; the other connection still has it.
      try attach(nil, source)
    }
    addCheck()
    // A function that is a table takes part in a schema the first time it is used, which looks like
    // a change of one.
    try run("SELECT count(*) FROM json_each('[]')")
    // From here on what is read is the index as it is now.
    try run("BEGIN")
    var names: [String] = []
    let found = try SQLStatement(
      database, "SELECT name FROM \(index).sqlite_master WHERE type IN ('table', 'view')")
    while try found.step() { names.append(found.text(0)) }
    for name in names { try run(Self.view(name, index, check)) }
    try run("PRAGMA query_only = ON")
  }

  private func attach(_ path: String?, _ source: OpaquePointer) throws {
    let attach = try SQLStatement(database, "ATTACH ? AS \(index)")
    attach.bind(1, path ?? ":memory:")
    try attach.run()
    if path == nil { try copy(source) }
  }

  private static func view(_ name: String, _ index: String, _ check: String) -> String {
    let quoted = "\"" + name.replacing("\"", with: "\"\"") + "\""
    guard let view = GraphView.all.first(where: { $0.name == name }) else {
      return "CREATE TEMP VIEW \(quoted) AS SELECT \(forbidden)()"
    }
    let condition =
      view.lines.isEmpty ? "" : " WHERE \(check)(\(view.lines.joined(separator: ", ")))"
    return "CREATE TEMP VIEW \(quoted) AS SELECT * FROM \(index).\(quoted)\(condition)"
  }

  private func copy(_ source: OpaquePointer) throws {
    guard let backup = sqlite3_backup_init(database, index, source, "main") else {
      throw error(sqlite3_errcode(database))
    }
    sqlite3_backup_step(backup, -1)
    let code = sqlite3_backup_finish(backup)
    if code != SQLITE_OK { throw error(code) }
  }

  private func addCheck() {
    sqlite3_create_function_v2(
      database, check, -1, SQLITE_UTF8, Unmanaged.passUnretained(self).toOpaque(),
      { context, count, values in
        guard let owner = sqlite3_user_data(context), let values else { return }
        let connection = Unmanaged<QueryConnection>.fromOpaque(owner).takeUnretainedValue()
        for place in 0..<Int(count) where sqlite3_value_type(values[place]) == SQLITE_INTEGER {
          if !connection.isSound(Int(sqlite3_value_int64(values[place]))) {
            return sqlite3_result_error(context, "the index differs from the ledger", -1)
          }
        }
        sqlite3_result_int(context, 1)
      }, nil, nil, nil)
  }

  private func run(_ sql: String) throws {
    let code = sqlite3_exec(database, sql, nil, nil, nil)
    if code != SQLITE_OK { throw error(code) }
  }

  private func error(_ code: Int32) -> DatabaseError {
    DatabaseError(
      resultCode: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(database)))
  }
}
