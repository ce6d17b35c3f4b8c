import GRDBSQLite

extension SQLConnection {
  /// How many instructions a schema may take: it makes tables and fills a few.
  private static let schemaSteps = 50_000_000

  /// Runs `schema.sql` where nothing was ever made in the database, all of it or nothing.
  ///
  /// - Throws: ``SQLFailure`` with the offset of what is wrong.
  func load(schema: [UInt8]) throws(SQLFailure) {
    if let zero = schema.firstIndex(of: 0) {
      throw SQLFailure(.refused, "there is a byte 0", offset: zero)
    }
    try run("BEGIN IMMEDIATE")
    guardian.remaining = Self.schemaSteps
    defer {
      guardian.remaining = .max
      guardian.begin(.own)
    }
    do throws(SQLFailure) {
      // Somebody else may have been faster.
      guard try isFresh() else { return try run("ROLLBACK") }
      let text = schema + [0]
      var start = 0
      while start < schema.count { start = try runOne(text, from: start) }
      guardian.remaining = .max
      try run("COMMIT")
    } catch {
      guardian.remaining = .max
      try? run("ROLLBACK")
      throw error
    }
  }

  /// Runs one statement of a schema; returns where the next one begins.
  private func runOne(_ schema: [UInt8], from start: Int) throws(SQLFailure) -> Int {
    guardian.begin(.schema)
    let begin = Self.skipSpace(schema, from: start)
    let found: (statement: OpaquePointer?, next: Int)
    do throws(SQLFailure) { found = try prepare(schema, from: start) } catch {
      throw Self.placed(error, at: begin)
    }
    guard let statement = found.statement else { return schema.count }
    defer { sqlite3_finalize(statement) }
    guard sqlite3_bind_parameter_count(statement) == 0 else {
      throw SQLFailure(.refused, "a schema has no parameters", offset: begin)
    }
    while true {
      let code = sqlite3_step(statement)
      if code == SQLITE_ROW { continue }
      guard code == SQLITE_DONE else { throw Self.placed(failure(code), at: begin) }
      return found.next
    }
  }

  private static func placed(_ failure: SQLFailure, at offset: Int) -> SQLFailure {
    var failure = failure
    failure.offset = failure.offset ?? offset
    return failure
  }

  /// Where the first word behind space and comments stands.
  static func skipSpace(_ text: [UInt8], from start: Int) -> Int {
    var index = start
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: " "), 9, 10, 12, 13, UInt8(ascii: ";"): index += 1
      case UInt8(ascii: "-") where index + 1 < text.count && text[index + 1] == text[index]:
        while index < text.count, text[index] != 10 { index += 1 }
      case UInt8(ascii: "/") where index + 1 < text.count && text[index + 1] == UInt8(ascii: "*"):
        index += 2
        while index < text.count,
          !(text[index - 1] == UInt8(ascii: "*") && text[index] == UInt8(ascii: "/"))
        {
          index += 1
        }
        index = min(index + 1, text.count)
      default: return index
      }
    }
    return min(start, text.count)
  }

  private func isFresh() throws(SQLFailure) -> Bool {
    try texts("SELECT name FROM sqlite_schema LIMIT 1").isEmpty
  }
}
