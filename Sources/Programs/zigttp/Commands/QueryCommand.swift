import ArgumentParser
import ArtifactGraph
import Glibc
import Reports

/// `zigttp query`
struct QueryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query",
    abstract: "Ask the graph a question in SQL.",
    discussion: """
      One SELECT over the views below; nothing else can be read, and nothing changed. Times are \
      RFC 3339 in UTC, digests `sha256:` and hex, `line` is a line of proofs.jsonl.

      \(GraphView.all.map { "\($0.name): \($0.columns.joined(separator: ", "))" }
        .joined(separator: "\n"))
      """)

  /// How an answer is written.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case table, json, csv
  }

  @OptionGroup var global: GlobalOptions

  @Option(help: "How to write the answer: table, json or csv (RFC 4180).")
  var format: Format?

  @Option(help: ArgumentHelp("At most so many rows.", valueName: "n"))
  var limit = 1000

  @Option(help: ArgumentHelp("Stop after so many seconds.", valueName: "s"))
  var timeout = 10.0

  @Argument(help: "The SELECT.")
  var sql: String

  func validate() throws {
    if limit < 0 { throw ValidationError("--limit is \(limit), expected 0 or more") }
    guard timeout > 0, timeout <= 86_400 else {
      throw ValidationError("--timeout is \(timeout), expected more than 0 and at most 86400")
    }
    if global.json, let format, format != .json {
      throw ValidationError("--json and --format \(format.rawValue) exclude each other")
    }
  }

  mutating func run() throws {
    let history = try History(of: global)
    let writer: any QueryWriter =
      switch global.json ? .json : format ?? .table {
      case .table: QueryTable()
      case .json: QueryDocument()
      case .csv: QueryCSV(console: history.console)
      }
    Watchdog.start(seconds: timeout)
    let end = try history.graph.select(
      sql, limits: QueryLimits(rows: limit, seconds: timeout), columns: writer.begin,
      row: writer.add)
    Watchdog.stop()
    try writer.finish(history.console, isCut: end.isCut)
    if end.isCut {
      history.console.tell("Only the first \(end.rows) rows are shown; --limit N shows more.")
    }
    try history.finish(showing: [])
  }
}

/// Ends the process when one step of SQLite does not come back in time: within a function it looks
/// at no clock. Nothing is being written then, so nothing is lost.
private enum Watchdog {
  static func start(seconds: Double) {
    signal(SIGALRM) { _ in
      let text: StaticString =
        "error: the query was stopped: one step of it took longer than --timeout allows\n"
      _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
      _exit(ExitStatus.failure.rawValue)
    }
    alarm(UInt32(seconds.rounded(.up)) + 1)
  }

  static func stop() { alarm(0) }
}
