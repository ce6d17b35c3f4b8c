import JSON

/// A reason that a project need not be asked about again.
public struct CapabilityGrant: WireDocument {
  /// Where a grant stands.
  public enum Status: String, Sendable, Hashable, CaseIterable {
    case active, revoked, expired
  }

  /// What the grant is called.
  public var id: String
  /// Whose it is.
  public var projectName: String
  /// The plan whose approval made it.
  public var sourcePlanID: String
  /// Milliseconds since 1970.
  public var createdAt: Int64
  /// Milliseconds since 1970; nil for never.
  public var expiresAt: Int64?
  /// Milliseconds since 1970.
  public var revokedAt: Int64?
  /// Where it stands.
  public var status: Status
  /// What it covers.
  public var reasons: [RiskReason]

  /// An active grant from its parts.
  public init(
    id: String, projectName: String, sourcePlanID: String, createdAt: Int64, expiresAt: Int64?,
    reasons: [RiskReason]
  ) {
    self.id = id
    self.projectName = projectName
    self.sourcePlanID = sourcePlanID
    self.createdAt = createdAt
    self.expiresAt = expiresAt
    status = .active
    self.reasons = reasons
  }

  /// From an answer.
  public init(json: JSONValue) throws(JSONError) {
    let fields = try WireFields(json, "grant")
    id = try fields.string("id")
    projectName = try fields.string("projectName")
    sourcePlanID = try fields.string("sourcePlanId")
    createdAt = try fields.time("createdAt")
    expiresAt = try fields.timeIfAny("expiresAt")
    revokedAt = try fields.timeIfAny("revokedAt")
    status = try fields.word("status", Status.self)
    reasons = try fields.reasons("reasons")
  }

  /// As it is answered.
  public var json: JSONValue {
    var out: JSONObject = [
      "id": .string(id), "projectName": .string(projectName), "sourcePlanId": .string(sourcePlanID),
    ]
    out.add("createdAt", time: createdAt)
    out.add("expiresAt", time: expiresAt)
    out.add("revokedAt", time: revokedAt)
    out["status"] = .string(status.rawValue)
    out["reasons"] = .reasons(reasons)
    return .object(out)
  }
}

/// What `GET /v1/grants` and `GET /v1/projects/{name}/grants` answer.
public struct GrantList: WireDocument {
  /// Newest first.
  public var grants: [CapabilityGrant]

  /// From its part.
  public init(grants: [CapabilityGrant]) { self.grants = grants }

  /// From an answer.
  public init(json: JSONValue) throws(JSONError) {
    grants = try WireFields(json, "answer").list("grants", of: CapabilityGrant.self)
  }

  /// As it is answered.
  public var json: JSONValue { ["grants": .array(grants.map(\.json))] }
}

/// What a revocation answers.
public struct RevokedGrant: WireDocument {
  /// As it stands now.
  public var grant: CapabilityGrant

  /// From its part.
  public init(grant: CapabilityGrant) { self.grant = grant }

  /// From an answer.
  public init(json: JSONValue) throws(JSONError) {
    let fields = try WireFields(json, "answer")
    guard let document = fields.any("grant") else { throw fields.error("grant", "an object") }
    grant = try CapabilityGrant(json: document)
  }

  /// As it is answered.
  public var json: JSONValue { ["grant": grant.json] }
}
