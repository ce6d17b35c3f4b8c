import Encodings
import GRDBSQLite

extension SQLConnection {
  /// Compiles a statement of a handler, and says what it does.
  ///
  /// - Returns: the statement, which the caller finalizes.
  /// - Throws: ``SQLFailure`` where SQLite refuses it, or handlers may not.
  func compile(
    _ text: [UInt8], keeping: Bool = false
  ) throws(SQLFailure) -> (statement: OpaquePointer, facts: StatementFacts) {
    if text.contains(0) { throw SQLFailure(.refused, "there is a byte 0") }
    let text = text + [0]
    guardian.begin(.statement)
    let found: (statement: OpaquePointer?, next: Int)
    do throws(SQLFailure) {
      found = try prepare(text, from: 0, keeping: keeping)
    } catch {
      guardian.mode = .own
      throw error
    }
    let seen = guardian.seen
    guardian.mode = .own
    guard let statement = found.statement else {
      throw SQLFailure(.refused, "there is no statement")
    }
    do throws(SQLFailure) {
      try checkForm(of: statement, text, behind: found.next)
      return (statement, try facts(of: statement, seen))
    } catch {
      sqlite3_finalize(statement)
      throw error
    }
  }

  private func checkForm(
    of statement: OpaquePointer, _ text: [UInt8], behind next: Int
  ) throws(SQLFailure) {
    guard sqlite3_stmt_isexplain(statement) == 0 else {
      throw SQLFailure(.refused, "EXPLAIN cannot be used in a statement")
    }
    // What does not even compile is something, too.
    guardian.begin(.statement)
    defer { guardian.mode = .own }
    let rest: OpaquePointer?
    do throws(SQLFailure) { rest = try prepare(text, from: next).statement } catch {
      throw SQLFailure(
        .refused, "there is more than one statement", advice: "give each a name of its own")
    }
    guard rest == nil else {
      sqlite3_finalize(rest)
      throw SQLFailure(
        .refused, "there is more than one statement", advice: "give each a name of its own")
    }
  }

  private func facts(
    of statement: OpaquePointer, _ seen: StatementGuard.Seen
  ) throws(SQLFailure) -> StatementFacts {
    guard let operation = seen.operation else {
      throw SQLFailure(
        .refused, "the statement is no SELECT, INSERT, UPDATE or DELETE",
        advice: "tables are made in schema.sql")
    }
    let parameters = try parameters(of: statement)
    let columns = try columns(of: statement)
    if operation != .select, !columns.isEmpty {
      throw SQLFailure(
        .refused, "a statement that changes something gives no rows",
        advice: "leave RETURNING out, and ask with a SELECT")
    }
    let isReading = sqlite3_stmt_readonly(statement) != 0
    guard isReading == (operation == .select) else {
      throw SQLFailure(.refused, "what the statement changes cannot be told")
    }
    // SQL that nobody was asked about: defaults, generated columns, checks, triggers, views.
    let tables = try known(seen.read.union(seen.written), mentioned: seen.mentioned)
    var isVolatile = seen.hasVolatileFunction
    for sql in try definitions(of: tables) where !isVolatile {
      isVolatile = SQLWords.mayBeVolatile(Array(sql.utf8))
    }
    return StatementFacts(
      operation: operation,
      read: tables.filter { seen.read.contains($0) || !seen.written.contains($0) }.sortedTexts,
      written: seen.written.intersection(tables).sortedTexts, parameters: parameters,
      columns: columns, isVolatile: isVolatile)
  }

  private func parameters(of statement: OpaquePointer) throws(SQLFailure) -> [String] {
    var names: [String] = []
    for index in 1..<max(1, sqlite3_bind_parameter_count(statement) + 1) {
      let name = sqlite3_bind_parameter_name(statement, index).map { String(cString: $0) } ?? ""
      guard name.utf8.first == UInt8(ascii: ":") else {
        throw SQLFailure(
          .refused, "the parameter `\(name.isEmpty ? "?" : name)` has no name of the form :name",
          advice: "write `:name`, and call with `{ name: value }`")
      }
      names.append(String(name.dropFirst()))
    }
    return names
  }

  private func columns(of statement: OpaquePointer) throws(SQLFailure) -> [String] {
    var names: [String] = []
    var known: Set<ByteName> = []
    for index in 0..<sqlite3_column_count(statement) {
      let name = sqlite3_column_name(statement, index).map { String(cString: $0) } ?? ""
      guard known.insert(name) else {
        throw SQLFailure(
          .refused, "two columns of the rows are named `\(name)`",
          advice: "name one of them with AS")
      }
      names.append(name)
    }
    return names
  }

  /// Those of some names that the schema declares. What is none of them must be a function that gives
  /// rows and says nothing of the database; what is mentioned alone may be a name of the statement's
  /// own, and is spelled in any case.
  private func known(
    _ names: Set<ByteName>, mentioned: Set<ByteName>
  ) throws(SQLFailure) -> Set<ByteName> {
    let tables = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')"
    let declared = Set(try texts(tables).map { ByteName($0) })
    let virtual = Set(
      try texts(tables + " AND type = 'table' AND rootpage = 0").map { ByteName($0) })
    let asked = Set(mentioned.map { $0.text.foldedASCII })
    let found = declared.filter { asked.contains($0.text.foldedASCII) }
    for name in names.union(found) {
      if virtual.contains(name) {
        throw SQLFailure(
          .refused, "the virtual table \(name.text) cannot be used in a statement")
      }
      guard declared.contains(name) || StatementGuard.rowFunctions.contains(name.text) else {
        throw SQLFailure(.refused, "the table \(name.text) cannot be used in a statement")
      }
    }
    return names.intersection(declared).union(found)
  }

  /// What the schema says of tables: themselves, their triggers and indexes.
  private func definitions(of tables: Set<ByteName>) throws(SQLFailure) -> [String] {
    var all: [String] = []
    for table in tables {
      all += try texts(
        "SELECT coalesce(sql, '') FROM sqlite_schema WHERE tbl_name = ?1 OR name = ?1",
        [table.text])
    }
    return all
  }
}
