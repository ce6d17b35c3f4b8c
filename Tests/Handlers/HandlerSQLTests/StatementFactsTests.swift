import Testing

@testable import HandlerSQL

@Suite struct StatementFactsTests {
  private static let schema = """
    CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, at TEXT);
    CREATE TABLE posts (
      id INTEGER PRIMARY KEY, author INTEGER REFERENCES users(id) ON DELETE CASCADE, text TEXT);
    CREATE TABLE marks (post INTEGER REFERENCES posts(id) ON DELETE SET NULL, n INTEGER);
    CREATE TABLE stamped (text TEXT, at TEXT DEFAULT (datetime('now')));
    CREATE TABLE worded (date TEXT, random INTEGER /* random() */, "now" TEXT DEFAULT 'date()');
    CREATE TABLE counted (n INTEGER);
    CREATE TABLE chance (n INTEGER);
    CREATE VIEW authors AS SELECT DISTINCT u.name FROM users u JOIN posts p ON p.author = u.id;
    CREATE VIEW today AS SELECT id FROM posts WHERE text < date('now');
    CREATE TRIGGER counting AFTER INSERT ON posts BEGIN UPDATE counted SET n = n + 1; END;
    CREATE TRIGGER dicing AFTER INSERT ON chance BEGIN
      UPDATE chance SET n = random() WHERE rowid = NEW.rowid; END;
    """

  private func facts(_ statement: String) throws -> StatementFacts {
    try StatementReview(schema: Array(Self.schema.utf8)).facts(of: statement)
  }

  @Test(arguments: [
    ("SELECT id FROM users", SQLOperation.select, ["users"], []),
    ("SELECT count(*) AS n FROM users", .select, ["users"], []),
    ("WITH x AS (SELECT id FROM posts) SELECT id FROM x", .select, ["posts"], []),
    ("SELECT count(*) AS n FROM main.users", .select, ["users"], []),
    ("SELECT count(*) AS n FROM USERS AS x", .select, ["users"], []),
    (
      "WITH RECURSIVE x(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM x LIMIT 3) SELECT count(*) AS n FROM x",
      .select, [], []
    ),
    ("VALUES (1)", .select, [], []),
    ("SELECT name FROM authors", .select, ["authors", "posts", "users"], []),
    ("SELECT 1 AS a WHERE EXISTS (SELECT * FROM marks)", .select, ["marks"], []),
    ("SELECT value FROM json_each(:list)", .select, [], []),
    ("INSERT INTO users (name) VALUES (:name)", .insert, [], ["users"]),
    ("INSERT INTO USERS (name) SELECT text FROM posts", .insert, ["posts"], ["users"]),
    (
      "REPLACE INTO users (id, name) VALUES (1, 'a')", .insert, ["marks", "posts"],
      ["posts", "users"]
    ),
    (
      "INSERT INTO users (id, name) VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET name = 'b'",
      .insert, [], ["users"]
    ),
    ("UPDATE users SET name = :name WHERE id = :id", .update, ["users"], ["users"]),
    ("WITH x AS (SELECT 1 AS a) UPDATE users SET name = 'b'", .update, [], ["users"]),
    // What triggers and foreign keys do.
    (
      "INSERT INTO posts (text) VALUES ('a')", .insert, ["counted", "marks", "users"],
      ["counted", "posts"]
    ),
    ("DELETE FROM users", .delete, ["marks", "posts", "users"], ["marks", "posts", "users"]),
  ])
  func aStatementSaysWhatItTouches(
    _ statement: String, _ operation: SQLOperation, _ read: [String], _ written: [String]
  ) throws {
    let facts = try facts(statement)
    #expect(facts.operation == operation)
    #expect(Set(facts.written).isSuperset(of: written), "\(facts.written)")
    #expect(Set(facts.tables) == Set(read + written), "\(facts.tables)")
  }

  @Test func parametersAndColumnsAreInOrder() throws {
    let facts = try facts(
      "SELECT name AS who, id FROM users WHERE at > :from AND at < :to OR at = :from")
    #expect(facts.parameters == ["from", "to"])
    #expect(facts.columns == ["who", "id"])
    #expect(try self.facts("DELETE FROM users").columns == [])
  }

  @Test(arguments: [
    "SELECT random() AS r", "SELECT date('now') AS d", "SELECT CURRENT_TIMESTAMP AS d",
    "SELECT strftime('%Y', :d) AS y", "SELECT id FROM today",
    "INSERT INTO stamped (text) VALUES ('a')",
    "SELECT text FROM stamped", "INSERT INTO chance VALUES (1)", "SELECT n FROM chance",
    "SELECT id FROM users ORDER BY RANDOM()", "SELECT \"date\"('now') AS d",
  ])
  func theClockAndChanceAreSeen(_ statement: String) throws {
    #expect(try facts(statement).isVolatile)
  }

  @Test(arguments: [
    "SELECT date FROM worded", "INSERT INTO worded (random) VALUES (1)", "SELECT 'now' AS a",
    "SELECT at FROM users", "SELECT abs(:x) AS a",
  ])
  func aWordIsNoClock(_ statement: String) throws {
    #expect(try !facts(statement).isVolatile)
  }
}
