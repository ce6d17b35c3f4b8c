import ArgumentParser
import ArtifactGraph
import Glibc
import Ledger
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

      The same views with the prefix all_ hold the ledgers of other writers that were pulled as \
      well, and begin with the column `origin`: all_events, all_objects, all_edges, all_surface, \
      all_deltas, all_services, all_drift.
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
    // Their indexes are opened only for a question that may be about them.
    let others = try GraphView.mayNameOthers(sql) ? history.others() : []
    let format = global.json ? .json : format ?? .table
    let limits = QueryLimits(rows: limit, seconds: timeout)
    Watchdog.start(seconds: timeout, asJSON: global.json)
    let end =
      format == .csv
      ? try printCSV(history, others, limits)
      : try printAnswer(history, others, limits, asJSON: format == .json)
    if end.isCut {
      history.console.tell("Only the first \(end.rows) rows are shown; --limit N shows more.")
    }
    try history.finish(showing: [])
  }

  private func select(
    _ history: History, _ others: [NamedGraph], _ limits: QueryLimits,
    columns: ([String]) throws -> Void,
    row: ([QueryValue]) throws -> Void
  ) throws -> QueryEnd {
    try history.graph.select(
      sql, of: StoreOrigin(history.store).read() ?? "", with: others, limits: limits,
      columns: columns, row: row)
  }

  // In memory until it can be printed: columns are aligned, a document says whether it is cut.
  private func printAnswer(
    _ history: History, _ others: [NamedGraph], _ limits: QueryLimits, asJSON: Bool
  ) throws -> QueryEnd {
    var answer = QueryAnswer()
    let end = try select(history, others, limits, columns: { answer.begin($0) }) {
      answer.add($0)
      guard answer.size > Self.largestAnswer else { return }
      throw CommandFailure(
        .failure, "the answer has more than \(Self.largestAnswer >> 20) MiB",
        next: "Ask for less, or use --format csv, which is printed row by row.")
    }
    Watchdog.stop()
    answer.isCut = end.isCut
    try history.console.answer(answer, asJSON: asJSON)
    return end
  }

  // As it comes.
  private func printCSV(
    _ history: History, _ others: [NamedGraph], _ limits: QueryLimits
  ) throws -> QueryEnd {
    var pending = ""
    let end = try select(
      history, others, limits, columns: { pending += QueryCSV.line($0.map(QueryValue.text)) }
    ) { row in
      pending += QueryCSV.line(row)
      guard pending.utf8.count >= 1 << 16 else { return }
      try history.console.answer(data: pending)
      pending = ""
    }
    Watchdog.stop()
    try history.console.answer(data: pending)
    return end
  }

  private static let largestAnswer = 256 << 20
}
