import ControlPlaneAPI
import Encodings
import FoundationEssentials
import GRDB
import JSON

/// The one transaction in which a change of a service is accepted: all of it, or nothing.
extension ControlPlane {
  func accept(
    _ session: SessionRecord, _ update: ServiceUpdate, _ inspected: InspectedImage,
    by caller: Caller
  ) throws -> DeployAccepted {
    try change { reviews in
      let db = reviews.db
      let session = try self.session(session.id, of: caller, in: db)
      // Another one with the same session may have been quicker.
      if let answer = try Self.replay(session, update) { return answer }
      guard try Tokens.isActive(caller.tokenID, now: reviews.now, in: db) else {
        throw ControlPlaneError.unauthorized
      }
      let live = try ServiceRecord.find(session.service.text, in: db)
      try Self.requireUnmoved(live, update)
      let review = try requireReviewed(session, inspected, live, reviews)
      let accepted = DeployAccepted(
        serviceID: try live?.id ?? Identifier.make("service"),
        deploymentID: try Identifier.make("deployment"),
        url: parts.provider.url(of: session.service.text),
        generation: (live?.generation ?? 0) + 1)
      try write(accepted, session, update, inspected, by: caller, reviews)
      if let review { try reviews.consume(review) }
      var entry = AuditEntry(.deployAccepted, by: caller)
      (entry.service, entry.plan) = (session.service.text, review)
      (entry.subject, entry.image) = (accepted.deploymentID, update.image)
      (entry.contractSha, entry.generation) = (session.contractSha.hex, accepted.generation)
      try AuditLog.queue(entry, at: reviews.now, in: db)
      return accepted
    }
  }

  private static func requireUnmoved(_ live: ServiceRecord?, _ update: ServiceUpdate) throws {
    var reasons: [String] = []
    if live?.generation != update.ifGeneration {
      func word(_ generation: Int64?) -> String { generation.map { "\($0)" } ?? "none" }
      reasons.append(
        "generation is \(word(live?.generation)), expected \(word(update.ifGeneration))")
    }
    let known = Set((live?.envKeys ?? []).map { ByteName($0) })
    for name in update.keepEnv where !known.contains(name) {
      reasons.append("there is no value of \(name) to keep")
    }
    guard !reasons.isEmpty else { return }
    throw moved(reasons, live)
  }

  private static func moved(_ reasons: [String], _ live: ServiceRecord?) -> ControlPlaneError {
    var error = ControlPlaneError(409, "the service moved", reasons.first, reasons: reasons)
    error.problem.current = live?.live()
    return error
  }

  // The baseline, the grants and the plan of this moment count, not those of the session's.
  private func requireReviewed(
    _ session: SessionRecord, _ inspected: InspectedImage, _ live: ServiceRecord?,
    _ reviews: Reviews
  ) throws -> String? {
    let findings = try reviews.findings(
      session.project, RiskAssessment.Side(session.contract, inspected.provenance))
    let approval = try reviews.approval(
      session.project, session.contractSha, of: findings.coverage.uncovered)
    guard findings.coverage.uncovered.isEmpty || approval != nil else {
      throw Self.moved(findings.coverage.uncovered.map { "needs a review: \($0)" }, live)
    }
    // An approval that grants make unnecessary is for this contract all the same.
    return approval?.id
  }

  private func write(
    _ accepted: DeployAccepted, _ session: SessionRecord, _ update: ServiceUpdate,
    _ inspected: InspectedImage, by caller: Caller, _ reviews: Reviews
  ) throws {
    let (db, name) = (reviews.db, session.service.text)
    try db.execute(
      sql: """
        INSERT OR REPLACE INTO services(name, id, project, scope, region, size, image, generation,
          contract, contract_sha, sources, prover, deployment)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        name, accepted.serviceID, session.project, session.scope, session.region, session.size,
        update.image, accepted.generation, Data(session.contract.canonicalBytes),
        session.contractSha.hex, inspected.provenance.sources?.hex, inspected.provenance.prover,
        accepted.deploymentID,
      ])
    try SealedEnv(box: box, db: db).replace(update.env, keeping: update.keepEnv, of: name)
    try db.execute(
      sql: """
        INSERT INTO deployments(id, service, generation, image, contract_sha, email, created, status,
          url) VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', ?)
        """,
      arguments: [
        accepted.deploymentID, name, accepted.generation, update.image, session.contractSha.hex,
        caller.email, reviews.now, accepted.url,
      ])
    try db.execute(
      sql: "UPDATE sessions SET image = ?, answer = ? WHERE id = ?",
      arguments: [update.image, accepted.json.minified, session.id])
  }
}
