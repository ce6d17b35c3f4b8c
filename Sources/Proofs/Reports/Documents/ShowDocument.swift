import Encodings
import JSON

/// What `proofs show` answers: one row as a card.
public struct ShowDocument: Document {
  /// `schema/json/proofs-show-v1.schema.json`.
  public static let schema = "proofs-show"
  private let report: ProofReport

  /// Of one row and its baseline.
  public init(_ report: ProofReport) { self.report = report }

  /// For people.
  public var text: SafeText { TextCard.render(report) }

  /// As ``CheckDocument/members``.
  public var members: JSONObject {
    var object = JSONObject()
    object.add(report)
    return object
  }
}
