import Digests
import JSON

/// The 202 of a session: somebody has to look at what would be new before anything is uploaded.
public struct PlanRequired: WireDocument {
  /// The word in `status`.
  public static let status = "plan_required"

  /// The review plan.
  public var planID: String
  /// Where it can be looked at.
  public var reviewURL: String?
  /// The contract that was deployed last; nil for a first deploy.
  public var baselineSha: Digest?
  /// The contract of the request.
  public var proposedSha: Digest?
  /// Unix seconds.
  public var expiresAt: Int64?
  /// What is new, in the order of ``RiskReason``.
  public var reasons: [RiskReason]
  /// Which of the reasons grants cover.
  public var coverage: GrantCoverage

  /// From its parts.
  public init(
    planID: String, reviewURL: String?, baselineSha: Digest?, proposedSha: Digest?,
    expiresAt: Int64?, reasons: [RiskReason], coverage: GrantCoverage
  ) {
    self.planID = planID
    self.reviewURL = reviewURL
    self.baselineSha = baselineSha
    self.proposedSha = proposedSha
    self.expiresAt = expiresAt
    self.reasons = reasons
    self.coverage = coverage
  }

  /// From an answer.
  public init(json: JSONValue) throws(JSONError) {
    let fields = try WireFields(json, "planRequired")
    guard try fields.string("status") == Self.status else {
      throw fields.error("status", Self.status)
    }
    planID = try fields.string("planId")
    reviewURL = try fields.stringIfAny("reviewUrl")
    baselineSha = try fields.sha256IfAny("baselineSha")
    proposedSha = try fields.sha256IfAny("proposedSha")
    expiresAt = try fields.integerIfAny("expiresAt")
    reasons = try fields.fields("diff").reasons("reasons")
    let covering = try fields.fields("grantCoverage")
    coverage = GrantCoverage(
      covered: try covering.reasons("coveredReasons"),
      uncovered: try covering.reasons("uncoveredReasons"))
  }

  /// As it is answered.
  public var json: JSONValue {
    var out: JSONObject = ["status": .string(Self.status), "planId": .string(planID)]
    out.add("reviewUrl", reviewURL)
    out.add("baselineSha", sha256: baselineSha)
    out.add("proposedSha", sha256: proposedSha)
    out.add("expiresAt", expiresAt)
    out["diff"] = ["reasons": .reasons(reasons)]
    out["grantCoverage"] = [
      "coveredReasons": .reasons(coverage.covered),
      "uncoveredReasons": .reasons(coverage.uncovered),
    ]
    return .object(out)
  }
}

extension WireFields {
  /// Sentences of an array, each as the reason it is.
  func reasons(_ key: String) throws(JSONError) -> [RiskReason] {
    try strings(key).map { RiskReason($0) }
  }
}
