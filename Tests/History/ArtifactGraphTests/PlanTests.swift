import Contracts
import Foundation
import GRDB
import Ledger
import Testing

@testable import ArtifactGraph

/// No question of a command looks at every row: SQLite is asked for its plans.
@Suite struct PlanTests {
  /// A store with very many rows, most of one kind, with clocks that went back now and then.
  private static func large() throws -> TemporaryStore {
    let store = try TemporaryStore()
    var rows: [LedgerRow] = []
    for number in 0..<6000 {
      let late: Int64 = number % 1000 == 999 ? 500_000 : 0
      rows.append(
        row(
          Int64(number * 1000) - late, number % 10 == 0 ? .check : .deploy,
          service: "s\(number % 5)", target: number % 4 == 0 ? "cp" : "local",
          env: number % 50 == 0 ? ["A"] : ["A", "B"], sha: nil))
    }
    try store.append(rows)
    return store
  }

  /// The plan of every statement that is run, a line of the plan with its statement.
  private func plans(
    _ store: TemporaryStore, _ body: (ArtifactGraph) throws -> Void
  ) throws -> [String] {
    let graph = try store.graph()
    let statements = Statements()
    graph.queue.inDatabase { db in
      db.trace { event in
        if case .statement(let statement) = event { statements.all.append(statement.expandedSQL) }
      }
    }
    try body(graph)
    graph.queue.inDatabase { $0.trace() }
    return try graph.queue.read { db in
      try statements.all.filter { $0.hasPrefix("SELECT") || $0.hasPrefix("WITH") }.flatMap { sql in
        try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql)
          .map { "\($0["detail"] as String) | \(sql)" }
      }
    }
  }

  // Filled and read by one thread.
  private final class Statements: @unchecked Sendable { var all: [String] = [] }

  @Test func nothingScansTheRowsOrTheObjects() throws {
    let store = try Self.large()
    let found = try plans(store) { graph in
      _ = try graph.events(EventQuery(service: "s1"))
      _ = try graph.events(EventQuery(limit: 5, service: "s1"))
      _ = try graph.events(EventQuery(limit: 5, kinds: [.deploy]))
      _ = try graph.events(EventQuery(limit: 5, kinds: [.deploy, .swap]))
      _ = try graph.events(EventQuery(limit: 5, service: "s1", kinds: [.deploy]))
      _ = try graph.event(line: 17)
      _ = try graph.delta(line: 17)
      _ = try graph.services()
      _ = try graph.badLines()
      for ref in [
        "HEAD", "HEAD~5000", "s1", "s1~3", "HEAD@{1970-01-01T01:00:00Z}",
        "s1~2@{1970-01-01T01:00:00Z}",
      ] { _ = try graph.resolve(ref) }
      _ = try? graph.resolve("abcd")
      for kind in [LedgerRow.Kind.deploy, .check, .swap] {
        let query = BaselineQuery(kind: kind, service: "s1", handlerPath: "", target: "local")
        _ = try graph.baseline(for: query)
        _ = try graph.baseline(for: query, before: 3000)
      }
      _ = try graph.blame(SurfaceItem(section: .env, item: "B"))
      _ = try graph.blame(SurfaceItem(section: .env, item: "B"), service: "s1")
      _ = try graph.why(.sha256(of: "x"))
      _ = try graph.path(from: .sha256(of: "x"), to: .sha256(of: "y"))
    }
    #expect(found.count > 40)
    let scans = found.filter { plan in
      [
        "SCAN r ", "SCAN r|", "SCAN ledger_rows", "SCAN object_rows", "SCAN o ", "SCAN edge_rows",
        "SCAN e ", "SCAN facts", "SCAN f ",
      ]
      .contains { plan.contains($0) }
    }
    // The first deploys of each service and target are few.
    for scan in scans where !scan.contains("ledger_rows_first") && !scan.hasSuffix("LIMIT 1") {
      Issue.record("\(scan)")
    }
    // All of one kind is nearly all: right only where rows of that kind are what is asked for.
    let kinds = try plans(store) { graph in
      _ = try graph.events(EventQuery(limit: 5, service: "s1", kinds: [.deploy]))
      _ = try graph.blame(SurfaceItem(section: .env, item: "B"), service: "s1")
      for kind in [LedgerRow.Kind.deploy, .check, .swap] {
        let query = BaselineQuery(kind: kind, service: "s1", handlerPath: "", target: "local")
        _ = try graph.baseline(for: query, before: 3000)
      }
    }
    for plan in kinds where plan.contains("ledger_rows_kind") { Issue.record("\(plan)") }
    // Down from the end and as far as the limit is the one scan there may be.
    let list = try plans(store) { _ = try $0.events(EventQuery(limit: 5)) }
    #expect(list.filter { $0.hasSuffix("LIMIT 5") }.map { String($0.prefix(8)) } == ["SCAN r |"])
    // Nothing is sorted either where a ref or a list is asked for.
    let ordered = try plans(store) { graph in
      _ = try graph.resolve("s1~2@{1970-01-01T01:00:00Z}")
      _ = try graph.events(EventQuery(limit: 5, kinds: [.deploy, .swap]))
      _ = try graph.events(EventQuery(limit: 5, service: "s1"))
    }
    #expect(ordered.count > 4)
    // The items of one surface are few.
    for plan in ordered where plan.contains("TEMP B-TREE FOR ORDER BY") {
      if !plan.contains("json_each") { Issue.record("\(plan)") }
    }
  }
}
