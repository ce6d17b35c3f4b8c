import ControlPlaneAPI
import GRDB

extension ControlPlane {
  /// A plan, for whoever may see its project.
  func plan(_ id: String, for caller: Caller) throws -> ReviewPlan {
    try read { reviews in try plan(id, for: caller, reviews) }
  }

  private func plan(_ id: String, for caller: Caller, _ reviews: Reviews) throws -> ReviewPlan {
    guard let plan = try reviews.plan(id), caller.mayRead(plan.projectName) else {
      throw ControlPlaneError.missing("there is no such plan")
    }
    return plan
  }

  /// Approves a plan for one deploy, or grants its reasons too.
  ///
  /// - Throws: 403 without the right, or for one's own plan where four eyes are asked for; 404; 409 in
  ///   another state than pending; 410 expired.
  package func approve(_ id: String, _ approval: PlanApproval, by caller: Caller) throws
    -> PlanDecision
  {
    if let expires = approval.expiresAt, expires <= clock() {
      throw ControlPlaneError(400, "expiresAt is over", "expected a time to come")
    }
    return try decide(id, .approved, by: caller) { plan, reviews in
      guard approval.mode == .grant else { return [] }
      return try reviews.grant(plan, expiresAt: approval.expiresAt, by: caller)
    }
  }

  /// Rejects a plan.
  ///
  /// - Throws: as ``approve(_:_:by:)``.
  package func reject(_ id: String, by caller: Caller) throws -> PlanDecision {
    try decide(id, .rejected, by: caller) { _, _ in [] }
  }

  private func decide(
    _ id: String, _ status: ReviewPlan.Status, by caller: Caller,
    _ follow: (ReviewPlan, Reviews) throws -> [CapabilityGrant]
  ) throws -> PlanDecision {
    do {
      return try change { reviews in
        try decide(id, status, by: caller, reviews, follow)
      }
    } catch let refusal as OwnPlan {
      var entry = AuditEntry(.decisionRefused, by: caller)
      (entry.service, entry.plan) = (refusal.project, id)
      try note(entry)
      throw ControlPlaneError.denied(
        "somebody else has to decide on a plan that one asked for oneself")
    }
  }

  /// Refused, and written down.
  private struct OwnPlan: Error {
    var project: String
  }

  private func decide(
    _ id: String, _ status: ReviewPlan.Status, by caller: Caller, _ reviews: Reviews,
    _ follow: (ReviewPlan, Reviews) throws -> [CapabilityGrant]
  ) throws -> PlanDecision {
    let plan = try plan(id, for: caller, reviews)
    try caller.require(.review, plan.projectName)
    if policy.needsFourEyes, try reviews.isOwn(id, of: caller) {
      throw OwnPlan(project: plan.projectName)
    }
    switch plan.status {
    case .pending: break
    case .expired: throw ControlPlaneError(410, "the plan expired", "plan \(id)")
    default: throw ControlPlaneError(409, "the plan is \(plan.status.rawValue)", "plan \(id)")
    }
    try reviews.db.execute(
      sql: "UPDATE plans SET status = ?, decided = ?, decided_by = ? WHERE id = ?",
      arguments: [status.rawValue, reviews.now, caller.tokenID, id])
    var entry = AuditEntry(status == .approved ? .planApproved : .planRejected, by: caller)
    (entry.service, entry.plan) = (plan.projectName, id)
    entry.contractSha = plan.proposedSha.hex
    try AuditLog.queue(entry, at: reviews.now, in: reviews.db)
    let grants = try follow(plan, reviews)
    return PlanDecision(plan: try self.plan(id, for: caller, reviews), grants: grants)
  }

  // MARK: Grants

  /// The grants that the caller may see, newest first; of one project where it is named.
  package func grants(of project: String? = nil, for caller: Caller) throws -> GrantList {
    if let project {
      guard caller.mayRead(project) else {
        throw ControlPlaneError.denied("the token is not for the project \(project)")
      }
    }
    return GrantList(
      grants: try read { try $0.grants(of: project) }.filter { caller.mayRead($0.projectName) })
  }

  /// Ends a grant; one that ended is answered as it is.
  ///
  /// - Throws: 403; 404.
  package func revokeGrant(_ id: String, by caller: Caller) throws -> RevokedGrant {
    try change { reviews in
      guard let grant = try reviews.grant(id), caller.mayRead(grant.projectName) else {
        throw ControlPlaneError.missing("there is no such grant")
      }
      try caller.require(.review, grant.projectName)
      try reviews.db.execute(
        sql: "UPDATE grants SET revoked = ? WHERE id = ? AND revoked IS NULL",
        arguments: [reviews.now, id])
      if reviews.db.changesCount == 1 {
        var entry = AuditEntry(.grantRevoked, by: caller)
        (entry.service, entry.subject) = (grant.projectName, id)
        entry.reasons = grant.reasons.map(\.description)
        try AuditLog.queue(entry, at: reviews.now, in: reviews.db)
      }
      return RevokedGrant(grant: try reviews.grant(id) ?? grant)
    }
  }
}
