import HandlerSQL

let sqlTargets = [
  FuzzTarget("sql-schema") { bytes in
    guard let review = accepted({ try StatementReview(schema: bytes) }) else { return }
    let one = try again("a statement without tables") { try review.facts(of: "SELECT 1 AS n") }
    try require(one.tables.isEmpty, "a statement without tables touches \(one.tables)")
    // What was accepted is accepted again, and by the database that runs it.
    _ = try again("a schema") { try SQLDatabase(path: nil, schema: bytes) }
  },
  FuzzTarget("sql-statement") { bytes in
    let statement = String(decoding: bytes, as: UTF8.self)
    let review = try again("our schema") { try StatementReview(schema: Array(schema.utf8)) }
    guard let facts = accepted({ try review.facts(of: statement) }) else { return }
    try require(
      (facts.operation == .select) == facts.written.isEmpty,
      "\(facts.operation) writes \(facts.written)")
    try require(
      Set(facts.tables).isSubset(of: tables), "tables that are not there: \(facts.tables)")
    try require(
      facts.columns.isEmpty == (facts.operation != .select), "\(facts.operation) has columns")
    let database = try again("our schema") {
      try SQLDatabase(path: nil, schema: Array(schema.utf8))
    }
    let before = try contents(of: database)
    let values = facts.parameters.map { _ in SQLValue.text(Array("1".utf8)) }
    do throws(SQLFailure) {
      _ = try database.run(
        statement, reads: facts.operation == .select, values, steps: 100_000
      ) { _ in true }
    } catch {
      try require(error.kind != .refused, "what was accepted is refused: \(error)")
    }
    let after = try contents(of: database)
    for (table, rows) in before where !facts.written.contains(table) {
      try require(after[table] == rows, "\(table) was changed by a statement that does not say so")
    }
  },
  FuzzTarget("sql-parameter") { bytes in
    let database = try again("our schema") {
      try SQLDatabase(path: nil, schema: Array(schema.utf8))
    }
    let before = try contents(of: database)
    var found: [UInt8]?
    _ = try again("a parameter") {
      try database.run("SELECT :x AS x", reads: true, [.text(bytes)], steps: 1000) { row in
        if case .text(let text) = row[0] { found = Array(text) }
        return true
      }
    }
    try require(found == bytes, "a parameter came back as another")
    _ = try again("a parameter") {
      try database.run(
        "DELETE FROM books WHERE title = :x AND 0", reads: false, [.text(bytes)], steps: 1000
      ) { _ in true }
    }
    try require(try contents(of: database) == before, "a parameter changed something")
  },
]

private let tables: Set<String> = ["books", "notes", "log", "titles"]
private let schema = """
  CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT NOT NULL UNIQUE, author TEXT);
  CREATE TABLE notes (
    id INTEGER PRIMARY KEY, book INTEGER REFERENCES books(id) ON DELETE CASCADE, text TEXT);
  CREATE TABLE log (what TEXT, at TEXT DEFAULT CURRENT_TIMESTAMP);
  CREATE VIEW titles AS SELECT title FROM books;
  CREATE TRIGGER logged AFTER DELETE ON books BEGIN
    INSERT INTO log (what) VALUES (OLD.title); END;
  INSERT INTO books (title, author) VALUES ('Emma', 'Austen'), ('Persuasion', 'Austen');
  INSERT INTO notes (book, text) VALUES (1, 'a'), (2, 'b');
  """

/// What stands in each table, row by row.
private func contents(of database: SQLDatabase) throws -> [String: [String]] {
  var all: [String: [String]] = [:]
  for (table, columns) in [
    ("books", "id, title, author"), ("notes", "id, book, text"), ("log", "what, at"),
  ] {
    all[table] = []
    _ = try again("reading \(table)") {
      try database.run(
        "SELECT \(columns) FROM \(table) ORDER BY rowid", reads: true, [], steps: 1_000_000
      ) { row in
        all[table]?.append((0..<row.count).map { words(row[$0]) }.joined(separator: "|"))
        return true
      }
    }
  }
  return all
}

private func words(_ value: SQLRow.Value) -> String {
  switch value {
  case .null: "null"
  case .integer(let number): "\(number)"
  case .real(let number): "\(number)"
  case .text(let bytes), .blob(let bytes): "\(Array(bytes))"
  }
}
