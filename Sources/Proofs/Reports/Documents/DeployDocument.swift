import Encodings
import JSON

/// What `deploy` answers: the card, then the path of the program, or the image's name and last the
/// service's address, each on a line of its own.
public struct DeployDocument: Document {
  /// `schema/json/deploy-v1.schema.json`.
  public static let schema = "deploy"

  /// What is told of a deploy through a control plane beside the card.
  public struct Hosted: Sendable, Hashable {
    /// `HOST/NAMESPACE/NAME@sha256:…`; nil where nothing was pushed.
    public var reference: String?
    /// Where the service answers.
    public var url: String?
    /// What the control plane calls the deploy; nil where it accepted none.
    public var deployment: String?
    /// The service's generation from now on.
    public var generation: Int64?
    /// `running`, `failed` or `pending`, where it was waited for.
    public var status: String?

    /// Nothing of it is known.
    public init() {}
  }

  private let report: ProofReport
  private let binary: String?
  private let isDryRun: Bool
  private let hosted: Hosted?

  /// - Parameters:
  ///   - binary: path of the runnable binary, relative to the current folder; nil for a dry run, and
  ///     where none is written.
  ///   - hosted: of a deploy through a control plane.
  public init(
    _ report: ProofReport, binary: String? = nil, isDryRun: Bool, hosted: Hosted? = nil
  ) {
    self.report = report
    self.binary = binary
    self.isDryRun = isDryRun
    self.hosted = hosted
  }

  /// For people. The address of what has to be looked at, or of the service, is the last line.
  public var text: SafeText {
    var text = TextCard.render(report) + (binary.map { "\($0)\n" } ?? "")
    guard let hosted else { return text }
    if let reference = hosted.reference {
      var card = CardLines()
      card.field("Digest", "\(reference)")
      text += card.finished
    }
    if let review = report.review {
      text += "zigttp review \(ShellWord.quoted(review.plan))\n"
      text += review.url.map { "\($0)\n" } ?? ""
    } else {
      text += hosted.url.map { "\($0)\n" } ?? ""
    }
    return text
  }

  /// `dryRun`, `binary`, what is told of a hosted deploy, then as ``CheckDocument/members``.
  public var members: JSONObject {
    var object: JSONObject = ["dryRun": .bool(isDryRun)]
    object["binary"] = binary.map(JSONValue.string)
    object["reference"] = hosted?.reference.map(JSONValue.string)
    object["url"] = hosted?.url.map(JSONValue.string)
    object["deployment"] = hosted?.deployment.map(JSONValue.string)
    object["generation"] = hosted?.generation.map(JSONValue.integer)
    object["status"] = hosted?.status.map(JSONValue.string)
    object.add(report)
    return object
  }
}
