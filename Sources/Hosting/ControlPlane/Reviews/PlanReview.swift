import ControlPlaneAPI
import Contracts

/// A plan with all that a person looks at before he decides.
package struct PlanReview: Sendable {
  /// Whether the person may decide, and why not.
  package enum Standing: Sendable, Hashable {
    /// He may.
    case mayDecide
    /// He asked for it himself, and here somebody else has to decide.
    case isOwn
    /// His token has not the right to review.
    case hasNoRight
    /// Nobody can: it was decided, or it is over.
    case isClosed
  }

  /// The plan itself.
  package var plan: ReviewPlan
  /// Which of its reasons the grants of this moment cover.
  package var coverage: GrantCoverage
  /// What differs between the contracts; nil where the baseline's is not there any more.
  package var delta: Delta?
  /// Whether another contract than the plan's baseline is deployed now, so that the risks of a
  /// deploy will be others than those of the plan.
  package var isOutdated: Bool
  /// Who asked for it, sorted.
  package var askedBy: [String]
  /// Who decided.
  package var decidedBy: String?
  /// The grants that its approval made.
  package var grants: [CapabilityGrant]
  /// Whether the person may decide.
  package var standing: Standing
}

/// A part of the plans, newest first.
package struct PlanList: Sendable {
  /// The plans.
  package var plans: [ReviewPlan]
  /// What asks for the plans after these; nil where there are none.
  package var next: Int64?
}
