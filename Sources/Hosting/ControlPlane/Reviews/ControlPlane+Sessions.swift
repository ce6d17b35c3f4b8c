import ControlPlaneAPI
import Contracts
import Digests
import FoundationEssentials
import GRDB

/// A session as it is kept.
struct SessionRecord: Sendable {
  var id: String
  var project: String
  var service: ServiceName
  var region: String
  var scope: String
  var size: String
  var registry: String
  var namespace: String
  var contract: Contract
  var contractSha: Digest
  var provenance: Provenance
  /// The approval it rests on.
  var review: String?
  /// Milliseconds since 1970.
  var expires: Int64
  /// The image that it was used for, and what was answered.
  var used: (image: String, answer: DeployAccepted)?
}

extension ControlPlane {
  /// What a request for a session gets.
  enum SessionAnswer: Sendable {
    case session(DeploySession)
    case review(PlanRequired)
  }

  /// Opens a session for exactly this contract, or says what somebody has to look at first.
  ///
  /// - Throws: 400 for a name; 403; 409 where the plan that was waited for was rejected; 413; 429.
  func openSession(_ request: SessionRequest, by caller: Caller) throws -> SessionAnswer {
    let service = try ServiceName(request.projectName)
    let project = service.text
    try caller.require(.deploy, project)
    guard (1...63).contains(request.region.utf8.count) else {
      throw ControlPlaneError(400, "no region", "expected 1 to 63 bytes")
    }
    let size = request.contract.canonicalBytes.count
    guard size <= policy.mostContractBytes else {
      throw ControlPlaneError(
        413, "the contract is too large",
        "\(size) bytes, expected at most \(policy.mostContractBytes)")
    }
    return try change { reviews in
      try refuseRejected(request, project, reviews)
      let findings = try reviews.findings(
        project, RiskAssessment.Side(request.contract, request.provenance))
      let sha = request.contractSha256
      let approval = try reviews.approval(project, sha, of: findings.coverage.uncovered)
      guard findings.coverage.uncovered.isEmpty || approval != nil else {
        let plan = try reviews.ask(project, request.contract, findings, by: caller)
        return .review(required(plan, findings))
      }
      return .session(
        try open(request, service, findings, approval, by: caller, reviews))
    }
  }

  // Who waited for a plan wants to hear how it ended.
  private func refuseRejected(
    _ request: SessionRequest, _ project: String, _ reviews: Reviews
  ) throws {
    guard let id = request.planID, let plan = try reviews.plan(id), plan.projectName == project,
      plan.proposedSha == request.contractSha256, plan.status == .rejected
    else { return }
    throw ControlPlaneError(
      409, "the plan was rejected", "plan \(id); ask again without it",
      reasons: plan.reasons.map(\.description))
  }

  private func required(_ plan: ReviewPlan, _ findings: Reviews.Findings) -> PlanRequired {
    PlanRequired(
      planID: plan.id, reviewURL: publicURL.map { "\($0)/plans/\(plan.id)" },
      baselineSha: plan.baselineSha, proposedSha: plan.proposedSha,
      expiresAt: plan.expiresAt / 1000, reasons: findings.reasons, coverage: findings.coverage)
  }

  private func open(
    _ request: SessionRequest, _ service: ServiceName, _ findings: Reviews.Findings,
    _ approval: ReviewPlan?, by caller: Caller, _ reviews: Reviews
  ) throws -> DeploySession {
    let (db, now) = (reviews.db, reviews.now)
    try db.execute(
      sql: "DELETE FROM sessions WHERE expires <= ? AND image IS NULL", arguments: [now])
    let open = try Int.fetchOne(
      db,
      sql: "SELECT count(*) FROM sessions WHERE token = ? AND expires > ? AND image IS NULL",
      arguments: [caller.tokenID, now])
    guard open ?? 0 < policy.mostSessions else {
      throw ControlPlaneError.tooMany(
        "\(policy.mostSessions) sessions of the token are open", retryAfter: 60)
    }
    let project = service.text
    let live = try ServiceRecord.find(project, in: db)
    let expires = now + policy.sessionLifetime
    let lease = try parts.registry.lease(
      project: project, service: project, expiresAt: expires)
    let session = DeploySession(
      sessionID: try Identifier.make("session"), provider: parts.provider.name,
      registryHost: lease.host, namespace: lease.namespace, registryUsername: lease.username,
      registryPassword: lease.password, scopeID: parts.provider.scope(of: project),
      planID: live?.size ?? parts.provider.defaultSize, region: request.region,
      urlHint: parts.provider.url(of: project), expiresAt: expires / 1000,
      grantIDs: findings.grants.map(\.id))
    try db.execute(
      sql: """
        INSERT INTO sessions(id, token, project, service, region, scope, size, registry, namespace,
          contract, contract_sha, sources, prover, review, created, expires)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        session.sessionID, caller.tokenID, project, project, request.region, session.scopeID,
        session.planID, lease.host, lease.namespace, Data(request.contract.canonicalBytes),
        request.contractSha256.hex, request.provenance.sources?.hex, request.provenance.prover,
        approval?.id, now, expires,
      ])
    return session
  }

  /// A session of the caller's; one of somebody else is as good as none.
  func session(_ id: String, of caller: Caller, in db: Database) throws -> SessionRecord {
    let row = try Row.fetchOne(
      db, sql: "SELECT * FROM sessions WHERE id = ? AND token = ?",
      arguments: [id, caller.tokenID])
    guard let row, let sha = Digest(sha256Hex: row["contract_sha"] as String) else {
      throw ControlPlaneError(403, "no such session", "the session is none of this token, or over")
    }
    var used: (String, DeployAccepted)?
    if let image = row["image"] as String?, let answer = row["answer"] as String? {
      used = (image, try DeployAccepted(answer: answer.utf8))
    }
    return SessionRecord(
      id: row["id"], project: row["project"],
      service: try ServiceName(row["service"]), region: row["region"], scope: row["scope"],
      size: row["size"], registry: row["registry"], namespace: row["namespace"],
      contract: try Contract(bytes: row["contract"] as Data), contractSha: sha,
      provenance: Provenance(
        sources: (row["sources"] as String?).flatMap { Digest(sha256Hex: $0) },
        prover: row["prover"]),
      review: row["review"], expires: row["expires"], used: used)
  }
}
