import ArgumentParser
import ArtifactGraph
import Reports

/// `zigttp store closure`
struct StoreClosureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "closure",
    abstract: "List everything that an object leads to, and what of it is missing.",
    discussion: """
      An OBJECT is a digest, its first 4 or more hex digits, or a ref, which means the deploy \
      record of its row.
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var fetch: FetchOptions

  @Argument(help: "Where to start.")
  var object: String

  mutating func run() throws {
    let history = try History(of: global)
    let root = try history.object(object)
    try fetch.bring(root, to: history.store, history.invocation)
    let found = try history.graph.closure(of: root)
    if found.count == 1, found[0].state == .missing {
      _ = try history.tellWhatLacks(showing: [])
      throw CommandFailure(
        .failure, "\(root) is not in the store", next: "`zigttp store ls` lists what is.")
    }
    try history.console.answer(ClosureDocument(found), asJSON: global.json)
    let lacking = found.filter { $0.state != .present }
    for object in lacking {
      history.console.warn("\(object.digest) (\(object.relation)) is \(object.state.rawValue)")
    }
    let isWhole = try history.tellWhatLacks(showing: [])
    if lacking.contains(where: { $0.state == .damaged }) {
      throw CommandFailure(answered: .integrity, "something that \(root) leads to is damaged")
    }
    if !lacking.isEmpty || !isWhole { throw History.lacking }
  }
}
