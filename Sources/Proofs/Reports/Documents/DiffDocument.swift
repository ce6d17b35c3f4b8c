import Encodings
import JSON

/// What `proofs diff BASE HEAD` answers.
public struct DiffDocument: Document {
  /// `schema/json/proofs-diff-v1.schema.json`.
  public static let schema = "proofs-diff"
  private let diff: ProofDiff

  /// Of two rows.
  public init(_ diff: ProofDiff) { self.diff = diff }

  /// For people.
  public var text: SafeText { DiffText.render(diff) }

  /// `base`, `head`, `changes`, `reproven`, `verdict`. A side has `ref`, the keys of an event, then
  /// `facts`.
  public var members: JSONObject {
    var object: JSONObject = ["base": side(diff.base), "head": side(diff.head)]
    object.add(diff.delta)
    return object
  }

  private func side(_ side: ProofDiff.Side) -> JSONValue {
    var object: JSONObject = ["ref": .string(side.ref)]
    object.add(side.event)
    object["facts"] = side.facts.json
    return .object(object)
  }
}
