import ControlPlaneAPI
import Digests
import Encodings
import JSON

/// What `review` answers: a plan, as it stands.
public struct ReviewDocument: Document {
  /// `schema/json/review-v1.schema.json`.
  public static let schema = "review"
  private let plan: ReviewPlan

  /// Of a plan.
  public init(_ plan: ReviewPlan) { self.plan = plan }

  /// For people.
  public var text: SafeText {
    func time(_ milliseconds: Int64?) -> SafeText {
      milliseconds.map { "\(Timestamp.rfc3339(milliseconds: $0))" } ?? "-"
    }
    var card = CardLines()
    card.field("Plan ID", "\(plan.id)")
    card.field("Project", "\(plan.projectName)")
    card.field("Status", "\(plan.status.rawValue)")
    card.field("Baseline", "\(plan.baselineSha?.hex ?? "none (first deploy)")")
    card.field("Proposed", "\(plan.proposedSha.hex)")
    card.field("Created", time(plan.createdAt))
    card.field("Expires", time(plan.expiresAt))
    card.field("Decided", time(plan.decidedAt))
    card.field("By", plan.decidedByTokenID.map { "token \($0)" } ?? "-")
    for reason in plan.reasons { card.field("Risk", "\(reason)") }
    return card.finished
  }

  /// The plan, as the control plane has it.
  public var members: JSONObject { plan.json.objectValue ?? JSONObject() }
}

/// What a decision answers: the plan, and the grants that it made.
public struct DecisionDocument: Document {
  /// `schema/json/review-decision-v1.schema.json`.
  public static let schema = "review-decision"
  private let decision: PlanDecision

  /// Of a decision.
  public init(_ decision: PlanDecision) { self.decision = decision }

  /// For people.
  public var text: SafeText {
    let plan = decision.plan
    let word: SafeText =
      decision.grants.isEmpty ? "\(plan.status.rawValue)" : "\(plan.status.rawValue) and granted"
    var text: SafeText = "Review:     plan \(plan.id) \(word)\n"
    if !decision.grants.isEmpty { text += GrantsDocument(decision.grants).text }
    return text
  }

  /// `plan` and `grants`, as the control plane has them.
  public var members: JSONObject { decision.json.objectValue ?? JSONObject() }
}

/// What `grants` answers.
public struct GrantsDocument: Document {
  /// `schema/json/grants-v1.schema.json`.
  public static let schema = "grants"
  private let grants: [CapabilityGrant]

  /// Of grants, newest first.
  public init(_ grants: [CapabilityGrant]) { self.grants = grants }

  /// For people.
  public var text: SafeText {
    guard !grants.isEmpty else { return "no grants\n" }
    let rows = grants.map { grant in
      [
        grant.id, grant.projectName, grant.status.rawValue,
        grant.expiresAt.map { Timestamp.rfc3339(milliseconds: $0) } ?? "never",
        grant.reasons.map(\.description).joined(separator: ", "),
      ]
    }
    return TextTable.render([["ID", "PROJECT", "STATUS", "EXPIRES", "SCOPE"]] + rows)
  }

  /// `grants`, as the control plane has them.
  public var members: JSONObject {
    GrantList(grants: grants).json.objectValue ?? JSONObject()
  }
}

/// What `revoke-grant` answers: the grant, as it stands now.
public struct RevokedGrantDocument: Document {
  /// `schema/json/revoke-grant-v1.schema.json`.
  public static let schema = "revoke-grant"
  private let grant: CapabilityGrant

  /// Of a grant.
  public init(_ grant: CapabilityGrant) { self.grant = grant }

  /// For people.
  public var text: SafeText { "Grant:      \(grant.id) \(grant.status.rawValue)\n" }
  /// `grant`, as the control plane has it.
  public var members: JSONObject { ["grant": grant.json] }
}
