import ArgumentParser
import ArtifactGraph
import Reports

/// `zigttp proofs list`
struct ProofsListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the rows of the ledger, newest first.")

  private static let usualLimit = 50

  @OptionGroup var global: GlobalOptions

  @Option(help: ArgumentHelp("Rows of this service only.", valueName: "name"))
  var service: String?

  @Option(help: ArgumentHelp("At most so many rows.", valueName: "n"))
  var limit: Int?

  @Flag(help: "All rows; the newest 50 where neither this nor --limit is given.")
  var all = false

  func validate() throws {
    if all, limit != nil { throw ValidationError("--all and --limit exclude each other") }
    if let limit, limit < 1 { throw ValidationError("--limit is \(limit), expected 1 or more") }
  }

  mutating func run() throws {
    let history = try History(of: global)
    let most = all ? nil : limit ?? Self.usualLimit
    // One more, to know whether there are any.
    var events = try history.graph.events(
      EventQuery(limit: most.map { $0 + 1 }, service: service))
    let isCut = most.map { events.count > $0 } ?? false
    if isCut { events.removeLast() }
    let entries = events.map(ProofListEntry.init)
    let skipped = try history.graph.badLines()
      .map { SkippedLine(line: $0.line, reason: $0.reason) }
    try history.console.answer(ListDocument(entries, skipped: skipped), asJSON: global.json)
    if isCut, limit == nil {
      history.console.tell(
        "Only the newest \(events.count) rows are shown; --all shows every one, --limit N as many.")
    }
    try history.finish(showing: events)
  }
}
