import ArtifactGraph
import Contracts
import Foundation
import Ledger
import Testing

@Suite struct SelectTests {
  private struct Answer: Equatable {
    var columns: [String] = []
    var rows: [[QueryValue]] = []
    var isCut = false
  }

  // As long as a test runs: what is read is held against the ledger.
  private let store: TemporaryStore

  init() throws { store = try Self.populated() }

  private static func populated() throws -> TemporaryStore {
    let store = try TemporaryStore()
    let (record, _) = try store.deploy("one")
    try store.append([
      row(1_700_000_000_000, env: ["A"], sha: "ab", record: record),
      row(1_700_000_060_000, target: "https://cp x", env: ["A"], sha: "cd"),
      row(1_700_000_120_000, service: "pay", env: ["P"], sha: "ef"),
      row(1_700_000_180_000, env: ["B"], sha: "12"),
    ])
    return store
  }

  private func ask(
    _ graph: ArtifactGraph, _ sql: String, _ limits: QueryLimits = QueryLimits()
  ) throws -> Answer {
    var answer = Answer()
    let end = try graph.select(
      sql, limits: limits, columns: { answer.columns = $0 }, row: { answer.rows.append($0) })
    #expect(end.rows == answer.rows.count)
    answer.isCut = end.isCut
    return answer
  }

  private func failure(
    _ graph: ArtifactGraph, _ sql: String, _ limits: QueryLimits = QueryLimits()
  ) -> QueryFailure? {
    do {
      let answer = try ask(graph, sql, limits)
      Issue.record("\(sql) answered \(answer)")
    } catch GraphError.query(let failure) {
      return failure
    } catch { Issue.record("\(sql): \(error)") }
    return nil
  }

  @Test func theViewsHaveThePromisedColumns() throws {
    let graph = try store.graph()
    for view in GraphView.all {
      #expect(try ask(graph, "SELECT * FROM \(view.name)").columns == view.columns)
    }
    let names = GraphView.all.map { "'\($0.name)'" }.joined(separator: ",")
    let store = try Self.populated()
    _ = try store.graph()
    #expect(
      try store.view("sqlite_master WHERE type = 'view' AND name NOT IN (\(names))").isEmpty)
  }

  @Test func answersEveryTypeOfValue() throws {
    let graph = try store.graph()
    let answer = try ask(graph, "SELECT 1 AS a, 1.5, 'é', x'00ff', NULL, 'a' || char(0) || 'b';")
    #expect(
      answer.rows == [
        [.integer(1), .real(1.5), .text("é"), .blob([0, 255]), .null, .text("a\0b")]
      ])
    #expect(answer.columns[0] == "a")
  }

  @Test func aLimitCutsAndSaysSo() throws {
    let graph = try store.graph()
    let sql = "SELECT line FROM events ORDER BY line"
    #expect(try ask(graph, sql, QueryLimits(rows: 2)).rows == [[.integer(1)], [.integer(2)]])
    #expect(try ask(graph, sql, QueryLimits(rows: 2)).isCut)
    #expect(try !ask(graph, sql, QueryLimits(rows: 4)).isCut)
    let none = try ask(graph, sql, QueryLimits(rows: 0))
    #expect(none.isCut && none.columns == ["line"])
  }

  @Test func driftComparesEachTargetWithTheLocalDeploy() throws {
    let graph = try store.graph()
    #expect(
      try ask(graph, "SELECT * FROM drift").rows == [
        [
          .text("orders"), .text("https://cp x"), .text("contract"), .text("cd"), .text("12"),
          .integer(2), .integer(4),
        ]
      ])
  }

  @Test func objectsAndEdgesNameWhatIsThere() throws {
    let store = try Self.populated()
    let graph = try store.graph()
    let objects = try ask(graph, "SELECT type, state, count(*) FROM objects GROUP BY 1, 2")
    #expect(objects.rows.count == 6)
    let image = try ask(
      graph,
      """
      SELECT o.type, o.state, v.image = o.digest FROM edges AS e
      JOIN objects AS o ON o.digest = e.target JOIN events AS v ON v.record = e.source
      WHERE e.role = 'image'
      """)
    #expect(
      image.rows == [
        [.text("application/vnd.oci.image.manifest.v1+json"), .text("read"), .integer(1)]
      ])
  }

  @Test(arguments: [
    "INSERT INTO events VALUES (1)", "DELETE FROM ledger_rows", "DROP VIEW events",
    "CREATE TABLE t (a)", "UPDATE facts SET body = ''", "PRAGMA journal_mode",
    "PRAGMA user_version = 3", "ATTACH 'x' AS y", "VACUUM", "BEGIN", "COMMIT", "REINDEX",
    "ANALYZE", "VACUUM INTO '/tmp/zigttp-never'", "SAVEPOINT a",
    "CREATE TEMP VIEW v AS SELECT 1",
    "SELECT * FROM ledger_rows", "SELECT count(*) FROM sqlite_master",
    "SELECT * FROM sqlite_master",
    "SELECT name FROM pragma_table_info('events')", "SELECT load_extension('x')",
    "SELECT * FROM events JOIN object_rows", "SELECT (SELECT body FROM facts)",
    "SELECT sqlite_compileoption_get(1)", "SELECT fts3_tokenizer('x')",
    "SELECT readfile('/etc/passwd')", "SELECT writefile('/tmp/zigttp-never', 'x')",
    "SELECT randomblob(10)", "SELECT * FROM dbstat",
    "WITH a AS (SELECT * FROM facts) SELECT * FROM a",
    // What a query calls its own tables tells nothing of what they read.
    "WITH events AS (SELECT * FROM ledger_rows) SELECT * FROM events",
    "WITH events AS (SELECT count(*) FROM ledger_rows) SELECT * FROM events",
    "WITH Events AS MATERIALIZED (SELECT key FROM surfaces) SELECT * FROM Events",
    "WITH events AS (SELECT * FROM sqlite_master) SELECT * FROM events",
    "WITH events AS (SELECT count(*) FROM sqlite_schema) SELECT * FROM events",
    "WITH events AS (SELECT sql FROM sqlite_temp_master) SELECT * FROM events",
    "WITH events AS (SELECT * FROM pragma_database_list) SELECT * FROM events",
    "WITH events AS (SELECT * FROM main.ledger_rows) SELECT * FROM events",
    "WITH events AS (SELECT * FROM temp.ledger_rows) SELECT * FROM events",
    "WITH a AS (WITH events AS (SELECT * FROM facts) SELECT * FROM events) SELECT * FROM a",
    """
    WITH RECURSIVE events (a) AS (SELECT rowid FROM facts UNION ALL SELECT a + 1 FROM events
    WHERE a < 3) SELECT * FROM events
    """,
    "SELECT * FROM (SELECT * FROM ledger_rows) AS events", "SELECT count(*) FROM ledger_rows",
    "SELECT 1 FROM facts", "SELECT EXISTS (SELECT 1 FROM names)", "SELECT rowid FROM facts",
    "SELECT * FROM events WHERE line IN ledger_rows",
    "SELECT * FROM events WHERE line IN (SELECT line FROM ledger_rows)",
    "SELECT * FROM events NATURAL JOIN ledger_rows", "SELECT e.* FROM events AS e, facts",
    "SELECT * FROM events ORDER BY (SELECT max(contract_sha) FROM facts)",
    "SELECT value FROM json_each((SELECT items FROM surfaces))",
    "SELECT max(line) OVER () FROM ledger_rows", "SELECT line FROM events UNION TABLE facts",
    "SELECT * FROM temp.sqlite_master", "SELECT count(*) FROM temp.sqlite_schema",
    "SELECT count(*) FROM dbstat", "SELECT count(*) FROM pragma_table_list",
    "SELECT * FROM sqlite_stmt", "SELECT sqlite_version()",
    "WITH ledger_rows AS (SELECT sqlite_version()) SELECT * FROM ledger_rows",
  ])
  func refusesEverythingButViews(_ sql: String) throws {
    let store = try Self.populated()
    let graph = try store.graph()
    let before = try answers(graph)
    let failure = failure(graph, sql)
    switch failure {
    case .refused, .notOneSelect, .invalid: break
    default: Issue.record("\(sql): \(String(describing: failure))")
    }
    // What was set for the query is gone after it.
    #expect(try answers(graph) == before)
    #expect(!FileManager.default.fileExists(atPath: "/tmp/zigttp-never"))
  }

  // Names of the index are free for a query's own tables.
  @Test func aTableOfTheQueryMayHaveAnyName() throws {
    let graph = try store.graph()
    for sql in [
      "WITH ledger_rows AS (SELECT 7 AS line) SELECT line FROM ledger_rows",
      "WITH events AS (SELECT 7 AS line) SELECT line FROM events",
      "SELECT 7 FROM events AS ledger_rows LIMIT 1", "SELECT facts FROM (SELECT 7 AS facts)",
      "SELECT max(value) FROM json_each('[7, 1]')",
    ] { #expect(try ask(graph, sql).rows == [[.integer(7)]], "\(sql)") }
  }

  // The name of the index is another for each query.
  @Test func noAnswerTellsTheNameOfTheIndex() throws {
    let graph = try store.graph()
    for sql in ["EXPLAIN SELECT * FROM events", "EXPLAIN QUERY PLAN SELECT * FROM services"] {
      let rows = try ask(graph, sql).rows
      #expect(!rows.isEmpty)
      for case .text(let text) in rows.joined() {
        #expect(text.firstMatch(of: /g[0-9a-f]{32}/) == nil, "\(text)")
      }
    }
  }

  @Test func takesOneStatementOnly() throws {
    let graph = try store.graph()
    for sql in [
      "", ";", "-- nothing", "SELECT 1; SELECT 2", "SELECT 1; DROP VIEW events",
      "SELECT 1; nonsense",
    ] {
      guard case .notOneSelect = failure(graph, sql) else {
        Issue.record("\(sql)")
        continue
      }
    }
    #expect(try ask(graph, "SELECT 1; -- and no more\n /* really */ ; ").rows.count == 1)
    #expect(failure(graph, "SELECT ?") == .hasParameters)
    #expect(failure(graph, "SELECT 1\0 FROM x") == .notOneSelect(found: "a NUL byte in it"))
  }

  @Test func saysWhatIsNotThere() throws {
    let graph = try store.graph()
    #expect(
      failure(graph, "SELECT price FROM events")
        == .invalid(message: "no such column: price", offset: 7))
    #expect(
      failure(graph, "SELECT * FROM evnts")
        == .invalid(message: "no such table: evnts", offset: nil)
    )
  }

  @Test(arguments: [
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    "SELECT count(*) FROM edges, edges, edges, edges, edges, edges, edges, edges, edges, edges, edges",
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0",
  ])
  func stopsWhatDoesNotEnd(_ sql: String) throws {
    let graph = try store.graph()
    #expect(
      failure(graph, sql, QueryLimits(seconds: 0.2)) == .tookTooLong(seconds: 0.2))
    #expect(try ask(graph, "SELECT count(*) FROM events").rows == [[.integer(4)]])
  }

  @Test(arguments: [
    "SELECT zeroblob(1000000000)",
    "SELECT hex(zeroblob(2000000))",
    "SELECT replace(hex(zeroblob(1000)), '0', hex(zeroblob(10000)))",
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT group_concat(i) FROM n",
    "SELECT 'x' LIKE hex(zeroblob(1000))",
  ])
  func stopsWhatGrows(_ sql: String) throws {
    let graph = try store.graph()
    switch failure(graph, sql, QueryLimits(seconds: 0.5)) {
    case .tooLarge, .tookTooLong, .invalid: break
    case let other: Issue.record("\(sql): \(String(describing: other))")
    }
  }

  @Test func aWidthBeyondEverythingGrowsNothing() throws {
    let graph = try store.graph()
    #expect(
      try ask(graph, "SELECT length(printf('%*d', 1000000000, 1)) > 3000000").rows[0] != [
        .integer(1)
      ])
  }

  @Test func memoryIsBounded() throws {
    let graph = try store.graph()
    let sql = """
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
      SELECT json_group_array(json(x)) FROM (
        SELECT '"' || hex(zeroblob(900000)) || i || '"' AS x FROM n)
      """
    guard case .tooLarge = failure(graph, sql, QueryLimits(memory: 8 << 20)) else {
      Issue.record("not stopped")
      return
    }
    #expect(try ask(graph, "SELECT 1").rows.count == 1)
  }

  @Test func aDamagedIndexIsMadeAgainAndAnswers() throws {
    let store = try Self.populated()
    let graph = try store.graph()
    let sql = "SELECT line, contract FROM events ORDER BY line"
    let before = try ask(graph, sql)
    try store.sqlite("DROP VIEW events; PRAGMA user_version = 5")
    #expect(try ask(store.graph(), sql) == before)
  }

  /// Longer than what is looked at in any case, and than a block.
  private static func long() throws -> TemporaryStore {
    let store = try TemporaryStore()
    let lines: [[UInt8]] = (1...1400).map { number in
      if number % 97 == 0 { return Array("no row".utf8) }
      return row(
        Int64(1_700_000_000_000 + number), service: "s\(number % 5)",
        env: ["V\(number / 40)"]
      ).bytes
    }
    try store.append(lines: lines)
    return store
  }

  // Rows far from the end, a few or many of a block: each is what the ledger gives, and none beside
  // it is hidden.
  @Test(arguments: [
    "UPDATE ledger_rows SET ts = 5 WHERE line = 600",
    "UPDATE ledger_rows SET verdict = 'breaking' WHERE line = 600",
    "UPDATE ledger_rows SET baseline = 590, delta = NULL WHERE line = 600",
    "UPDATE ledger_rows SET service = (SELECT service FROM ledger_rows WHERE line = 601) WHERE line = 600",
    "UPDATE ledger_rows SET leaf = zeroblob(32) WHERE line = 600",
    "UPDATE ledger_rows SET offset = offset + 1 WHERE line = 600",
    "UPDATE ledger_rows SET facts = 1 WHERE line BETWEEN 590 AND 610",
    "DELETE FROM ledger_rows WHERE line = 600", "DELETE FROM ledger_rows WHERE line = 601",
    "DELETE FROM ledger_rows WHERE line = 599",
    "DELETE FROM ledger_rows WHERE line BETWEEN 599 AND 620",
    "UPDATE ledger_rows SET line = 9223372036854775807 WHERE line = 600",
    "UPDATE ledger_rows SET line = -9223372036854775808 WHERE line = 600",
    "UPDATE ledger_rows SET line = 0 WHERE line = 600",
    "UPDATE ledger_rows SET line = 1400 + line WHERE line = 600",
    "UPDATE names SET name = 'moon' WHERE name = 's0'",
    "UPDATE newest_rows SET line = 600 WHERE service = 's0'; UPDATE ledger_rows SET ts = 7 WHERE line = 600",
  ])
  func whatAQueryReadsIsWhatTheLedgerGives(_ sql: String) throws {
    let store = try Self.long()
    let columns = "line, time, kind, service, verdict, baseline, contract"
    let questions = [
      "SELECT \(columns) FROM events WHERE line IN (600, 598, 602)",
      "SELECT \(columns) FROM events WHERE line BETWEEN 590 AND 610",
      "SELECT count(*), max(line), sum(baseline), max(time) FROM events",
      "SELECT line, item FROM surface WHERE line BETWEEN 595 AND 605 ORDER BY line",
      "SELECT line, change, item FROM deltas WHERE line BETWEEN 595 AND 605",
    ]
    let expected = try questions.map { try ask(store.graph(), $0, QueryLimits(rows: 5000)) }
    let index = try Data(contentsOf: store.url("graph.sqlite"))
    for (question, answer) in zip(questions, expected) {
      try store.removeGraph()
      try index.write(to: store.url("graph.sqlite"))
      try store.sqlite(sql)
      let graph = try store.graph()
      var found = Answer()
      do {
        found = try ask(graph, question, QueryLimits(rows: 5000))
      } catch GraphError.indexDiffered {
        // Rows had been handed out before; the index has been made again.
        found = try ask(graph, question, QueryLimits(rows: 5000))
      }
      #expect(found == answer, "\(question)")
    }
  }

  // The newest deploy of each service is on lines all over the ledger.
  @Test func theRowsOfServicesAreHeldAgainstTheLedger() throws {
    let store = try TemporaryStore()
    try store.append(
      (1...1500).map { number in
        let isSpread = number % 15 == 0
        return row(
          Int64(1000 + number), service: isSpread ? "s\(number)" : "all",
          env: [isSpread ? "A" : "B\(number / 500)"])
      })
    let question = "SELECT * FROM services ORDER BY line"
    let before = try ask(store.graph(), question)
    #expect(before.rows.count == 101)
    for line in [30, 750, 1485] {
      try store.sqlite("UPDATE ledger_rows SET ts = 86400000 WHERE line = \(line)")
      let graph = try store.graph()
      do {
        #expect(try ask(graph, question) == before)
      } catch GraphError.indexDiffered(let found) { #expect(found == line) }
      #expect(graph.notices.contains(.rebuiltDiffering(line: line)))
      #expect(try ask(graph, question) == before)
    }
  }

  @Test func aReadOnlyStoreAnswersToo() throws {
    let store = try Self.populated()
    let graph = try store.graph()
    let readOnly = try ArtifactGraph(store.readOnly())
    let sql = "SELECT * FROM events"
    #expect(try ask(readOnly, sql) == ask(graph, sql))
  }
}
