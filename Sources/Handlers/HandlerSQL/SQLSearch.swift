import Encodings
import GRDBSQLite

/// `instr` and `replace` in time that grows with the text. SQLite's own compare at every place, and
/// nobody is asked meanwhile: two texts of a mebibyte would hold the database for seconds.
///
/// Reference: sqlite.org/lang_corefunc.html.
enum SQLSearch {
  /// Takes the place of SQLite's functions on a connection.
  static func register(on handle: OpaquePointer) {
    let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS
    sqlite3_create_function_v2(
      handle, "instr", 2, flags, nil, { context, _, values in SQLSearch.find(context, values) },
      nil, nil, nil)
    sqlite3_create_function_v2(
      handle, "replace", 3, flags, nil,
      { context, _, values in SQLSearch.replace(context, values) }, nil, nil, nil)
  }

  private typealias Values = UnsafeMutablePointer<OpaquePointer?>

  // MARK: instr

  private static func find(_ context: OpaquePointer?, _ values: Values?) {
    guard let values, !isNull(values, 0), !isNull(values, 1) else {
      return sqlite3_result_null(context)
    }
    let isBlob = (0...1).allSatisfy { sqlite3_value_type(values[$0]) == SQLITE_BLOB }
    let text = isBlob ? blob(values[0]) : string(values[0])
    let wanted = isBlob ? blob(values[1]) : string(values[1])
    guard let place = text.first(wanted, from: 0) else {
      return sqlite3_result_int(context, 0)
    }
    let before = text[..<place]
    let characters = isBlob ? before.count : before.count { $0 & 0xC0 != 0x80 }
    sqlite3_result_int64(context, Int64(characters + 1))
  }

  // MARK: replace

  private static func replace(_ context: OpaquePointer?, _ values: Values?) {
    guard let values, !isNull(values, 0), !isNull(values, 1) else {
      return sqlite3_result_null(context)
    }
    let text = string(values[0])
    let wanted = string(values[1])
    if wanted.isEmpty || wanted[0] == 0 { return sqlite3_result_value(context, values[0]) }
    guard !isNull(values, 2) else { return sqlite3_result_null(context) }
    let put = string(values[2])
    var result: [UInt8] = []
    var start = 0
    while let place = text.first(wanted, from: start) {
      result += text[start..<place]
      result += put
      start = place + wanted.count
      if result.count > Int(SQLConnection.longestValue) {
        return sqlite3_result_error_toobig(context)
      }
    }
    result += text[start...]
    result.withUnsafeBufferPointer { result in
      guard let first = result.baseAddress else {
        return sqlite3_result_text(context, "", 0, SQLConnection.copies)
      }
      first.withMemoryRebound(to: CChar.self, capacity: result.count) { first in
        sqlite3_result_text64(
          context, first, UInt64(result.count), SQLConnection.copies, UInt8(SQLITE_UTF8))
      }
    }
  }

  // MARK: Values

  private static func isNull(_ values: Values, _ index: Int) -> Bool {
    sqlite3_value_type(values[index]) == SQLITE_NULL
  }

  private static func string(_ value: OpaquePointer?) -> UnsafeBufferPointer<UInt8> {
    let start = sqlite3_value_text(value)
    return UnsafeBufferPointer(
      start: start, count: start == nil ? 0 : Int(sqlite3_value_bytes(value)))
  }

  private static func blob(_ value: OpaquePointer?) -> UnsafeBufferPointer<UInt8> {
    let start = sqlite3_value_blob(value)?.assumingMemoryBound(to: UInt8.self)
    return UnsafeBufferPointer(
      start: start, count: start == nil ? 0 : Int(sqlite3_value_bytes(value)))
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Where bytes first stand at a place or behind it; nil where they do not.
  fileprivate func first(_ wanted: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    LinearSearch.first(
      wanted.count, in: count - start, wanted: { UInt32(wanted[$0]) },
      text: { UInt32(self[start + $0]) }
    ).map { start + $0 }
  }
}
