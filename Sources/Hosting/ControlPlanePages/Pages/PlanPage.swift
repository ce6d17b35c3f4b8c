import ControlPlane
import ControlPlaneAPI
import Contracts

extension ControlPlanePages {
  func planPage(_ id: String, _ visitor: Visitor) async throws -> PageReply {
    let (plane, now) = (plane, plane.clock())
    let review = try await plane.onThread { try plane.review(id, for: visitor.caller) }
    return .page(
      "plan", title: "Review of \(review.plan.projectName)", for: visitor, in: .plans,
      review.values(now: now))
  }

  func approve(_ id: String, _ form: FormFields, _ visitor: Visitor) async throws -> PageReply {
    let plane = plane
    let approval: PlanApproval
    switch form["mode"] {
    case "once": approval = PlanApproval(mode: .once)
    case "grant":
      let expires = try Lifetime.grants.expiry(form["expires"], now: plane.clock())
      approval = PlanApproval(mode: .grant, expiresAt: expires)
    default: throw ControlPlaneError(400, "No way to approve", "Expected once or grant.")
    }
    _ = try await plane.onThread { try plane.approve(id, approval, by: visitor.caller) }
    return .redirect(PageRoute.plan(id).path)
  }

  func reject(_ id: String, _ visitor: Visitor) async throws -> PageReply {
    let plane = plane
    _ = try await plane.onThread { try plane.reject(id, by: visitor.caller) }
    return .redirect(PageRoute.plan(id).path)
  }
}

extension PlanReview {
  fileprivate func values(now: Int64) -> [String: PageValue] {
    let grantable = plan.reasons.filter(\.isGrantable)
    return [
      "id": .text(plan.id), "project": .text(plan.projectName),
      "path": .text(PageRoute.plan(plan.id).path),
      "status": StatusBadge.plan(plan.status),
      "created": Shown.time(plan.createdAt, now: now),
      "expires": Shown.time(plan.expiresAt, now: now),
      "servicePath": .text(PageRoute.service(plan.projectName).path),
      "isPending": .flag(plan.status == .pending),
      "isOpen": .flag(plan.status == .pending || plan.status == .approved),
      "consumed": Shown.time(plan.consumedAt, now: now),
      "askedBy": .list(askedBy.map(PageValue.text)),
      "decided": decision(now: now),
      "reasonCount": .text(Shown.count(plan.reasons.count, "reason")),
      "reasons": .list(plan.reasons.map(reason)),
      "isOutdated": .flag(isOutdated),
      "mayDecide": .flag(standing == .mayDecide), "isOwn": .flag(standing == .isOwn),
      "hasNoRight": .flag(standing == .hasNoRight),
      "canGrant": .flag(!grantable.isEmpty),
      "grantable": .list(grantable.map { .text($0.description) }),
      "grantsSome": .flag(grantable.count < plan.reasons.count),
      "lifetimes": Lifetime.grants.options,
      "proposedSha": .text(plan.proposedSha.hex),
      "baselineSha": .optional(plan.baselineSha?.hex),
      "hasDelta": .flag(delta != nil),
      "changes": .list((delta?.changes ?? []).map(\.value)),
      "changeCount": .text(Shown.count(delta?.changes.count ?? 0, "change")),
      "grants": .list(grants.map { grantMade($0, now: now) }),
    ]
  }

  private func decision(now: Int64) -> PageValue {
    guard let at = plan.decidedAt else { return false }
    let isRejected = plan.status == .rejected
    return [
      "time": Shown.time(at, now: now),
      "by": .text(decidedBy ?? plan.decidedByTokenID ?? "unknown"),
      "word": .text(isRejected ? "Rejected" : "Approved"), "isApproval": .flag(!isRejected),
    ]
  }

  private func reason(_ reason: RiskReason) -> PageValue {
    [
      "text": .text(reason.description), "explanation": .text(reason.explanation),
      "isCovered": .flag(coverage.covered.contains(reason)),
      "isOnceOnly": .flag(!reason.isGrantable),
    ]
  }

  private func grantMade(_ grant: CapabilityGrant, now: Int64) -> PageValue {
    [
      "reasons": .list(grant.reasons.map { .text($0.description) }),
      "status": StatusBadge.grant(grant.status), "expires": Shown.time(grant.expiresAt, now: now),
    ]
  }
}
