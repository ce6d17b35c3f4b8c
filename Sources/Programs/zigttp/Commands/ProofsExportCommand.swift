import ArgumentParser
import Reports

/// `zigttp proofs export`
struct ProofsExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a receipt of one row to stdout.",
    discussion: "The same row gives the same bytes, whenever and wherever it is exported.")

  /// What a receipt can be written as.
  enum Format: String, ExpressibleByArgument, CaseIterable { case md, svg }

  @OptionGroup var global: GlobalOptions
  @OptionGroup var fetch: FetchOptions

  @Option(help: "md for a Markdown receipt, svg for a badge with the verdict.")
  var format = Format.md

  @Argument(help: "The row.")
  var ref = "HEAD"

  func validate() throws {
    if global.json { throw ValidationError("for JSON there is `zigttp proofs show --json`") }
  }

  mutating func run() throws {
    let history = try History(of: global)
    let row = try fetch.complete(history.resolve(ref), in: history)
    let report = try history.report(of: row)
    switch format {
    case .md: try history.console.answer(MarkdownReceipt.render(report))
    case .svg: try history.console.answer(BadgeSVG.render(report))
    }
    try history.finish(showing: [row.event])
  }
}
