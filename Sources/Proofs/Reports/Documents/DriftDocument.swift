import ArtifactGraph
import ControlPlaneAPI
import Encodings
import JSON

/// What `drift` answers: whether a service is what was recorded, and what is wanted of it.
public struct DriftDocument: Document {
  /// `schema/json/drift-v1.schema.json`.
  public static let schema = "drift"
  private let service: String
  private let controlPlane: String
  private let live: LiveService
  private let line: Int?
  private let found: [ServiceDrift]

  /// - Parameters:
  ///   - controlPlane: where it was asked.
  ///   - line: the row of the last deploy there; nil where this ledger has none.
  public init(
    of service: String, at controlPlane: String, _ live: LiveService, line: Int?,
    _ found: [ServiceDrift]
  ) {
    self.service = service
    self.controlPlane = controlPlane
    self.live = live
    self.line = line
    self.found = found
  }

  /// For people: a line for each reason.
  public var text: SafeText {
    guard !found.isEmpty else { return "no drift\n" }
    return found.map { "Drift: \($0.reason)\n" as SafeText }.joined()
  }

  /// `service`, `controlPlane`, `line`, `generation`, `image`, `drift`.
  public var members: JSONObject {
    var object: JSONObject = [
      "service": .string(service), "controlPlane": .string(controlPlane),
    ]
    object["line"] = line.map(JSONValue.count)
    object["generation"] = .integer(live.generation)
    object["image"] = .string(live.image)
    object["drift"] = .strings(found.map(\.reason))
    return object
  }
}
