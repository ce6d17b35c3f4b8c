import ArgumentParser
import ArtifactGraph
import JSON
import OCIImage
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

  @Argument(help: "Where to start.")
  var object: String

  mutating func run() throws {
    let history = try History(of: global)
    let root = try history.graph.object(object)
    let found = try history.graph.closure(of: root)
    if found.count == 1, found[0].state == .missing {
      throw CommandFailure(
        .failure, "\(root) is not in the store", next: "`zigttp store ls` lists what is.")
    }
    try history.console.answer(global.json ? document(found) : text(found))
    let lacking = found.filter { $0.state != .present }
    for object in lacking {
      history.console.warn("\(object.digest) (\(relation(object))) is \(object.state.rawValue)")
    }
    if lacking.contains(where: { $0.state == .damaged }) { throw ExitStatus.integrity.exitCode }
    if !lacking.isEmpty { throw ExitStatus.failure.exitCode }
  }

  private func relation(_ object: ClosureObject) -> String {
    object.path.isEmpty
      ? "itself" : object.path.map(\.label).joined(separator: " > ")
  }

  private func text(_ found: [ClosureObject]) -> String {
    TextTable.render(
      [["DIGEST", "SIZE", "STATE", "RELATION", "TYPE"]]
        + found.map { object in
          [
            "\(object.digest)", object.size.map(String.init) ?? "-", object.state.rawValue,
            relation(object), object.mediaType ?? "-",
          ]
        })
  }

  private func document(_ found: [ClosureObject]) -> String {
    let objects = found.map { object -> JSONValue in
      var json: JSONObject = ["digest": .string(object.digest.description)]
      json["relation"] = .array(
        object.path.map {
          ["role": .string($0.role.rawValue), "place": .integer(Int64($0.place))]
        })
      json["type"] = object.mediaType.map(JSONValue.string)
      json["size"] = object.size.map { .integer(Int64(clamping: $0)) }
      json["state"] = .string(object.state.rawValue)
      return .object(json)
    }
    let document: JSONValue = [
      "schema": "https://zigttp.dev/schema/store-closure-v1.json", "objects": .array(objects),
    ]
    return SafeText.jsonLine(document.minified) + "\n"
  }
}

extension ClosureObject.Step {
  /// `image`, `layer 1`.
  var label: String { role.label(place) }
}

extension GraphEdge {
  /// `image`, `layer 1`.
  var label: String { role.label(place) }
}

extension ObjectReference.Role {
  /// With the place, where there are several.
  fileprivate func label(_ place: Int) -> String {
    switch self {
    case .layer, .manifest, .blob: "\(rawValue) \(place)"
    default: rawValue
    }
  }
}
