import ArtifactGraph
import Encodings
import JSON

/// What `proofs blame` answers: for each service, since when it has an item.
public struct BlameDocument: Document {
  /// `schema/json/proofs-blame-v1.schema.json`.
  public static let schema = "proofs-blame"
  private let item: String
  private let found: [(blame: Blame, origin: String?)]

  /// - Parameter item: as it was asked for.
  /// - Parameter others: what became of it in the ledgers of other writers, each with its origin.
  public init(_ item: String, _ found: [Blame], others: [(blame: Blame, origin: String)] = []) {
    self.item = item
    self.found = found.map { ($0, nil) } + others.map { ($0.blame, $0.origin) }
  }

  /// For people.
  public var text: SafeText { found.map { text($0.blame, $0.origin) }.joined() }

  private func text(_ blame: Blame, _ origin: String?) -> SafeText {
    let place: SafeText = origin.map { " in \($0)" } ?? ""
    let target: SafeText = (blame.target.map { " (\($0))" } ?? "") + place
    let state: SafeText =
      blame.since.map { "has it since line \($0.line), \(time($0))" } ?? "has it no more"
    let steps = blame.steps.map { step -> SafeText in
      let contract = step.event.row.facts.contractSha.prefix(12)
      let line: SafeText = "line \(step.event.line)  \(time(step.event))  \(contract)"
      return "  \(step.isAdded ? "+" : "-") \(line)\(step.event.isReproven ? "  reproven" : "")\n"
    }
    return "\(blame.service ?? blame.handlerPath)\(target) \(state)\n\(steps.joined())"
  }

  private func time(_ event: GraphEvent) -> String {
    Timestamp.rfc3339(milliseconds: event.row.ts)
  }

  /// `item`, `services`.
  public var members: JSONObject {
    let services = found.map { blame, origin -> JSONValue in
      var object = JSONObject()
      object["origin"] = origin.map(JSONValue.string)
      object["service"] = blame.service.map(JSONValue.string)
      object["handlerPath"] = .string(blame.handlerPath)
      object["target"] = blame.target.map(JSONValue.string)
      object["since"] = blame.since.map { .object(members($0)) } ?? .null
      object["steps"] = .array(
        blame.steps.map { step in
          var object: JSONObject = ["change": .string(step.isAdded ? "added" : "removed")]
          for member in members(step.event).members { object[member.key] = member.value }
          return .object(object)
        })
      return .object(object)
    }
    return ["item": .string(item), "services": .array(services)]
  }

  private func members(_ event: GraphEvent) -> JSONObject {
    var object: JSONObject = [
      "line": .count(event.line), "ts": .integer(event.row.ts), "time": .string(time(event)),
      "contractSha": .string(event.row.facts.contractSha),
    ]
    if event.isReproven { object["reproven"] = true }
    object["record"] = event.row.record.map(JSONValue.named)
    object["image"] = event.image.map(JSONValue.named)
    return object
  }
}
