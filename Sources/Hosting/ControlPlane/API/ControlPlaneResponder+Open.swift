import ControlPlaneAPI
import GRDB
import HTTPTypes
import Hummingbird

/// What is answered to whoever has no token yet, and what is told of the server itself.
extension ControlPlaneResponder {
  func startDevice(_ request: Request, _ context: Context) async throws -> Answer {
    let now = plane.clock()
    try plane.limits.signIns.require(context.address, now: now)
    _ = try NoBody(body: await body(request, context))
    let (plane, address) = (plane, context.address)
    let client = request.headers[.userAgent] ?? ""
    let url = (plane.publicURL ?? "http://\(request.head.authority ?? "localhost")")
    return Answer(
      .ok,
      try await onThread {
        try plane.devices.start(
          address: address, client: client, verificationURL: url + "/device", now: now)
      })
  }

  func pollDevice(_ request: Request, _ context: Context) async throws -> Answer {
    let poll = try DevicePoll(body: await body(request, context))
    let (plane, now) = (plane, plane.clock())
    let answer = try await onThread {
      let answer = try plane.devices.poll(poll.deviceCode, now: now)
      try plane.audit.drain(plane.database.pool)
      return answer
    }
    return switch answer {
    case .pending: Answer(.accepted, NoBody())
    case .signedIn(let signedIn): Answer(.ok, signedIn)
    }
  }

  // MARK: What is told of the server

  func ready() async throws -> Answer {
    let plane = plane
    do {
      try await onThread {
        try plane.audit.drain(plane.database.pool)
        _ = try plane.tokens.all()
      }
    } catch {
      var problem = ControlPlaneError(503, "not ready")
      problem.cause = "\(error)"
      throw problem
    }
    return Answer(text: "ready\n")
  }

  func counters(_ request: Request, _ context: Context) async throws -> Answer {
    guard try await caller(request, context).rights.contains(.admin) else {
      throw ControlPlaneError.denied("the counters need a token with the right to admin")
    }
    let plane = plane
    let (gauges, registry) = try await onThread {
      (try plane.gauges(), plane.parts.registry.counters ?? "")
    }
    return Answer(
      text: metrics.text(gauges) + registry, type: "text/plain; version=0.0.4; charset=utf-8")
  }

  func checkpoint() async throws -> Answer {
    let plane = plane
    guard let bytes = try await onThread({ try plane.audit.checkpoint() }) else {
      throw ControlPlaneError.missing("the audit log has no row yet")
    }
    return Answer(.ok, "text/plain; charset=utf-8", bytes)
  }
}

extension ControlPlane {
  /// For the counters: name, help, value.
  func gauges() throws -> [(String, String, Int)] {
    let now = clock()
    return try database.pool.read { db in
      func count(_ sql: String, _ arguments: StatementArguments = []) throws -> Int {
        try Int.fetchOne(db, sql: sql, arguments: arguments) ?? 0
      }
      return [
        ("services", "Services.", try count("SELECT count(*) FROM services")),
        (
          "deployments_pending", "Deployments that are under way.",
          try count("SELECT count(*) FROM deployments WHERE status = 'pending'")
        ),
        (
          "plans_pending", "Plans that wait for a decision.",
          try count(
            "SELECT count(*) FROM plans WHERE status = 'pending' AND expires > ?", [now])
        ),
        (
          "audit_waiting", "Rows that are not in the audit log yet.",
          try count("SELECT count(*) FROM audit_queue")
        ),
      ]
    }
  }
}
