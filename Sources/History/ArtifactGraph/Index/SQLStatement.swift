import Digests
import Encodings
import GRDB
import GRDBSQLite

/// A prepared statement, run very many times: SQLite's own calls without anything around them.
///
/// Used by one thread at a time, that of the database it was made for, and no longer than that.
final class SQLStatement {
  private let database: OpaquePointer
  private let statement: OpaquePointer

  convenience init(_ db: Database, _ sql: String) throws {
    guard let database = db.sqliteConnection else {
      throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "no connection")
    }
    try self.init(database, sql)
  }

  init(_ database: OpaquePointer, _ sql: String) throws {
    var statement: OpaquePointer?
    let code = sqlite3_prepare_v3(
      database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
    guard code == SQLITE_OK, let statement else { throw Self.error(database, code) }
    self.database = database
    self.statement = statement
  }

  deinit { sqlite3_finalize(statement) }

  // Parameters and columns count from 1 and from 0, as SQLite's do.

  func bind(_ index: Int32, _ value: Int64?) {
    if let value {
      sqlite3_bind_int64(statement, index, value)
    } else {
      sqlite3_bind_null(statement, index)
    }
  }

  /// Binds text that SQLite copies.
  func bind(_ index: Int32, _ text: String?) {
    guard var text else {
      sqlite3_bind_null(statement, index)
      return
    }
    text.withUTF8 { bind(index, text: $0, copying: true) }
  }

  /// Binds UTF-8. Without a copy it must stay where it is until the statement was reset.
  func bind(_ index: Int32, text: UnsafeBufferPointer<UInt8>, copying: Bool) {
    // SQLite takes a text without an address for NULL.
    guard let base = text.baseAddress, !text.isEmpty else {
      sqlite3_bind_text(statement, index, "", 0, nil)
      return
    }
    base.withMemoryRebound(to: CChar.self, capacity: text.count) {
      _ = sqlite3_bind_text64(
        statement, index, $0, UInt64(text.count), copying ? Self.transient : nil,
        UInt8(SQLITE_UTF8))
    }
  }

  /// Binds bytes that SQLite copies.
  func bind(_ index: Int32, blob: [UInt8]) {
    blob.withUnsafeBytes {
      if let base = $0.baseAddress, !$0.isEmpty {
        _ = sqlite3_bind_blob64(statement, index, base, UInt64($0.count), Self.transient)
      } else {
        _ = sqlite3_bind_zeroblob(statement, index, 0)
      }
    }
  }

  /// Binds a word of the program.
  func bind(_ index: Int32, word: StaticString?) {
    guard let word else {
      sqlite3_bind_null(statement, index)
      return
    }
    bind(
      index, text: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount),
      copying: false)
  }

  /// Binds the bytes of a digest, which SQLite copies.
  func bind(_ index: Int32, _ digest: Digest) {
    digest.withUnsafeBytes {
      _ = sqlite3_bind_blob64(
        statement, index, $0.baseAddress, UInt64($0.count), Self.transient)
    }
  }

  private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

  /// Runs a statement that answers nothing.
  func run() throws {
    let code = sqlite3_step(statement)
    sqlite3_reset(statement)
    guard code == SQLITE_DONE else { throw Self.error(database, code) }
  }

  /// Whether there is a row; its columns are read in `body`, before the next call.
  func first<T>(_ body: () throws -> T) throws -> T? {
    defer { sqlite3_reset(statement) }
    return try step() ? try body() : nil
  }

  /// Every row; its columns are read in `body`.
  func each(_ body: () throws -> Void) throws {
    defer { sqlite3_reset(statement) }
    while try step() { try body() }
  }

  /// Goes on to the next row; false after the last.
  func step() throws -> Bool {
    switch sqlite3_step(statement) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code: throw Self.error(database, code)
    }
  }

  func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

  func int(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

  func text(_ column: Int32) -> String {
    let bytes = UnsafeRawBufferPointer(
      start: sqlite3_column_text(statement, column),
      count: Int(sqlite3_column_bytes(statement, column)))
    return String(decoding: bytes, as: UTF8.self)
  }

  func blob(_ column: Int32) -> [UInt8] {
    Array(
      UnsafeRawBufferPointer(
        start: sqlite3_column_blob(statement, column),
        count: Int(sqlite3_column_bytes(statement, column))))
  }

  /// A digest as it is stored; nil for what is none.
  func digest(_ column: Int32) -> Digest? {
    let bytes = UnsafeRawBufferPointer(
      start: sqlite3_column_blob(statement, column),
      count: Int(sqlite3_column_bytes(statement, column)))
    return Digest(bytes.count == 64 ? .sha512 : .sha256, bytes: bytes)
  }

  /// Whatever the columns hold, each with its type and length.
  func columns(_ body: (Int32, UnsafeRawBufferPointer) -> Void) {
    for column in 0..<sqlite3_column_count(statement) {
      let type = sqlite3_column_type(statement, column)
      if type == SQLITE_INTEGER {
        withUnsafeBytes(of: sqlite3_column_int64(statement, column).littleEndian) {
          body(type, $0)
        }
      } else {
        let start = sqlite3_column_blob(statement, column)
        body(
          type,
          UnsafeRawBufferPointer(
            start: start, count: Int(sqlite3_column_bytes(statement, column))))
      }
    }
  }

  /// A column as one would write it: texts in quotes, bytes as hex.
  func literal(_ column: Int32) -> String {
    switch sqlite3_column_type(statement, column) {
    case SQLITE_INTEGER: String(int(column))
    case SQLITE_TEXT: "'\(text(column))'"
    case SQLITE_NULL: "NULL"
    default:
      Hex.encode(
        UnsafeRawBufferPointer(
          start: sqlite3_column_blob(statement, column),
          count: Int(sqlite3_column_bytes(statement, column))))
    }
  }

  private static func error(_ database: OpaquePointer, _ code: Int32) -> DatabaseError {
    DatabaseError(
      resultCode: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(database)))
  }
}
