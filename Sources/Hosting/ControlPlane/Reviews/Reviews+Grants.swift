import ControlPlaneAPI
import GRDB

/// What a project need not be asked about again.
extension Reviews {
  /// The grants of a project, newest first; of every project without one.
  func grants(of project: String? = nil) throws -> [CapabilityGrant] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT * FROM grants WHERE ? IS NULL OR project = ? ORDER BY created DESC, id
        """, arguments: [project, project]
    ).map(grant)
  }

  func grant(_ id: String) throws -> CapabilityGrant? {
    try Row.fetchOne(db, sql: "SELECT * FROM grants WHERE id = ?", arguments: [id]).map(grant)
  }

  private func grant(_ row: Row) -> CapabilityGrant {
    var grant = CapabilityGrant(
      id: row["id"], projectName: row["project"], sourcePlanID: row["plan"],
      createdAt: row["created"], expiresAt: row["expires"], reasons: [RiskReason(row["reason"])])
    grant.revokedAt = row["revoked"]
    if grant.revokedAt != nil {
      grant.status = .revoked
    } else if let expires = grant.expiresAt, expires <= now {
      grant.status = .expired
    }
    return grant
  }

  /// Makes a grant of each reason that can be one.
  func grant(
    _ plan: ReviewPlan, expiresAt: Int64?, by caller: Caller
  ) throws -> [CapabilityGrant] {
    var made: [CapabilityGrant] = []
    for reason in plan.reasons where reason.isGrantable {
      let grant = CapabilityGrant(
        id: try Identifier.make("grant"), projectName: plan.projectName, sourcePlanID: plan.id,
        createdAt: now, expiresAt: expiresAt, reasons: [reason])
      try db.execute(
        sql: """
          INSERT INTO grants(id, project, plan, created, expires, reason)
          VALUES (?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          grant.id, grant.projectName, plan.id, now, expiresAt, reason.description,
        ])
      var entry = AuditEntry(.grantCreated, by: caller)
      (entry.service, entry.plan, entry.subject) = (plan.projectName, plan.id, grant.id)
      entry.reasons = [reason.description]
      try AuditLog.queue(entry, at: now, in: db)
      made.append(grant)
    }
    return made
  }
}
