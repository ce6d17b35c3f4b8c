import ArgumentParser
import ArtifactGraph
import Reports

/// `zigttp proofs list`
struct ProofsListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the rows of the ledger, newest first.")

  @OptionGroup var global: GlobalOptions

  @Option(help: ArgumentHelp("Rows of this service only.", valueName: "name"))
  var service: String?

  @Option(help: ArgumentHelp("At most so many rows.", valueName: "n"))
  var limit: Int?

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit is \(limit), expected 1 or more") }
  }

  mutating func run() throws {
    let history = try History(of: global)
    let events = try history.graph.events(EventQuery(limit: limit, service: service))
    let entries = events.map(ProofListEntry.init)
    if global.json {
      let skipped = try history.graph.badLines()
        .map { SkippedLine(line: $0.line, reason: $0.reason) }
      try history.console.answer(ReportDocument.list(entries, skipped: skipped))
    } else {
      try history.console.answer(ProofListTable.render(entries))
    }
    try history.finish(showing: events)
  }
}
