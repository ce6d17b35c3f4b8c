import Encodings
import GRDBSQLite

/// A connection to a SQLite database that asks a ``StatementGuard`` about everything. It belongs to
/// one thread at a time.
final class SQLConnection {
  let handle: OpaquePointer
  let guardian = StatementGuard()

  /// Milliseconds that are waited for others.
  static let patience: Int32 = 5000
  /// Bytes of one value or row.
  static let longestValue: Int32 = 2 << 20

  /// - Parameter path: of a file, made where there is none; nil for one in memory.
  init(path: String?) throws(SQLFailure) {
    var handle: OpaquePointer?
    // A path that begins with `:` or `file:` is a path, too.
    let name = path.map { $0.utf8.first == UInt8(ascii: "/") ? $0 : "./\($0)" } ?? ":memory:"
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX
    let code = sqlite3_open_v2(name, &handle, flags, nil)
    guard code == SQLITE_OK, let handle else {
      sqlite3_close(handle)
      throw SQLFailure(.unavailable, String(cString: sqlite3_errstr(code)))
    }
    self.handle = handle
    sqlite3_extended_result_codes(handle, 1)
    sqlite3_busy_timeout(handle, Self.patience)
    // "name" is a name: one that does not exist is a mistake, and no text.
    _disableDoubleQuotedStringLiterals(handle)
    setLimits()
    SQLSearch.register(on: handle)
    guardian.attach(to: handle)
    // What gives rows without being a table is there once it was used, and no other comes.
    try run(
      """
      PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;
      SELECT 1 FROM json_each('[]'), json_tree('[]')
      """)
  }

  deinit { sqlite3_close_v2(handle) }

  private func setLimits() {
    for (limit, most) in [
      (SQLITE_LIMIT_LENGTH, Self.longestValue), (SQLITE_LIMIT_SQL_LENGTH, 1 << 20),
      (SQLITE_LIMIT_COLUMN, 500), (SQLITE_LIMIT_EXPR_DEPTH, 100),
      (SQLITE_LIMIT_COMPOUND_SELECT, 50), (SQLITE_LIMIT_VDBE_OP, 250_000),
      (SQLITE_LIMIT_FUNCTION_ARG, 50), (SQLITE_LIMIT_ATTACHED, 0),
      (SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 250), (SQLITE_LIMIT_VARIABLE_NUMBER, 250),
      (SQLITE_LIMIT_TRIGGER_DEPTH, 32), (SQLITE_LIMIT_WORKER_THREADS, 0),
    ] {
      sqlite3_limit(handle, limit, most)
    }
  }

  // MARK: Our own statements

  /// Runs SQL of ours.
  func run(_ sql: String) throws(SQLFailure) {
    let before = guardian.mode
    guardian.mode = .own
    defer { guardian.mode = before }
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw failure(code) }
  }

  /// The first column of the rows of a query of ours.
  func texts(_ sql: String, _ values: [String] = []) throws(SQLFailure) -> [String] {
    let before = guardian.mode
    guardian.mode = .own
    defer { guardian.mode = before }
    let (statement, _) = try prepare(Array(sql.utf8) + [0], from: 0)
    defer { sqlite3_finalize(statement) }
    for (index, value) in values.enumerated() {
      sqlite3_bind_text(statement, Int32(index + 1), value, -1, Self.copies)
    }
    var found: [String] = []
    while true {
      let code = sqlite3_step(statement)
      guard code == SQLITE_ROW else {
        guard code == SQLITE_DONE else { throw failure(code) }
        return found
      }
      found.append(sqlite3_column_text(statement, 0).map { String(cString: $0) } ?? "")
    }
  }

  /// Tells SQLite to copy what it is given.
  static var copies: sqlite3_destructor_type {
    unsafeBitCast(-1, to: sqlite3_destructor_type.self)
  }

  // MARK: Preparing

  /// Compiles the statement that begins at an offset of a text whose last byte is 0.
  /// - Returns: nil where nothing but space and comments is left; where the next one begins.
  func prepare(
    _ text: [UInt8], from start: Int, keeping: Bool = false
  ) throws(SQLFailure) -> (statement: OpaquePointer?, next: Int) {
    var statement: OpaquePointer?
    var next = start
    let code = text.withUnsafeBufferPointer { bytes -> Int32 in
      guard let base = bytes.baseAddress else { return SQLITE_OK }
      return base.withMemoryRebound(to: CChar.self, capacity: bytes.count) { base in
        var tail: UnsafePointer<CChar>?
        let code = sqlite3_prepare_v3(
          handle, base + start, Int32(clamping: bytes.count - start),
          keeping ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0, &statement, &tail)
        if let tail { next = tail - base }
        return code
      }
    }
    guard code == SQLITE_OK else {
      let offset = Int(sqlite3_error_offset(handle))
      throw failure(code, offset: offset < 0 ? nil : start + offset)
    }
    return (statement, next)
  }

  // MARK: Failures

  /// What a code means, in the words of SQLite or of the guard.
  func failure(_ code: Int32, offset: Int? = nil) -> SQLFailure {
    let message = String(cString: sqlite3_errmsg(handle))
    switch code & 0xFF {
    case SQLITE_AUTH, SQLITE_ERROR:
      return SQLFailure(.refused, guardian.refusal ?? message, offset: offset)
    case SQLITE_CONSTRAINT: return SQLFailure(.constraint, message)
    default: return Self.failure(running: code, message)
    }
  }

  /// The same while a statement of the handler runs: messages may quote values then, but for those
  /// about constraints, which name them.
  static func failure(running code: Int32, _ message: String) -> SQLFailure {
    switch code & 0xFF {
    case SQLITE_CONSTRAINT: SQLFailure(.constraint, message)
    case SQLITE_INTERRUPT: SQLFailure(.steps, "a statement took more steps than its limit")
    case SQLITE_NOMEM, SQLITE_FULL, SQLITE_TOOBIG:
      SQLFailure(.memory, String(cString: sqlite3_errstr(code & 0xFF)))
    case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_CANTOPEN, SQLITE_IOERR, SQLITE_READONLY,
      SQLITE_NOTADB, SQLITE_CORRUPT, SQLITE_PERM, SQLITE_PROTOCOL:
      SQLFailure(.unavailable, String(cString: sqlite3_errstr(code & 0xFF)))
    default: SQLFailure(.failed, String(cString: sqlite3_errstr(code & 0xFF)))
    }
  }
}

extension SQLConnection {
  /// Gives a statement back.
  func finish(_ statement: OpaquePointer) { sqlite3_finalize(statement) }
}
