import ArtifactGraph
import Testing

/// Questions over ours and the ledgers of others.
struct EverywhereTests {
  private func store(_ rows: Int, _ name: String) throws -> TemporaryStore {
    let store = try TemporaryStore()
    try store.append((0..<rows).map { row(Int64($0), service: name) })
    return store
  }

  private func ask(
    _ sql: String, _ own: TemporaryStore, _ others: [(String, TemporaryStore)]
  ) throws -> [[QueryValue]] {
    var rows: [[QueryValue]] = []
    let graphs = try others.map { NamedGraph(origin: $0.0, graph: try $0.1.graph()) }
    _ = try own.graph().select(
      sql, of: "ours", with: graphs, columns: { _ in }, row: { rows.append($0) })
    return rows
  }

  /// Also of more ledgers than SQLite has databases.
  @Test(arguments: [0, 1, 3, 9, 10, 14]) func everyLedgerIsThere(_ count: Int) throws {
    let own = try store(2, "own")
    let others = try (0..<count).map { ("o'\($0)", try store($0 + 1, "other\($0)")) }
    let rows = try ask(
      "SELECT origin, count(*), max(line), min(service) FROM all_events GROUP BY origin ORDER BY 2, 1",
      own, others)
    #expect(rows.count == count + 1)
    for (number, other) in others.enumerated() {
      let wanted: [QueryValue] = [
        .text(other.0), .integer(Int64(number + 1)), .integer(Int64(number + 1)),
        .text("other\(number)"),
      ]
      #expect(rows.contains(wanted))
    }
    #expect(rows.contains([.text("ours"), .integer(2), .integer(2), .text("own")]))
    // The views of before show ours alone.
    #expect(try ask("SELECT count(*) FROM events", own, others) == [[.integer(2)]])
    for view in GraphView.everywhere {
      _ = try ask("SELECT \(view.columns.joined(separator: ", ")) FROM \(view.name)", own, others)
    }
  }

  /// Where nothing can be written, the indexes are in memory, and the answers the same.
  @Test func readOnlyStoresAnswerTheSame() throws {
    let (own, other) = (try store(1, "own"), try store(3, "other"))
    let graph = try ArtifactGraph(other.readOnly())
    var lines: [QueryValue] = []
    _ = try ArtifactGraph(own.readOnly()).select(
      "SELECT line FROM all_events WHERE origin = 'o' ORDER BY line", of: "ours",
      with: [NamedGraph(origin: "o", graph: graph)], columns: { _ in }, row: { lines += $0 })
    #expect(lines == [.integer(1), .integer(2), .integer(3)])
  }

  /// A row that somebody changed in another ledger's index is found, and the index made again.
  @Test func rowsOfOthersAreHeldAgainstTheirLedger() throws {
    let (own, other) = (try store(1, "own"), try store(3, "other"))
    _ = try ask("SELECT count(*) FROM all_events", own, [("o", other)])
    try other.sqlite("UPDATE ledger_rows SET ts = 86400000 WHERE line = 2")
    let graph = try other.graph()
    var times: [QueryValue] = []
    _ = try own.graph().select(
      "SELECT time FROM all_events WHERE origin = 'o' ORDER BY line", of: "ours",
      with: [NamedGraph(origin: "o", graph: graph)], columns: { _ in },
      row: { times += $0 })
    #expect(times == Array(repeating: .text("1970-01-01T00:00:00Z"), count: 3))
    #expect(graph.notices.contains(.rebuiltDiffering(line: 2)))
  }

  @Test func nothingElseOfTheirsCanBeRead() throws {
    let (own, other) = (try store(1, "own"), try store(1, "other"))
    for name in ["all_ledger_rows", "ledger_rows", "all_names", "all_sqlite_master"] {
      #expect(throws: GraphError.self) {
        try ask("SELECT * FROM \(name)", own, [("o", other)])
      }
    }
  }
}
