/// Which reasons were granted to the project already.
///
/// Reference: control-plane.md, "Risk reasons".
public struct GrantCoverage: Sendable, Hashable {
  /// Granted, in the order of the reasons.
  public var covered: [RiskReason]
  /// What somebody still has to look at, in the order of the reasons.
  public var uncovered: [RiskReason]

  /// From its parts.
  public init(covered: [RiskReason], uncovered: [RiskReason]) {
    self.covered = covered
    self.uncovered = uncovered
  }

  /// Looks the reasons up in the grants of the project that are active. A reason that cannot be
  /// granted is not covered, whatever a grant says.
  public init(of reasons: [RiskReason], by grants: [CapabilityGrant]) {
    let granted = Set(grants.filter { $0.status == .active }.flatMap(\.reasons))
    covered = reasons.filter { $0.isGrantable && granted.contains($0) }
    uncovered = reasons.filter { !$0.isGrantable || !granted.contains($0) }
  }

  /// The grants that cover something, in their order.
  public static func using(
    _ grants: [CapabilityGrant], for reasons: [RiskReason]
  ) -> [CapabilityGrant] {
    let wanted = Set(reasons.filter(\.isGrantable))
    return grants.filter { $0.status == .active && !wanted.isDisjoint(with: $0.reasons) }
  }
}
