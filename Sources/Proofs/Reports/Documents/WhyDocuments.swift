import ArtifactGraph
import Digests
import Encodings
import JSON

/// What `store why OBJECT` answers: the rows of the ledger that lead to an object.
public struct ReasonsDocument: Document {
  /// `schema/json/store-why-v1.schema.json`.
  public static let schema = "store-why"
  private let digest: Digest
  private let found: ObjectReasons
  private let events: [GraphEvent]

  /// - Parameter events: the rows of the reasons, in their order.
  public init(_ digest: Digest, _ found: ObjectReasons, _ events: [GraphEvent]) {
    self.digest = digest
    self.found = found
    self.events = events
  }

  /// For people.
  public var text: SafeText {
    let rows = zip(found.reasons, events).map { reason, event -> SafeText in
      let service: SafeText = event.row.serviceName.map { " of \($0)" } ?? ""
      let time = Timestamp.rfc3339(milliseconds: event.row.ts)
      return """
        line \(reason.line): \(event.row.kind.word)\(service), \(time)
          > record \(reason.record)
        \(PathDocument.lines(reason.path))
        """
    }
    return rows.joined() + found.entries.map { "index.json: \($0)\n" }.joined()
  }

  /// `digest`, `reasons`, `rows`, `index`.
  public var members: JSONObject {
    let reasons = zip(found.reasons, events).map { reason, event -> JSONValue in
      var object: JSONObject = [
        "line": .count(reason.line), "kind": .string(event.row.kind.word),
      ]
      object["service"] = event.row.serviceName.map(JSONValue.string)
      object["ts"] = .integer(event.row.ts)
      object["record"] = .named(reason.record)
      object["path"] = PathDocument.steps(reason.path)
      return .object(object)
    }
    return [
      "digest": .named(digest), "reasons": .array(reasons), "rows": .count(found.rowCount),
      "index": .strings(found.entries),
    ]
  }
}

/// What `store why OBJECT OTHER` answers: how one object leads to another.
public struct PathDocument: Document {
  /// `schema/json/store-why-v1.schema.json`.
  public static let schema = "store-why"
  private let start: Digest
  private let path: [GraphEdge]

  /// From an object along names.
  public init(from start: Digest, _ path: [GraphEdge]) {
    self.start = start
    self.path = path
  }

  /// For people.
  public var text: SafeText { "\(start)\n\(Self.lines(path))" }

  /// `path`.
  public var members: JSONObject { ["path": Self.steps(path)] }

  static func lines(_ path: [GraphEdge]) -> SafeText {
    path.map { "  > \($0.label) \($0.target)\n" }.joined()
  }

  static func steps(_ path: [GraphEdge]) -> JSONValue {
    .array(
      path.map { edge in
        [
          "source": .named(edge.source), "role": .string(edge.role.rawValue),
          "place": .count(edge.place), "target": .named(edge.target),
        ]
      })
  }
}
