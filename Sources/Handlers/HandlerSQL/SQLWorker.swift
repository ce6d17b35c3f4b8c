import Encodings
import GRDBSQLite

/// A connection with the statements it has compiled; it belongs to one thread at a time.
final class SQLWorker {
  private struct Compiled {
    var statement: OpaquePointer
    var facts: StatementFacts
  }

  let connection: SQLConnection
  private var compiled: [ByteName: Compiled] = [:]

  init(_ connection: SQLConnection) { self.connection = connection }

  deinit { for one in compiled.values { connection.finish(one.statement) } }

  /// What a statement does here.
  func facts(of text: String) throws(SQLFailure) -> StatementFacts {
    try compile(text).facts
  }

  private func compile(_ text: String) throws(SQLFailure) -> Compiled {
    if let known = compiled[text] { return known }
    let (statement, facts) = try connection.compile(Array(text.utf8), keeping: true)
    let found = Compiled(statement: statement, facts: facts)
    compiled[text] = found
    return found
  }

  /// Runs a statement with values for all of its parameters.
  func run(
    _ text: String, _ values: [SQLValue], steps: Int, each row: (SQLRow) -> Bool
  ) throws(SQLFailure) -> SQLOutcome {
    let compiled = try compile(text)
    let statement = compiled.statement
    let guardian = connection.guardian
    // Where the schema has changed, SQLite compiles again and asks again: nothing more than before.
    guardian.begin(.statement)
    guardian.bounds = (
      Set(compiled.facts.read.map { ByteName($0) }),
      Set(compiled.facts.written.map { ByteName($0) })
    )
    guardian.remaining = steps
    sqlite3_set_last_insert_rowid(connection.handle, 0)
    defer {
      sqlite3_reset(statement)
      sqlite3_clear_bindings(statement)
      guardian.begin(.own)
      guardian.bounds = nil
      guardian.remaining = .max
    }
    for (index, value) in values.enumerated() {
      let code = Self.bind(value, to: statement, Int32(index + 1))
      guard code == SQLITE_OK else { throw SQLConnection.failure(running: code, "") }
    }
    while true {
      let code = sqlite3_step(statement)
      if code == SQLITE_ROW {
        if row(SQLRow(statement: statement)) { continue }
      } else if code != SQLITE_DONE {
        throw failure(code, guardian)
      }
      return outcome(of: statement)
    }
  }

  private func outcome(of statement: OpaquePointer) -> SQLOutcome {
    SQLOutcome(
      changes: Int(sqlite3_changes(connection.handle)),
      lastInsertRowid: sqlite3_last_insert_rowid(connection.handle),
      steps: Int(sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1)))
  }

  private func failure(_ code: Int32, _ guardian: StatementGuard) -> SQLFailure {
    if code & 0xFF == SQLITE_AUTH {
      return SQLFailure(.refused, guardian.refusal ?? "the schema has changed")
    }
    return SQLConnection.failure(
      running: code, String(cString: sqlite3_errmsg(connection.handle)))
  }

  private static func bind(
    _ value: SQLValue, to statement: OpaquePointer, _ index: Int32
  ) -> Int32 {
    switch value {
    case .null: sqlite3_bind_null(statement, index)
    case .integer(let number): sqlite3_bind_int64(statement, index, number)
    case .real(let number): sqlite3_bind_double(statement, index, number)
    case .text(let bytes):
      bytes.withUnsafeBufferPointer { bytes in
        guard let start = bytes.baseAddress else {
          return sqlite3_bind_text(statement, index, "", 0, SQLConnection.copies)
        }
        return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) { start in
          sqlite3_bind_text64(
            statement, index, start, UInt64(bytes.count), SQLConnection.copies,
            UInt8(SQLITE_UTF8))
        }
      }
    }
  }
}
