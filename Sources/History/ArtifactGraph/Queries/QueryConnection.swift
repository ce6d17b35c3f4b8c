import Digests
import GRDB
import GRDBSQLite

/// A connection for one question of a user's own, on which no name that a user can write means a
/// table of an index.
///
/// Its own databases are empty. Each index is attached under a name of 128 random bits that stands
/// nowhere but in views of the temporary database, one for each of ``GraphView/all`` and
/// ``GraphView/everywhere``. A name without a database means the temporary database first, and there
/// every other name of an index is taken by a view that may not be read. So what the authorizer lets
/// through by an index's own name came through a promised view, whatever the query calls its own
/// tables.
///
/// Reference: sqlite.org/lang_naming.html; sqlite.org/c3ref/set_authorizer.html.
final class QueryConnection {
  let database: OpaquePointer
  /// The names of the indexes.
  var indexes: Set<String> { Set(attached.map(\.index)) }
  /// The names of tables that are there for this question alone.
  let temporary: Set<String>
  /// The names of the functions that the views ask whether a row is what its ledger gives.
  var checks: Set<String> { Set(attached.map(\.check)) }
  /// What only the index itself may call; every name that may not be read stands for it.
  static let forbidden = "sqlite_version"

  private struct Attached {
    let index: String
    let check: String
    // What the views of the index are called where it is.
    let prefix: String
    let source: QuerySource
  }
  private var attached: [Attached] = []

  /// - Parameters:
  ///   - sources: the index that the views of ``GraphView/all`` show, then others.
  ///   - tables: what is asked beside them.
  init(_ sources: [QuerySource], beside tables: [TemporaryTable] = []) throws {
    var opened: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI
    let code = sqlite3_open_v2(":memory:", &opened, flags, nil)
    guard let opened, code == SQLITE_OK else {
      sqlite3_close_v2(opened)
      throw DatabaseError(resultCode: ResultCode(rawValue: code), message: "no memory database")
    }
    database = opened
    temporary = Set(tables.map(\.name))
    do {
      try prepare(sources, tables)
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

  private func prepare(_ sources: [QuerySource], _ tables: [TemporaryTable]) throws {
    sqlite3_busy_timeout(database, 60_000)
    try run("PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF")
    let most = Int(sqlite3_limit(database, SQLITE_LIMIT_ATTACHED, -1))
    // One place is for what all the others are copied to.
    let direct = sources.count <= most ? sources.count : most - 2
    for source in sources.prefix(direct) {
      let index = "g" + Self.random()
      try attach(source, as: index)
      add(source, at: index)
    }
    if direct < sources.count { try gather(sources.dropFirst(direct)) }
    // A function that is a table takes part in a schema the first time it is used, which looks like
    // a change of one.
    try run("SELECT count(*) FROM json_each('[]')")
    // From here on what is read is each index as it is now.
    try run("BEGIN")
    var names: [String] = []
    let found = try SQLStatement(
      database,
      "SELECT name FROM \(attached[0].index).sqlite_master WHERE type IN ('table', 'view')")
    while try found.step() { names.append(found.text(0)) }
    for name in names { try run(view(name)) }
    for view in GraphView.all { try run(everywhere(view)) }
    for table in tables { try add(table) }
    try run("PRAGMA query_only = ON")
  }

  private func add(_ table: TemporaryTable) throws {
    try run("CREATE TEMP TABLE \(table.name)(\(table.columns.joined(separator: ", ")))")
    let places = table.columns.map { _ in "?" }.joined(separator: ", ")
    for row in table.rows {
      let insert = try SQLStatement(database, "INSERT INTO temp.\(table.name) VALUES (\(places))")
      for (place, value) in row.enumerated() { insert.bind(Int32(place + 1), value) }
      try insert.run()
    }
  }

  private func add(_ source: QuerySource, at index: String, prefix: String = "") {
    let one = Attached(index: index, check: "c" + Self.random(), prefix: prefix, source: source)
    attached.append(one)
    addCheck(one)
  }

  private func attach(_ source: QuerySource, as index: String) throws {
    do {
      try attach(source.path, source.connection, as: index)
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CANTOPEN {
      // Its name is gone, or somebody else's by now; the other connection still has it.
      try attach(nil, source.connection, as: index)
    }
  }

  private func attach(_ path: String?, _ source: OpaquePointer?, as index: String) throws {
    let attach = try SQLStatement(database, "ATTACH ? AS \(index)")
    attach.bind(1, path ?? ":memory:")
    try attach.run()
    if path == nil, let source { try copy(source, to: index) }
  }

  /// SQLite has so many databases at a time: what the views of further ones show is copied.
  private func gather(_ sources: ArraySlice<QuerySource>) throws {
    let (index, passing) = ("g" + Self.random(), "g" + Self.random())
    try attach(nil, nil, as: index)
    for (number, source) in sources.enumerated() {
      try attach(source, as: passing)
      for view in GraphView.all {
        try run(
          "CREATE TABLE \(index).n\(number)_\(view.name) AS SELECT * FROM \(passing).\(view.name)")
      }
      try run("DETACH \(passing)")
      add(source, at: index, prefix: "n\(number)_")
    }
  }

  private func view(_ name: String) -> String {
    let quoted = "\"" + name.replacing("\"", with: "\"\"") + "\""
    guard let view = GraphView.all.first(where: { $0.name == name }) else {
      return "CREATE TEMP VIEW \(quoted) AS SELECT \(Self.forbidden)()"
    }
    return "CREATE TEMP VIEW \(quoted) AS \(Self.select(view, attached[0]))"
  }

  private func everywhere(_ view: GraphView) -> String {
    let parts = attached.map { one in
      let origin = one.source.origin.replacing("'", with: "''")
      return Self.select(view, one, ["'\(origin)' AS origin"])
    }
    return
      "CREATE TEMP VIEW \(GraphView.prefix)\(view.name) AS \(parts.joined(separator: " UNION ALL "))"
  }

  private static func select(
    _ view: GraphView, _ one: Attached, _ more: [String] = []
  ) -> String {
    let columns = (more + ["*"]).joined(separator: ", ")
    let condition =
      view.lines.isEmpty ? "" : " WHERE \(one.check)(\(view.lines.joined(separator: ", ")))"
    return "SELECT \(columns) FROM \(one.index).\(one.prefix)\(view.name)\(condition)"
  }

  private func copy(_ source: OpaquePointer, to index: String) throws {
    guard let backup = sqlite3_backup_init(database, index, source, "main") else {
      throw error(sqlite3_errcode(database))
    }
    sqlite3_backup_step(backup, -1)
    let code = sqlite3_backup_finish(backup)
    if code != SQLITE_OK { throw error(code) }
  }

  // The rows live as long as whoever asks, who has this connection.
  private func addCheck(_ one: Attached) {
    sqlite3_create_function_v2(
      database, one.check, -1, SQLITE_UTF8, Unmanaged.passUnretained(one.source.rows).toOpaque(),
      { context, count, values in
        guard let owner = sqlite3_user_data(context), let values else { return }
        let rows = Unmanaged<RowQuestion>.fromOpaque(owner).takeUnretainedValue()
        for place in 0..<Int(count) where sqlite3_value_type(values[place]) == SQLITE_INTEGER {
          if !rows.isSound(Int(sqlite3_value_int64(values[place]))) {
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
