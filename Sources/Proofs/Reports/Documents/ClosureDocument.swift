import ArtifactGraph
import Encodings
import JSON
import OCIImage

/// What `store closure` answers: everything that an object leads to.
public struct ClosureDocument: Document {
  /// `schema/json/store-closure-v1.schema.json`.
  public static let schema = "store-closure"
  private let found: [ClosureObject]

  /// Of what a walk found, the start first.
  public init(_ found: [ClosureObject]) { self.found = found }

  /// For people.
  public var text: SafeText {
    let rows = found.map { object in
      [
        object.digest.description, object.size.map(String.init) ?? "-", object.state.rawValue,
        object.relation, object.mediaType ?? "-",
      ]
    }
    return TextTable.render([["DIGEST", "SIZE", "STATE", "RELATION", "TYPE"]] + rows)
  }

  /// `objects`.
  public var members: JSONObject {
    let objects = found.map { object -> JSONValue in
      var json: JSONObject = ["digest": .named(object.digest)]
      json["relation"] = .array(
        object.path.map { ["role": .string($0.role.rawValue), "place": .count($0.place)] })
      json["type"] = object.mediaType.map(JSONValue.string)
      json["size"] = object.size.map(JSONValue.count)
      json["state"] = .string(object.state.rawValue)
      return .object(json)
    }
    return ["objects": .array(objects)]
  }
}

extension ClosureObject {
  /// How the start leads to it: `image > layer 1`.
  public var relation: String {
    path.isEmpty ? "itself" : path.map { $0.role.label($0.place) }.joined(separator: " > ")
  }
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
