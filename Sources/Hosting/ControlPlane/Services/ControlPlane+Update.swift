import ControlPlaneAPI
import Contracts
import Digests
import Encodings

extension ControlPlane {
  /// Changes a service to what a session allows, once: the same session and image again get the same
  /// answer, whatever happened since.
  ///
  /// - Throws: 403 for a session of somebody else; 409 where the service, its contract or the session
  ///   is not what the client saw; 410 where the session is over; 422 where the image is not the
  ///   session's, which the audit log tells.
  func update(
    _ name: String, _ update: ServiceUpdate, by caller: Caller
  ) async throws -> DeployAccepted {
    let service = try ServiceName(name)
    try checkEnv(update)
    let session = try await onThread { [self] in
      try read { reviews in try self.session(update.sessionID, of: caller, in: reviews.db) }
    }
    guard session.service == service else {
      throw ControlPlaneError.denied(
        "the session is for the service \(session.service.text), not for \(name)")
    }
    try caller.require(.deploy, session.project)
    if let answer = try Self.replay(session, update) {
      // What was accepted may not have been told yet.
      try await onThread { [self] in try audit.drain(database.pool) }
      runner.wake()
      return answer
    }
    guard session.expires > clock() else {
      throw ControlPlaneError(410, "the session is over", "ask for another one")
    }
    let inspected = try await inspect(session, update, by: caller)
    let answer = try await onThread { [self] in
      try accept(session, update, inspected, by: caller)
    }
    runner.wake()
    return answer
  }

  static func replay(
    _ session: SessionRecord, _ update: ServiceUpdate
  ) throws -> DeployAccepted? {
    guard let used = session.used else { return nil }
    guard UTF8Order.equal(used.image, update.image) else {
      throw ControlPlaneError(
        409, "the session was used", "for \(used.image)",
        reasons: ["the session was used for \(used.image)"])
    }
    return used.answer
  }

  private func checkEnv(_ update: ServiceUpdate) throws {
    let names = update.env.keys.map(\.text) + update.keepEnv
    for name in names {
      let isName =
        (1...255).contains(name.utf8.count)
        && !name.utf8.contains { $0 < 0x21 || $0 == UInt8(ascii: "=") || $0 == 0x7f }
      guard isName else {
        throw ControlPlaneError(
          400, "no name of an environment", "expected 1 to 255 bytes without spaces and =")
      }
    }
    if update.env.values.contains(where: { $0.utf8.contains(0) }) {
      throw ControlPlaneError(400, "a value with a NUL byte", "no environment can hold one")
    }
    guard Set(names.map { ByteName($0) }).count == names.count else {
      throw ControlPlaneError(400, "an env name twice", "expected each name in env or in keepEnv")
    }
    let size =
      names.reduce(0) { $0 + $1.utf8.count }
      + update.env.values.reduce(0) { $0 + $1.utf8.count }
    guard size <= policy.mostEnvBytes else {
      throw ControlPlaneError(
        413, "the environment is too large",
        "\(size) bytes, expected at most \(policy.mostEnvBytes)")
    }
  }

  // MARK: The image

  private func inspect(
    _ session: SessionRecord, _ update: ServiceUpdate, by caller: Caller
  ) async throws -> InspectedImage {
    do {
      let image = try ImageReference(
        update.image, registry: session.registry, namespace: session.namespace,
        service: session.service)
      try requireProver(session)
      let found = try await parts.inspection.inspect(
        image.digest, in: image.repository, for: session.contract)
      try Self.compare(found, session)
      return found
    } catch let refusal as ImageRefusal {
      throw try await refused(
        ControlPlaneError(
          422, "the image is not the session's contract", refusal.reasons.first,
          reasons: refusal.reasons), session, update, by: caller)
    } catch let error as ControlPlaneError where error.problem.status == 422 {
      throw try await refused(error, session, update, by: caller)
    }
  }

  // Two provers may judge one program otherwise; to say so is better than to show the differences.
  private func requireProver(_ session: SessionRecord) throws {
    guard let own = parts.inspection.prover, let claimed = session.provenance.prover,
      !UTF8Order.equal(own, claimed)
    else { return }
    throw ImageRefusal([
      "prover \(claimed), expected \(own): use the release of zigttp that the control plane has"
    ])
  }

  // What the client said of its sources decided whether a review was needed.
  private static func compare(_ found: InspectedImage, _ session: SessionRecord) throws {
    var reasons: [String] = []
    if found.contractSha != session.contractSha {
      reasons.append("contract \(found.contractSha.hex), expected \(session.contractSha.hex)")
    }
    if let claimed = session.provenance.sources, found.provenance.sources != claimed {
      reasons.append(
        "sources \(found.provenance.sources?.hex ?? "unknown"), expected \(claimed.hex)")
    }
    if let claimed = session.provenance.prover, found.provenance.prover != claimed {
      reasons.append("prover \(found.provenance.prover ?? "unknown"), expected \(claimed)")
    }
    if !reasons.isEmpty { throw ImageRefusal(reasons) }
  }

  private func refused(
    _ error: ControlPlaneError, _ session: SessionRecord, _ update: ServiceUpdate,
    by caller: Caller
  ) async throws -> ControlPlaneError {
    var entry = AuditEntry(.deployRefused, by: caller)
    (entry.service, entry.plan) = (session.service.text, session.review)
    (entry.image, entry.contractSha) = (update.image, session.contractSha.hex)
    entry.reasons = error.problem.reasons.isEmpty ? [error.description] : error.problem.reasons
    let told = entry
    try await onThread { [self] in try note(told) }
    return error
  }
}
