import GRDBSQLite
import Glibc

/// Watches one statement of a user's own on a connection: what it may touch, how long it may run,
/// how much it may take. What it set is taken back by ``lift()``.
///
/// With ``QueryConnection`` it keeps the promise that only views are read, and the process from harm;
/// it is no wall between a user and the index, who can open the file with any SQLite.
final class QueryGuard {
  private let database: OpaquePointer
  private let indexes: Set<String>
  private let checks: Set<String>
  private let temporary: Set<String>
  private let deadline: UInt64
  private var formerLimits: [(Int32, Int32)] = []
  private let formerHeap: Int64
  /// What was refused, in words; the first of it.
  private(set) var refusal: String?

  init(_ connection: QueryConnection, _ limits: QueryLimits) {
    (database, indexes, checks) = (connection.database, connection.indexes, connection.checks)
    temporary = connection.temporary
    let seconds = min(max(limits.seconds, 0), 1e9)
    deadline = Self.now() &+ UInt64(seconds * 1e9)
    for (limit, most) in Self.limits {
      formerLimits.append((limit, sqlite3_limit(database, limit, most)))
    }
    // Of the whole process, so it counts from what it has now.
    formerHeap = sqlite3_hard_heap_limit64(sqlite3_memory_used() + limits.memory)
    let context = Unmanaged.passUnretained(self).toOpaque()
    sqlite3_set_authorizer(
      database,
      { context, action, first, second, schema, view in
        guard let context else { return SQLITE_DENY }
        return Unmanaged<QueryGuard>.fromOpaque(context).takeUnretainedValue()
          .judge(action, text(first), text(second), in: text(schema), within: text(view))
      }, context)
    sqlite3_progress_handler(
      database, 1000,
      { context in
        guard let context else { return 1 }
        return Unmanaged<QueryGuard>.fromOpaque(context).takeUnretainedValue().isOverdue ? 1 : 0
      }, context)
  }

  /// Takes everything back; to be called before the connection is used for anything else.
  func lift() {
    sqlite3_set_authorizer(database, nil, nil)
    sqlite3_progress_handler(database, 0, nil, nil)
    for (limit, former) in formerLimits { sqlite3_limit(database, limit, former) }
    sqlite3_hard_heap_limit64(formerHeap)
  }

  /// Whether the time is up.
  var isOverdue: Bool { Self.now() >= deadline }

  private static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  // A text may be as long as a ledger line, and a little more. The others keep one instruction from
  // running for ever where no handler is called.
  private static let limits: [(Int32, Int32)] = [
    (SQLITE_LIMIT_LENGTH, 2 << 20), (SQLITE_LIMIT_SQL_LENGTH, 100_000),
    (SQLITE_LIMIT_COLUMN, 256), (SQLITE_LIMIT_EXPR_DEPTH, 200),
    (SQLITE_LIMIT_COMPOUND_SELECT, 64), (SQLITE_LIMIT_VDBE_OP, 250_000),
    (SQLITE_LIMIT_FUNCTION_ARG, 32), (SQLITE_LIMIT_ATTACHED, 0),
    (SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 256), (SQLITE_LIMIT_WORKER_THREADS, 0),
  ]

  // Reference: sqlite.org/c3ref/c_alter_table.html, the action codes and their arguments.
  private func judge(
    _ action: Int32, _ first: String, _ second: String, in schema: String, within view: String
  ) -> Int32 {
    switch action {
    case SQLITE_SELECT, SQLITE_RECURSIVE: return SQLITE_OK
    case SQLITE_FUNCTION:
      if checks.contains(second) || Self.functions.contains(second.lowercased()) {
        return SQLITE_OK
      }
      // The name of a table that may not be read.
      if second == QueryConnection.forbidden, !view.isEmpty {
        return refuse("\(view) is no view")
      }
      return refuse("the function \(second) is not for queries")
    case SQLITE_READ:
      // The names of the indexes stand in our views alone; `view` is whatever name the query gives to
      // what it reads, and tells nothing.
      if indexes.contains(schema) { return SQLITE_OK }
      if schema == "temp", GraphView.names.contains(first) || temporary.contains(first) {
        return SQLITE_OK
      }
      if schema == "main", first == "json_each" { return SQLITE_OK }
      // A name of which no column is used comes without its database where none was written: tables
      // of our views, which became part of the query, and those that the query itself makes.
      if second.isEmpty, !Self.isInternal(first) { return SQLITE_OK }
      return refuse("\(first) is no view")
    case SQLITE_PRAGMA: return refuse("PRAGMA \(first)")
    case SQLITE_ATTACH: return refuse("ATTACH")
    default: return refuse("the statement does something else than read")
    }
  }

  private func refuse(_ what: String) -> Int32 {
    refusal = refusal ?? what
    return SQLITE_DENY
  }

  private static func isInternal(_ name: String) -> Bool {
    let name = name.lowercased()
    return name.hasPrefix("sqlite_") || name.hasPrefix("pragma_") || name == "dbstat"
  }

  // Those that do nothing but compute; none reads a file, loads code or tells of the process.
  private static let functions = Set(
    """
    abs char coalesce concat concat_ws format glob hex ifnull iif instr length like likelihood \
    likely lower ltrim max min nullif printf quote replace round rtrim sign substr substring trim \
    typeof unhex unicode unlikely upper zeroblob \
    avg count group_concat string_agg sum total \
    cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank \
    row_number \
    date datetime julianday strftime time timediff unixepoch current_date current_time \
    current_timestamp \
    json json_array json_array_length json_extract json_group_array json_group_object \
    json_object json_quote json_type json_valid -> ->> \
    acos asin atan atan2 ceil ceiling cos degrees exp floor ln log log10 log2 mod pi pow power \
    radians sin sqrt tan trunc
    """.split(separator: " ").map(String.init))
}

private func text(_ pointer: UnsafePointer<CChar>?) -> String {
  pointer.map { String(cString: $0) } ?? ""
}
