import Contracts
import Encodings
import JSON

/// What `check` answers.
public struct CheckDocument: Document {
  /// `schema/json/check-v1.schema.json`.
  public static let schema = "check"
  let report: ProofReport
  private let explanation: ProofExplanation?

  /// - Parameter explanation: how properties are lost, and why the proof is not complete; nil where
  ///   nobody asked.
  public init(_ report: ProofReport, explanation: ProofExplanation? = nil) {
    self.report = report
    self.explanation = explanation
  }

  /// For people.
  public var text: SafeText {
    TextCard.render(report) + (explanation.map { WitnessText.render($0, of: report.facts) } ?? "")
  }

  /// The report, and `witnesses` where they were asked for.
  public var members: JSONObject {
    var object = JSONObject()
    object.add(report)
    object["witnesses"] = explanation.map { explanation in
      let lines = SourceLines(explanation.sources)
      return .array(explanation.witnesses.map { $0.json(lines) })
    }
    return object
  }
}
