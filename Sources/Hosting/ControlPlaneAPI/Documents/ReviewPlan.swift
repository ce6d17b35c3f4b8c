import Digests
import JSON

/// A question to a person: may this contract be deployed?
public struct ReviewPlan: WireDocument {
  /// Where a plan stands.
  public enum Status: String, Sendable, Hashable, CaseIterable {
    case pending, approved, rejected, consumed, expired
  }
  /// Milliseconds from creation to expiry.
  public static let lifetime: Int64 = 30 * 60 * 1000

  /// What the plan is called.
  public var id: String
  /// Whose contract it is.
  public var projectName: String
  /// Where it stands.
  public var status: Status
  /// The contract that was deployed last; nil for a first deploy.
  public var baselineSha: Digest?
  /// The contract in question.
  public var proposedSha: Digest
  /// Milliseconds since 1970.
  public var createdAt: Int64
  /// Milliseconds since 1970.
  public var expiresAt: Int64
  /// Milliseconds since 1970.
  public var decidedAt: Int64?
  /// The token of whoever decided.
  public var decidedByTokenID: String?
  /// Milliseconds since 1970.
  public var consumedAt: Int64?
  /// What is new.
  public var reasons: [RiskReason]

  /// A pending plan from its parts.
  public init(
    id: String, projectName: String, baselineSha: Digest?, proposedSha: Digest, createdAt: Int64,
    reasons: [RiskReason]
  ) {
    self.id = id
    self.projectName = projectName
    status = .pending
    self.baselineSha = baselineSha
    self.proposedSha = proposedSha
    self.createdAt = createdAt
    expiresAt = createdAt + Self.lifetime
    self.reasons = reasons
  }

  /// From an answer.
  public init(json: JSONValue) throws(JSONError) {
    let fields = try WireFields(json, "plan")
    id = try fields.string("id")
    projectName = try fields.string("projectName")
    status = try fields.word("status", Status.self)
    baselineSha = try fields.sha256IfAny("baselineSha")
    proposedSha = try fields.sha256("proposedSha")
    createdAt = try fields.time("createdAt")
    expiresAt = try fields.time("expiresAt")
    decidedAt = try fields.timeIfAny("decidedAt")
    decidedByTokenID = try fields.stringIfAny("decidedByTokenId")
    consumedAt = try fields.timeIfAny("consumedAt")
    reasons = try fields.fields("diff").reasons("reasons")
  }

  /// As it is answered.
  public var json: JSONValue {
    var out: JSONObject = [
      "id": .string(id), "projectName": .string(projectName), "status": .string(status.rawValue),
    ]
    out.add("baselineSha", sha256: baselineSha)
    out.add("proposedSha", sha256: proposedSha)
    out.add("createdAt", time: createdAt)
    out.add("expiresAt", time: expiresAt)
    out.add("decidedAt", time: decidedAt)
    out.add("decidedByTokenId", decidedByTokenID)
    out.add("consumedAt", time: consumedAt)
    out["diff"] = ["reasons": .reasons(reasons)]
    return .object(out)
  }
}

/// The body of `POST /v1/deploy/plans/{id}/approve`.
public struct PlanApproval: WireDocument {
  /// How far an approval reaches.
  public enum Mode: String, Sendable, Hashable, CaseIterable {
    /// Exactly this contract, for one deploy.
    case once
    /// That, and each reason for the project from now on.
    case grant
  }

  /// How far it reaches.
  public var mode: Mode
  /// When the grants end, milliseconds since 1970; nil for never.
  public var expiresAt: Int64?

  /// From its parts.
  public init(mode: Mode, expiresAt: Int64? = nil) {
    self.mode = mode
    self.expiresAt = expiresAt
  }

  /// From a body.
  public init(json: JSONValue) throws(JSONError) {
    let fields = try WireFields(json, "approval")
    mode = try fields.word("mode", Mode.self)
    expiresAt = try fields.timeIfAny("expiresAt")
    guard mode == .grant || expiresAt == nil else {
      throw fields.error("expiresAt", "none where the mode is once")
    }
  }

  /// As it is sent.
  public var json: JSONValue {
    var out: JSONObject = ["mode": .string(mode.rawValue)]
    out.add("expiresAt", time: expiresAt)
    return .object(out)
  }
}

/// What a decision answers: the plan as it stands now, and the grants it made.
public struct PlanDecision: WireDocument {
  /// The plan as it stands now.
  public var plan: ReviewPlan
  /// What the decision made.
  public var grants: [CapabilityGrant]

  /// From its parts.
  public init(plan: ReviewPlan, grants: [CapabilityGrant]) {
    self.plan = plan
    self.grants = grants
  }

  /// From an answer.
  public init(json: JSONValue) throws(JSONError) {
    let fields = try WireFields(json, "decision")
    guard let document = fields.any("plan") else { throw fields.error("plan", "an object") }
    plan = try ReviewPlan(json: document)
    grants = fields.any("grants") == nil ? [] : try fields.list("grants", of: CapabilityGrant.self)
  }

  /// As it is answered.
  public var json: JSONValue { ["plan": plan.json, "grants": .array(grants.map(\.json))] }
}
