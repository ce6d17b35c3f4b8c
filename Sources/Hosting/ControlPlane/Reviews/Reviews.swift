import ControlPlaneAPI
import Contracts
import Digests
import FoundationEssentials
import GRDB
import JSON
import ProjectFiles

/// What somebody has to look at before it runs: baselines, plans and grants, inside a transaction of
/// the caller's.
///
/// Reference: control-plane.md, "Risk reasons".
struct Reviews {
  let db: Database
  let now: Int64
  let reviewsFirstDeploy: Bool

  /// What is new in a contract, and what of it still needs somebody's eyes.
  struct Findings {
    var baselineSha: Digest?
    var reasons: [RiskReason]
    var coverage: GrantCoverage
    var grants: [CapabilityGrant]
  }

  func findings(_ project: String, _ proposed: RiskAssessment.Side) throws -> Findings {
    let row = try Row.fetchOne(
      db, sql: "SELECT contract, sources, prover FROM services WHERE project = ?",
      arguments: [project])
    let baseline = try row.map { row in
      RiskAssessment.Side(
        try Contract(bytes: row["contract"] as Data),
        Provenance(
          sources: (row["sources"] as String?).flatMap { Digest(sha256Hex: $0) },
          prover: row["prover"]))
    }
    var reasons: [RiskReason] = []
    if baseline != nil || reviewsFirstDeploy {
      reasons =
        RiskAssessment(from: baseline, to: proposed, isSecretName: SecretNames.isSecret).reasons
    }
    let grants = try self.grants(of: project)
    return Findings(
      baselineSha: baseline?.contract.sha256, reasons: reasons,
      coverage: GrantCoverage(of: reasons, by: grants),
      grants: GrantCoverage.using(grants, for: reasons))
  }

  // MARK: Plans

  /// The plan with its state at this moment.
  func plan(_ id: String) throws -> ReviewPlan? {
    try Row.fetchOne(db, sql: "SELECT * FROM plans WHERE id = ?", arguments: [id]).map(plan)
  }

  private func plan(_ row: Row) throws -> ReviewPlan {
    guard let proposed = Digest(sha256Hex: row["proposed_sha"] as String),
      let status = ReviewPlan.Status(rawValue: row["status"])
    else { throw ControlPlaneError(500, "a plan cannot be read") }
    var plan = ReviewPlan(
      id: row["id"], projectName: row["project"],
      baselineSha: (row["baseline_sha"] as String?).flatMap { Digest(sha256Hex: $0) },
      proposedSha: proposed, createdAt: row["created"], reasons: try Self.reasons(row["reasons"]))
    plan.expiresAt = row["expires"]
    plan.decidedAt = row["decided"]
    plan.decidedByTokenID = row["decided_by"]
    plan.consumedAt = row["consumed"]
    plan.status = status
    if status == .pending || status == .approved, plan.expiresAt <= now { plan.status = .expired }
    return plan
  }

  /// The plans of a contract that may still matter, newest first.
  private func plans(_ project: String, _ sha: Digest) throws -> [ReviewPlan] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT * FROM plans WHERE project = ? AND proposed_sha = ? AND expires > ?
        ORDER BY created DESC, id
        """, arguments: [project, sha.hex, now]
    ).map(plan)
  }

  /// An approval that covers what grants do not: of exactly this contract, and of these reasons.
  func approval(_ project: String, _ sha: Digest, of reasons: [RiskReason]) throws -> ReviewPlan? {
    try plans(project, sha).first {
      $0.status == .approved && Set(reasons).isSubset(of: $0.reasons)
    }
  }

  /// The question that is already asked, or a new one.
  func ask(
    _ project: String, _ contract: Contract, _ findings: Findings, by caller: Caller
  ) throws -> ReviewPlan {
    let sha = contract.sha256
    let asked = try plans(project, sha).first {
      $0.status == .pending && $0.reasons == findings.reasons
        && $0.baselineSha == findings.baselineSha
    }
    let plan = try asked ?? create(project, contract, findings, by: caller)
    try db.execute(
      sql: "INSERT OR IGNORE INTO plan_people(plan, person) VALUES (?, ?)",
      arguments: [plan.id, caller.person])
    return plan
  }

  private static let mostPending = 50

  private func create(
    _ project: String, _ contract: Contract, _ findings: Findings, by caller: Caller
  ) throws -> ReviewPlan {
    let pending = try Int.fetchOne(
      db,
      sql: "SELECT count(*) FROM plans WHERE project = ? AND status = 'pending' AND expires > ?",
      arguments: [project, now])
    guard pending ?? 0 < Self.mostPending else {
      throw ControlPlaneError.tooMany(
        "\(Self.mostPending) plans of the project wait for a decision", retryAfter: 60)
    }
    let plan = ReviewPlan(
      id: try Identifier.make("plan"), projectName: project, baselineSha: findings.baselineSha,
      proposedSha: contract.sha256, createdAt: now, reasons: findings.reasons)
    try db.execute(
      sql: """
        INSERT INTO plans(id, project, status, baseline_sha, proposed_sha, contract, reasons,
          created, expires) VALUES (?, ?, 'pending', ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        plan.id, project, plan.baselineSha?.hex, plan.proposedSha.hex,
        Data(contract.canonicalBytes), Self.text(plan.reasons), plan.createdAt, plan.expiresAt,
      ])
    var entry = AuditEntry(.planCreated, by: caller)
    (entry.service, entry.plan, entry.contractSha) = (project, plan.id, plan.proposedSha.hex)
    entry.reasons = plan.reasons.map(\.description)
    try AuditLog.queue(entry, at: now, in: db)
    return plan
  }

  /// Uses an approval up.
  func consume(_ id: String) throws {
    try db.execute(
      sql:
        "UPDATE plans SET status = 'consumed', consumed = ? WHERE id = ? AND status = 'approved'",
      arguments: [now, id])
    guard db.changesCount == 1 else { throw ControlPlaneError(409, "the plan was used") }
  }

  /// Whether somebody asked for a plan himself.
  func isOwn(_ id: String, of caller: Caller) throws -> Bool {
    try Row.fetchOne(
      db, sql: "SELECT 1 FROM plan_people WHERE plan = ? AND person = ?",
      arguments: [id, caller.person]) != nil
  }

  // MARK: Text in the database

  private static func text(_ reasons: [RiskReason]) -> String {
    JSONValue.strings(reasons.map(\.description)).minified
  }

  private static func reasons(_ text: String) throws -> [RiskReason] {
    (try JSONReader.strict(text.utf8).stringArray ?? []).map { RiskReason($0) }
  }
}
