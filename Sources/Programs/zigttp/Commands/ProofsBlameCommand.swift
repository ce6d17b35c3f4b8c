import ArgumentParser
import ArtifactGraph
import Contracts
import Reports

/// `zigttp proofs blame`
struct ProofsBlameCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "blame",
    abstract: "Show since which deploy a service has something, and who added or removed it.",
    discussion: """
      An ITEM is env:NAME, egress:HOST, route:'METHOD /path' (a prefix ends in *), cache:NAMESPACE, \
      cap:NAME, property:LABEL such as property:retry-safe, or secret:, sql:, dynamic:, leak: and \
      spec: with what the card shows. The ledgers of other writers that were pulled are asked, too, \
      and named.
      """)

  @OptionGroup var global: GlobalOptions

  @Option(help: ArgumentHelp("This service only.", valueName: "name"))
  var service: String?

  @Argument(help: "What to look for.")
  var item: String

  func validate() throws {
    guard SurfaceItem(item) != nil else {
      let words = SurfaceItem.words.map { $0.word + ":" }.joined(separator: ", ")
      throw ValidationError("'\(item)' is no item: expected one of \(words) and a name")
    }
  }

  mutating func run() throws {
    guard let wanted = SurfaceItem(item) else { return }
    let history = try History(of: global)
    let found = try history.graph.blame(wanted, service: service)
    let others = try history.others().flatMap { other in
      try other.graph.blame(wanted, service: service).map { ($0, other.origin) }
    }
    try history.console.answer(
      BlameDocument(item, found, others: others), asJSON: global.json)
    let events = found.flatMap { $0.steps.map(\.event) }
    if found.isEmpty, others.isEmpty {
      _ = try history.tellWhatLacks(showing: events)
      throw try CommandFailure(
        noDeployHas: wanted, written: item, service: service, in: history.graph)
    }
    try history.finish(showing: events)
  }
}
