import ArgumentParser
import ArtifactGraph
import Reports

/// `zigttp proofs list`
struct ProofsListCommand: UsualCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the rows of the ledger, newest first.")

  private static let usualLimit = 50

  @OptionGroup var global: GlobalOptions

  @Option(help: ArgumentHelp("Rows of this service only.", valueName: "name"))
  var service: String?

  @Option(help: ArgumentHelp("At most so many rows.", valueName: "n"))
  var limit: Int?

  @Flag(
    help: """
      All rows, those of other writers that were pulled among them; the newest 50 of ours where \
      neither this nor --limit is given.
      """)
  var all = false

  static let usualWords: [String] = []

  static func usual() -> Self {
    var command = Self()
    (command.service, command.limit, command.all) = (nil, nil, false)
    return command
  }

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
    let others = try all ? history.others() : []
    let entries = try merged(events, others)
    let bad = try history.graph.badLines()
    let skipped = bad.map { SkippedLine(line: $0.line, reason: $0.reason) }
    try history.console.answer(ListDocument(entries, skipped: skipped), asJSON: global.json)
    if isCut, limit == nil {
      history.console.tell(
        "Only the newest \(events.count) rows are shown; --all shows every one, --limit N as many.")
    }
    try history.finish(showing: events, bad: bad)
  }

  // Each ledger has its own order, which stays; between two the times decide.
  private func merged(
    _ own: [GraphEvent], _ others: [NamedGraph]
  ) throws -> [ProofListEntry] {
    var lists = [(origin: String?.none, events: own[...])]
    for other in others {
      lists.append((other.origin, try other.graph.events(EventQuery(service: service))[...]))
    }
    var entries: [ProofListEntry] = []
    while true {
      var next: Int?
      for (number, list) in lists.enumerated() {
        guard let time = list.events.first?.row.ts else { continue }
        if next.flatMap({ lists[$0].events.first?.row.ts }).map({ $0 < time }) ?? true {
          next = number
        }
      }
      guard let next, let event = lists[next].events.popFirst() else { return entries }
      entries.append(ProofListEntry(event, of: lists[next].origin))
    }
  }
}
