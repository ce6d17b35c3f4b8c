import ArgumentParser
import ArtifactGraph
import Digests
import Reports

/// `zigttp store why`
struct StoreWhyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why",
    abstract:
      "Show which rows of the ledger lead to an object, or how one object leads to another.",
    discussion: """
      An OBJECT is a digest, its first 4 or more hex digits, or a ref, which means the deploy \
      record of its row.
      """)

  @OptionGroup var global: GlobalOptions

  @Option(help: ArgumentHelp("So many of the newest rows.", valueName: "n"))
  var limit = 10

  @Argument(help: "The object in question, or where to start.")
  var object: String

  @Argument(help: "Where to end.")
  var other: String?

  func validate() throws {
    if limit < 1 { throw ValidationError("--limit is \(limit), expected 1 or more") }
  }

  mutating func run() throws {
    let history = try History(of: global)
    let digest = try history.object(object)
    if let other {
      try showPath(history, from: digest, to: try history.object(other))
    } else {
      try showReasons(history, digest)
    }
  }

  private func showPath(_ history: History, from start: Digest, to end: Digest) throws {
    let found = try history.graph.path(from: start, to: end)
    guard let path = found else {
      _ = try history.tellWhatLacks(showing: [])
      throw CommandFailure(
        .failure, "\(start) does not lead to \(end)",
        next: "`zigttp store closure` lists what it leads to.")
    }
    try history.console.answer(PathDocument(from: start, path), asJSON: global.json)
    try history.finish(showing: [])
  }

  private func showReasons(_ history: History, _ digest: Digest) throws {
    let found = try history.graph.why(digest, limit: limit)
    var events: [GraphEvent] = []
    for reason in found.reasons {
      if let event = try history.graph.event(line: reason.line) { events.append(event) }
    }
    try history.console.answer(ReasonsDocument(digest, found, events), asJSON: global.json)
    let isWhole = try history.tellWhatLacks(showing: events)
    if found.rowCount == 0 && found.entries.isEmpty {
      for other in try history.others() {
        guard let row = try other.graph.why(digest, limit: 1).reasons.first else { continue }
        return history.console.tell("Line \(row.line) of \(other.origin) leads to it.")
      }
      throw CommandFailure(
        .failure, "no row of the ledger leads to \(digest), and index.json does not name it")
    }
    if found.rowCount > found.reasons.count {
      history.console.tell(
        """
        \(found.rowCount) rows lead to it, of which the newest \(found.reasons.count) are shown; \
        --limit N shows more.
        """)
    }
    if !isWhole { throw History.lacking }
  }
}
