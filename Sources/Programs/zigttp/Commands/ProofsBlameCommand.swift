import ArgumentParser
import ArtifactGraph
import Contracts
import JSON
import Reports

/// `zigttp proofs blame`
struct ProofsBlameCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "blame",
    abstract: "Show since which deploy a service has something, and who added or removed it.",
    discussion: """
      An ITEM is env:NAME, egress:HOST, route:'METHOD /path' (a prefix ends in *), cache:NAMESPACE, \
      cap:NAME, property:LABEL such as property:retry-safe, or secret:, sql:, dynamic:, leak: and \
      spec: with what the card shows.
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
    try history.console.answer(global.json ? document(found) : text(found))
    let events = found.flatMap { $0.steps.map(\.event) }
    if found.isEmpty {
      _ = try history.tellWhatLacks(showing: events)
      throw try CommandFailure(
        noDeployHas: wanted, written: item, service: service, in: history.graph)
    }
    try history.finish(showing: events)
  }

  private func text(_ found: [Blame]) -> String {
    found.map { blame in
      let who = SafeText.line(blame.service ?? blame.handlerPath)
      let target = blame.target.map { " (\(SafeText.line($0)))" } ?? ""
      let state =
        blame.since.map { "has it since line \($0.line), \(time($0))" } ?? "has it no more"
      let steps = blame.steps.map { step in
        "  \(step.isAdded ? "+" : "-") line \(step.event.line)  \(time(step.event))  "
          + SafeText.line(String(step.event.row.facts.contractSha.prefix(12)))
          + (step.event.isReproven ? "  reproven" : "") + "\n"
      }
      return "\(who)\(target) \(state)\n" + steps.joined()
    }.joined()
  }

  private func time(_ event: GraphEvent) -> String {
    Timestamp.rfc3339(milliseconds: event.row.ts)
  }

  private func document(_ found: [Blame]) -> String {
    let services = found.map { blame -> JSONValue in
      var object = JSONObject()
      object["service"] = blame.service.map(JSONValue.string)
      object["handlerPath"] = .string(blame.handlerPath)
      object["target"] = blame.target.map(JSONValue.string)
      object["since"] = blame.since.map { .object(json($0)) } ?? .null
      object["steps"] = .array(
        blame.steps.map { step in
          var object: JSONObject = ["change": .string(step.isAdded ? "added" : "removed")]
          for member in json(step.event).members { object[member.key] = member.value }
          return .object(object)
        })
      return .object(object)
    }
    let document: JSONValue = [
      "schema": "https://zigttp.dev/schema/proofs-blame-v1.json", "item": .string(item),
      "services": .array(services),
    ]
    return SafeText.jsonLine(document.minified) + "\n"
  }

  private func json(_ event: GraphEvent) -> JSONObject {
    var object: JSONObject = [
      "line": .integer(Int64(event.line)), "ts": .integer(event.row.ts),
      "time": .string(time(event)), "contractSha": .string(event.row.facts.contractSha),
    ]
    if event.isReproven { object["reproven"] = true }
    object["record"] = event.row.record.map { .string($0.description) }
    object["image"] = event.image.map { .string($0.description) }
    return object
  }
}
