import ControlPlaneAPI
import Encodings
import HTTPTypes
import Hummingbird
import JSON
import NIOCore
import HTTPListener

/// From a request to its call.
extension ControlPlaneResponder {
  func answer(_ request: Request, _ context: Context) async throws -> Answer {
    let target = request.head.path ?? "/"
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let query = parts.count > 1 ? parts[1] : ""
    if parts[0] == "/healthz" { return Answer(text: "ok\n") }
    if parts[0] == "/readyz" { return try await ready() }
    if parts[0] == "/metrics" { return try await counters(request, context) }
    if let pages, !Self.isCall(parts[0]) {
      return await page(pages, parts[0], query, request, context)
    }
    guard let call = ControlPlaneCall(path: parts[0]) else {
      throw ControlPlaneError.missing("no such call")
    }
    guard call.methods.contains(request.method.rawValue) else {
      throw ControlPlaneError(
        405, "not for this path",
        "\(request.method.rawValue), expected \(call.methods.joined(separator: " or "))")
    }
    switch call {
    case .startDevice: return try await startDevice(request, context)
    case .pollDevice: return try await pollDevice(request, context)
    case .auditCheckpoint: return try await checkpoint()
    default:
      let caller = try await caller(request, context)
      let body = request.method == .get ? [] : try await body(request, context)
      return try await answer(call, request, query, body, caller)
    }
  }

  func caller(_ request: Request, _ context: Context) async throws -> Caller {
    let now = plane.clock()
    guard case .token(let secret) = Credentials(request.headers[.authorization]) else {
      throw ControlPlaneError.unauthorized
    }
    let plane = plane
    let found = try await onThread {
      try plane.database.pool.read { db in try Tokens.holder(of: secret, now: now, in: db) }
    }
    guard let found else {
      try plane.limits.guesses.require(context.address, now: now)
      throw ControlPlaneError.unauthorized
    }
    try plane.limits.calls.require(found.tokenID, now: now)
    return found
  }

  private func answer(
    _ call: ControlPlaneCall, _ request: Request, _ query: Substring, _ body: [UInt8],
    _ caller: Caller
  ) async throws -> Answer {
    let plane = plane
    switch call {
    case .verifyToken: return Answer(.ok, SignedIn(email: caller.email))
    case .logout:
      _ = try await onThread {
        try plane.change {
          try Tokens.revoke(caller.tokenID, now: $0.now, by: caller, in: $0.db)
        }
      }
      return Answer(.noContent, nil, [])
    case .openSession: return try await openSession(SessionRequest(body: body), caller)
    case .plan(let id): return Answer(.ok, try await onThread { try plane.plan(id, for: caller) })
    case .approvePlan(let id):
      let approval = try PlanApproval(body: body)
      return Answer(.ok, try await onThread { try plane.approve(id, approval, by: caller) })
    case .rejectPlan(let id):
      return Answer(.ok, try await onThread { try plane.reject(id, by: caller) })
    case .grants: return Answer(.ok, try await onThread { try plane.grants(for: caller) })
    case .projectGrants(let name):
      return Answer(.ok, try await onThread { try plane.grants(of: name, for: caller) })
    case .revokeGrant(let id):
      return Answer(.ok, try await onThread { try plane.revokeGrant(id, by: caller) })
    case .service(let name) where request.method == .put:
      let accepted = try await plane.update(name, ServiceUpdate(body: body), by: caller)
      return Answer(.accepted, accepted)
    case .service(let name): return Answer(.ok, try await plane.service(name, for: caller))
    case .services:
      let from = Self.item("from", of: query)
      return Answer(.ok, try await onThread { try plane.services(from: from, for: caller) })
    case .serviceDeployments(let name):
      let from = Self.item("from", of: query)
      return Answer(
        .ok, try await onThread { try plane.deployments(of: name, from: from, for: caller) })
    case .serviceLogs(let name): return try await logs(name, query, caller)
    case .deployment(let id):
      return Answer(.ok, try await onThread { try plane.deployment(id, for: caller) })
    case .startDevice, .pollDevice, .auditCheckpoint:
      throw ControlPlaneError.missing("no such call")
    }
  }

  private func openSession(_ request: SessionRequest, _ caller: Caller) async throws -> Answer {
    let plane = plane
    let answer = try await onThread { try plane.openSession(request, by: caller) }
    return switch answer {
    case .session(let session): Answer(.ok, session)
    case .review(let required): Answer(.accepted, required)
    }
  }

  // MARK: Bodies

  func body(_ request: Request, _ context: Context) async throws -> [UInt8] {
    let limit = options.body
    let tooLarge = ControlPlaneError(
      413, "the body is too large", "expected at most \(limit) bytes")
    if let declared = request.headers[.contentLength].flatMap({ Int($0) }), declared > limit {
      throw tooLarge
    }
    // Who sends a byte now and then is not waited for.
    let channel = context.channel
    let watch = channel.eventLoop.scheduleTask(in: .seconds(options.bodyTime)) {
      channel.close(promise: nil)
    }
    defer { watch.cancel() }
    do {
      return Array(buffer: try await request.body.collect(upTo: limit))
    } catch is NIOTooManyBytesError { throw tooLarge }
  }

  private func logs(_ name: String, _ query: Substring, _ caller: Caller) async throws -> Answer {
    let follow = Self.item("follow", of: query) != nil
    let lines = try await plane.logs(of: name, follow: follow, for: caller)
    var answer = Answer(.ok, "text/plain; charset=utf-8", [])
    answer.body = ResponseBody { writer in
      for await line in lines { try await writer.write(ByteBuffer(string: line + "\n")) }
      try await writer.finish(nil)
    }
    return answer
  }

  private static func item(_ name: String, of query: Substring) -> String? {
    for part in query.split(separator: "&") {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if pair[0] == name { return pair.count > 1 ? PercentEncoding.decode(pair[1]) : "" }
    }
    return nil
  }
}
