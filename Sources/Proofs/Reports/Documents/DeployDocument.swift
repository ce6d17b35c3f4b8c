import Encodings
import JSON

/// What `deploy` answers: the card, then the path of the program on a line of its own.
public struct DeployDocument: Document {
  /// `schema/json/deploy-v1.schema.json`.
  public static let schema = "deploy"
  private let report: ProofReport
  private let binary: String?
  private let isDryRun: Bool

  /// - Parameter binary: path of the runnable binary, relative to the current folder; nil for a dry
  ///   run.
  public init(_ report: ProofReport, binary: String?, isDryRun: Bool) {
    self.report = report
    self.binary = binary
    self.isDryRun = isDryRun
  }

  /// For people.
  public var text: SafeText { TextCard.render(report) + (binary.map { "\($0)\n" } ?? "") }

  /// `dryRun`, `binary`, then as ``CheckDocument/members``.
  public var members: JSONObject {
    var object: JSONObject = ["dryRun": .bool(isDryRun)]
    object["binary"] = binary.map(JSONValue.string)
    object.add(report)
    return object
  }
}
