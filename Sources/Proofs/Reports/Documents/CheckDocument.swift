import Contracts
import Encodings
import JSON

/// What `check` answers.
public struct CheckDocument: Document {
  /// `schema/json/check-v1.schema.json`.
  public static let schema = "check"
  let report: ProofReport
  private let witnesses: [Witness]?

  /// - Parameter witnesses: how properties are lost, and why the proof is not complete; nil where
  ///   nobody asked.
  public init(_ report: ProofReport, witnesses: [Witness]? = nil) {
    self.report = report
    self.witnesses = witnesses
  }

  /// For people.
  public var text: SafeText {
    TextCard.render(report) + (witnesses.map(WitnessText.render) ?? "")
  }

  /// The report, and `witnesses` where they were asked for.
  public var members: JSONObject {
    var object = JSONObject()
    object.add(report)
    object["witnesses"] = witnesses.map { .array($0.map(\.json)) }
    return object
  }
}
