import ArgumentParser
import ArtifactGraph
import JSON
import Reports

/// `zigttp store reindex`
struct StoreReindexCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reindex",
    abstract: "Make the index again from the ledger and the objects, or check that it need not be.",
    discussion: """
      graph.sqlite holds nothing that is not elsewhere. Whoever reads meanwhile reads the old \
      index. With --check nothing is replaced: a new one is made in memory and compared, and the \
      exit code is 7 when they differ.
      """)

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Only compare.")
  var check = false

  mutating func run() throws {
    let store = try Invocation.current().existingStore(named: global.store)
    let console = Console()
    let line = ProgressLine(check ? "comparing" : "indexing")
    if check {
      let history = try History(of: global)
      let difference = try history.graph.differenceFromFresh(progress: line.update)
      line.clear()
      try report(history.graph, console, difference ?? history.graph.differenceWhenOpened)
      try history.finish(showing: [])
    } else {
      let lock = try store.lockForWriting(command: "store reindex") {
        console.tell(DeployWait.wording($0))
      }
      let graph = try ArtifactGraph.reindexed(store, holding: lock, progress: line.update)
      line.clear()
      for notice in graph.notices { console.warn(notice.wording) }
      try report(graph, console, nil)
      try History(store: store, graph: graph).finish(showing: [])
    }
  }

  private func report(
    _ graph: ArtifactGraph, _ console: Console, _ difference: GraphDifference?
  ) throws {
    let counts = try graph.counts()
    let content = check && difference == nil ? try graph.contentDigest() : nil
    if global.json {
      var document: JSONObject = [
        "schema": "https://zigttp.dev/schema/store-reindex-v1.json", "check": .bool(check),
        "rows": .integer(Int64(counts.rows)), "badLines": .integer(Int64(counts.badLines)),
        "objects": .integer(Int64(counts.objects)), "edges": .integer(Int64(counts.edges)),
      ]
      document["content"] = content.map { .string($0.description) }
      document["difference"] = difference.map { difference in
        [
          "table": .string(difference.table),
          "found": difference.found.map(JSONValue.string) ?? .null,
          "expected": difference.expected.map(JSONValue.string) ?? .null,
        ]
      }
      try console.answer(SafeText.jsonLine(JSONValue.object(document).minified) + "\n")
    } else if difference == nil {
      try console.answer(
        "\(counts.rows) rows, \(counts.badLines) bad lines, \(counts.objects) objects, "
          + "\(counts.edges) names\n" + (content.map { "the same as a new one: \($0)\n" } ?? ""))
    }
    guard let difference else { return }
    throw CommandFailure(
      .integrity, "graph.sqlite does not say what the ledger says: table \(difference.table)",
      details: [
        "  found    \(difference.found ?? "no such row")",
        "  expected \(difference.expected ?? "no such row")",
      ], next: "Run `zigttp store reindex`.")
  }
}
