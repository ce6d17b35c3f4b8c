import ControlPlane
import ControlPlaneAPI

extension ControlPlanePages {
  func grantsPage(_ visitor: Visitor) async throws -> PageReply {
    let (plane, now) = (plane, plane.clock())
    let grants = try await plane.onThread { try plane.grants(for: visitor.caller) }.grants
    return .page(
      "grants", title: "Grants", for: visitor, in: .grants,
      ["grants": .list(grants.map { Self.row($0, visitor.caller, now) })])
  }

  private static func row(_ grant: CapabilityGrant, _ caller: Caller, _ now: Int64) -> PageValue {
    let canRevoke = grant.status == .active && caller.may(.review, grant.projectName)
    return [
      "id": .text(grant.id), "project": .text(grant.projectName),
      "reasons": .list(grant.reasons.map { .text($0.description) }),
      "status": StatusBadge.grant(grant.status),
      "created": Shown.time(grant.createdAt, now: now),
      "expires": Shown.time(grant.expiresAt, now: now),
      "plan": .text(PageRoute.plan(grant.sourcePlanID).path),
      "revoke": .optional(canRevoke ? PageRoute.revokeGrant(grant.id).path : nil),
    ]
  }

  func revokeGrant(_ id: String, _ visitor: Visitor) async throws -> PageReply {
    let plane = plane
    _ = try await plane.onThread { try plane.revokeGrant(id, by: visitor.caller) }
    return .redirect(PageRoute.grants.path)
  }
}
