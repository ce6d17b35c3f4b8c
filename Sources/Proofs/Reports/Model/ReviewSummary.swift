import ControlPlaneAPI

/// What a control plane says of a contract that somebody has to look at.
public struct ReviewSummary: Sendable, Hashable {
  /// The review plan.
  public var plan: String
  /// Where it stands, in the protocol's word.
  public var status: String
  /// Where it can be looked at.
  public var url: String?
  /// Seconds since 1970.
  public var expiresAt: Int64?
  /// Reasons that grants cover.
  public var covered: [String]
  /// Reasons that nobody has approved.
  public var uncovered: [String]

  /// From the answer.
  public init(_ required: PlanRequired) {
    plan = required.planID
    status = PlanRequired.status
    url = required.reviewURL
    expiresAt = required.expiresAt
    covered = required.coverage.covered.map(\.description)
    uncovered = required.coverage.uncovered.map(\.description)
  }
}
