import GRDBSQLite

/// A value that is given for a parameter.
public enum SQLValue: Sendable, Hashable {
  case null
  case integer(Int64)
  case real(Double)
  /// UTF-8.
  case text([UInt8])
}

/// One row of a result; it is valid until the next one is asked for.
public struct SQLRow {
  /// A value of a row, as SQLite stores it.
  public enum Value {
    case null
    case integer(Int64)
    case real(Double)
    /// Mostly UTF-8: SQLite does not look.
    case text(UnsafeBufferPointer<UInt8>)
    case blob(UnsafeBufferPointer<UInt8>)
  }

  let statement: OpaquePointer

  /// How many values it has.
  public var count: Int { Int(sqlite3_column_count(statement)) }

  /// The value of a column.
  public subscript(index: Int) -> Value {
    let column = Int32(clamping: index)
    switch sqlite3_column_type(statement, column) {
    case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
    case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, column))
    case SQLITE_TEXT:
      let start = sqlite3_column_text(statement, column)
      let count = Int(sqlite3_column_bytes(statement, column))
      return .text(UnsafeBufferPointer(start: start, count: start == nil ? 0 : count))
    case SQLITE_BLOB:
      let start = sqlite3_column_blob(statement, column)?.assumingMemoryBound(to: UInt8.self)
      let count = Int(sqlite3_column_bytes(statement, column))
      return .blob(UnsafeBufferPointer(start: start, count: start == nil ? 0 : count))
    default: return .null
    }
  }
}

/// What running a statement left behind.
public struct SQLOutcome: Sendable, Hashable {
  /// Rows that it inserted, updated or deleted itself.
  public var changes: Int
  /// The rowid of the row it inserted last; 0 where it inserted none.
  public var lastInsertRowid: Int64
  /// Instructions that SQLite executed.
  public var steps: Int
}
