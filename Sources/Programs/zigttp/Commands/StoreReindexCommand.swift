import ArgumentParser
import ArtifactGraph
import ContentStore
import Ledger
import Reports

/// `zigttp store reindex`
struct StoreReindexCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reindex",
    abstract: "Make the index again from the ledger and the objects, or check that it need not be.",
    discussion: """
      graph.sqlite holds nothing that is not elsewhere. Whoever reads meanwhile reads the old \
      index. The ledgers of others that were pulled have one each. With --check nothing is replaced: a new one is made in memory and compared, and the \
      exit code is 7 when they differ.
      """)

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Only compare.")
  var check = false

  mutating func run() throws {
    let invocation = try Invocation.current(global)
    let console = Console()
    let line = ProgressLine(check ? "comparing" : "indexing")
    if check {
      let history = try History(of: global, in: invocation)
      var difference = try history.graph.differenceFromFresh(progress: line.update)
      difference = difference ?? history.graph.differenceWhenOpened
      for other in try OtherLedgers(history.store).all() where difference == nil {
        let graph = try ArtifactGraph(other.store)
        difference = try graph.differenceFromFresh(progress: line.update)
        difference = difference ?? graph.differenceWhenOpened
      }
      line.clear()
      try report(history, difference)
    } else {
      let store = try invocation.existingStore(named: global.store)
      let lock = try store.lockForWriting(command: "store reindex") {
        console.tell(WriterLock.wording(ofWaitFor: $0))
      }
      let graph = try ArtifactGraph.reindexed(store, holding: lock, progress: line.update)
      for other in try OtherLedgers(store).all() {
        _ = try ArtifactGraph.reindexed(other.store, holding: lock, progress: line.update)
      }
      line.clear()
      for notice in graph.notices { console.warn(notice.wording) }
      try report(History(store: store, graph: graph, in: invocation), nil)
    }
  }

  private func report(_ history: History, _ difference: GraphDifference?) throws {
    let graph = history.graph
    let content = check && difference == nil ? try graph.contentDigest() : nil
    try history.console.answer(
      ReindexDocument(
        try graph.counts(), isCheck: check, content: content, difference: difference),
      asJSON: global.json)
    let isWhole = try history.tellWhatLacks(showing: [])
    if let difference {
      throw CommandFailure(
        .integrity, "graph.sqlite does not say what the ledger says: table \(difference.table)",
        details: [
          "  found    \(difference.found ?? "no such row")",
          "  expected \(difference.expected ?? "no such row")",
        ], next: "Run `zigttp store reindex`.")
    }
    if !isWhole { throw History.lacking }
  }
}
