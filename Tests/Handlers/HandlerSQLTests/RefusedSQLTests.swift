import Foundation
import TestSupport
import Testing

@testable import HandlerSQL

/// What a statement, a schema or a file of somebody who means harm may not do.
@Suite struct RefusedSQLTests {
  private static let schema = """
    CREATE TABLE t (a TEXT, n INTEGER);
    CREATE VIEW v AS SELECT a FROM t;
    """

  private func refusal(_ statement: String) throws -> String {
    let review = try StatementReview(schema: Array(Self.schema.utf8))
    let failure = #expect(throws: SQLFailure.self, "\(statement)") {
      try review.facts(of: statement)
    }
    return failure?.message ?? ""
  }

  @Test(arguments: [
    "ATTACH 'x' AS y", "DETACH main", "PRAGMA journal_mode = DELETE", "PRAGMA table_list",
    "VACUUM", "VACUUM INTO '/tmp/x'", "ANALYZE", "REINDEX", "BEGIN", "COMMIT", "SAVEPOINT s",
    "RELEASE s", "CREATE TABLE x (a)", "CREATE TEMP TABLE x (a)", "DROP TABLE t",
    "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END", "CREATE INDEX i ON t (a)",
    "CREATE VIRTUAL TABLE f USING fts5(a)", "ALTER TABLE t RENAME TO u", "EXPLAIN SELECT a FROM t",
    "EXPLAIN QUERY PLAN SELECT a FROM t",
    "SELECT load_extension('x')", "SELECT sqlite_version()", "SELECT last_insert_rowid()",
    "SELECT changes()", "SELECT fts3_tokenizer('simple')", "SELECT sqlite_compileoption_get(1)",
    "SELECT sql FROM sqlite_schema", "SELECT sql FROM sqlite_master",
    "SELECT sql FROM main.sqlite_master",
    "SELECT name FROM sqlite_temp_master", "UPDATE sqlite_schema SET sql = ''",
    "DELETE FROM sqlite_sequence", "SELECT file FROM pragma_database_list",
    "SELECT * FROM pragma_table_info('t')", "SELECT name FROM dbstat",
    "SELECT data FROM sqlite_dbpage",
    "SELECT a FROM t; DELETE FROM t", "SELECT a FROM t; nonsense",
    "SELECT a FROM t\0; DELETE FROM t",
    "", " ;; ", "-- only words", "/* only words", "SELECT a FROM nowhere", "SELECT b FROM t",
    "SELECT ?", "SELECT ?1", "SELECT @a", "SELECT $a", "SELECT a, a FROM t",
    "INSERT INTO t (a) VALUES (1) RETURNING a", "SELECT 1 UNION SELECT 1, 2",
    "SELECT a FROM t WHERE a MATCH 'x'", "SELECT a FROM t WHERE a REGEXP 'x'",
    "INSERT INTO v VALUES (1)", "SELECT \"a text\"",
  ])
  func aStatementMayNot(_ statement: String) throws {
    #expect(try !refusal(statement).isEmpty)
  }

  @Test func whatIsTooLargeIsRefused() throws {
    let deep = String(repeating: "(", count: 2000) + "1" + String(repeating: ")", count: 2000)
    #expect(try !refusal("SELECT \(deep)").isEmpty)
    let many = Array(repeating: "SELECT 1", count: 600).joined(separator: " UNION ALL ")
    #expect(try !refusal(many).isEmpty)
    #expect(try !refusal("SELECT '" + String(repeating: "x", count: 2 << 20) + "'").isEmpty)
    let wide = (0..<600).map { "1 AS c\($0)" }.joined(separator: ", ")
    #expect(try !refusal("SELECT \(wide)").isEmpty)
  }

  @Test(arguments: [
    "ATTACH 'x' AS y;", "PRAGMA writable_schema = ON;", "VACUUM INTO '/tmp/zigttp-vacuum';",
    "VACUUM;",
    "SELECT load_extension('x');", "BEGIN;", "COMMIT;", "ROLLBACK;", "SAVEPOINT s;",
    "CREATE TEMP TABLE x (a);", "CREATE TABLE temp.x (a);", "CREATE VIRTUAL TABLE f USING fts5(a);",
    "CREATE VIRTUAL TABLE f USING rtree(a, b, c);", "ANALYZE;",
    "UPDATE sqlite_schema SET sql = '';",
    "INSERT INTO sqlite_master VALUES ('table', 'x', 'x', 2, 'CREATE TABLE x (a)');",
    "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT load_extension('x'); END; INSERT INTO t VALUES (1, 2);",
    "CREATE TABLE g (a, b AS (load_extension(a))); INSERT INTO g VALUES ('x');",
    "SELECT ?;", "nonsense", "CREATE TABLE \0x (a);",
  ])
  func aSchemaMayNot(_ schema: String) throws {
    let failure = #expect(throws: SQLFailure.self, "\(schema)") {
      try StatementReview(schema: Array((Self.schema + schema).utf8))
    }
    #expect(failure?.offset.map { $0 >= Self.schema.utf8.count } == true, "\(failure as Any)")
  }

  @Test(arguments: [
    "", "-- nothing", "/* nothing", ";;;", "CREATE TABLE a (b); -- the end",
    "DROP TABLE IF EXISTS t;",
    "CREATE INDEX i ON t (a);", "INSERT INTO t SELECT value, key FROM json_each('[1,2]');",
    "CREATE TABLE s (id INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT CHECK (length(b) < 9)) STRICT;",
    "CREATE TABLE d (at TEXT DEFAULT CURRENT_TIMESTAMP) ;", "CREATE TABLE IF NOT EXISTS t (a);",
    "CREATE TABLE c AS SELECT a FROM t;", "CREATE UNIQUE INDEX u ON t (lower(a)) WHERE n > 0;",
  ])
  func aSchemaMay(_ schema: String) throws {
    _ = try StatementReview(schema: Array((Self.schema + schema).utf8))
  }

  @Test func aSchemaIsAllOrNothing() throws {
    let folder = try Scratch()
    let path = "\(folder.path)/rows.db"
    #expect(throws: SQLFailure.self) {
      try SQLDatabase(path: path, schema: Array("CREATE TABLE a (b); CREATE TABLE a (b);".utf8))
    }
    let database = try SQLDatabase(path: path, schema: Array("CREATE TABLE c (d);".utf8))
    #expect(throws: SQLFailure.self) { try database.facts(of: "SELECT b FROM a") }
    #expect(try database.facts(of: "SELECT d FROM c").tables == ["c"])
  }

  /// A file may come from anywhere: what it holds does no more than a schema may.
  @Test func aFileWithMoreThanASchemaMayIsRefused() throws {
    let folder = try Scratch()
    let path = "\(folder.path)/rows.db"
    let made = try SQLConnection(path: path)
    try made.run(
      """
      CREATE VIRTUAL TABLE f USING fts5(a);
      CREATE TABLE t (a);
      CREATE TABLE u (a);
      CREATE TRIGGER r AFTER INSERT ON u BEGIN SELECT load_extension(NEW.a); END;
      CREATE VIEW w AS SELECT load_extension('x') AS a;
      """)
    let database = try SQLDatabase(path: path, schema: [])
    #expect(try database.facts(of: "SELECT a FROM t").tables == ["t"])
    for statement in [
      "SELECT a FROM f", "INSERT INTO f VALUES ('x')", "SELECT a FROM f_content",
      "INSERT INTO u VALUES ('x')", "SELECT a FROM w",
    ] {
      #expect(throws: SQLFailure.self, "\(statement)") { try database.facts(of: statement) }
    }
  }

  /// What was proven holds on, whoever changes the file meanwhile.
  @Test func aSchemaThatChangesUnderAStatementGivesItNothingMore() throws {
    let folder = try Scratch()
    let path = "\(folder.path)/rows.db"
    let database = try SQLDatabase(
      path: path, schema: Array("CREATE TABLE t (a); CREATE TABLE secret (a);".utf8))
    let insert = "INSERT INTO t VALUES (:a)"
    _ = try database.facts(of: insert)
    _ = try database.run(insert, reads: false, [.integer(1)], steps: 1000) { _ in true }
    let other = try SQLConnection(path: path)
    try other.run(
      "CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO secret VALUES (NEW.a); END")
    let failure = #expect(throws: SQLFailure.self) {
      try database.run(insert, reads: false, [.integer(2)], steps: 1000) { _ in true }
    }
    #expect(failure?.kind == .refused, "\(failure as Any)")
    #expect(try other.texts("SELECT a FROM secret") == [])
    #expect(try other.texts("SELECT a FROM t") == ["1"])
  }

  @Test func aResultThatGrowsWithoutEndIsEnded() throws {
    let database = try SQLDatabase(path: nil, schema: Array(Self.schema.utf8))
    let ever =
      "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) AS c FROM n"
    let failure = #expect(throws: SQLFailure.self) {
      try database.run(ever, reads: true, [], steps: 50_000) { _ in true }
    }
    #expect(failure?.kind == .steps)
    let sorted = """
      WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 100000)
      SELECT zeroblob(1000000) AS z FROM n ORDER BY x % 7, z
      """
    let memory = #expect(throws: SQLFailure.self) {
      try database.run(sorted, reads: true, [], steps: 1_000_000_000) { _ in true }
    }
    #expect(memory?.kind == .memory, "\(memory as Any)")
    // And the next one is answered.
    let outcome = try database.run("SELECT 1 AS n", reads: true, [], steps: 1000) { _ in true }
    #expect(outcome.steps > 0)
  }
}
