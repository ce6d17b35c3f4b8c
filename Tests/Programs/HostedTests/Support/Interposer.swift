import ControlPlaneAPI
import Foundation
import RegistryTesting
import Synchronization
import TestSupport
import Testing

/// Stands between a client and its control plane, and says something else where a test wants that.
final class Interposer: Sendable {
  /// What it does about a request: an answer of its own, or nil to pass it on.
  typealias Before = @Sendable (ServedRequest) -> Reply?
  /// What becomes of an answer on its way back.
  typealias After = @Sendable (ServedRequest, TestClient.Reply) -> Reply?

  private struct Hooks: Sendable {
    var before: Before = { _ in nil }
    var after: After = { _, _ in nil }
  }

  private let shared: Shared
  let server: RawServer

  var url: String { "http://\(server.host)" }

  init(_ plane: HostedPlane) throws {
    let hooks = Shared()
    shared = hooks
    let port = plane.port
    server = try RawServer { request in
      let (before, after) = hooks.both
      if let reply = before(request) { return reply }
      var headers: [String: String] = [:]
      for name in ["authorization", "content-type"] { headers[name] = request.headers[name] }
      guard
        let reply = try? TestClient(port: port).ask(
          request.method, request.target, headers,
          body: request.method == "GET" ? nil : request.body)
      else { return .drop() }
      if let changed = after(request, reply) { return changed }
      return .answer(
        reply.status, ["Content-Type": reply["content-type"] ?? "application/json"], reply.body)
    }
  }

  deinit { server.stop() }

  /// The hooks, for threads of the server.
  private final class Shared: Sendable {
    private let hooks = Mutex(Hooks())
    var both: (Before, After) { hooks.withLock { ($0.before, $0.after) } }
    func set(_ hooks: Hooks) { self.hooks.withLock { $0 = hooks } }
  }

  /// From now on.
  func does(before: @escaping Before = { _ in nil }, after: @escaping After = { _, _ in nil }) {
    shared.set(Hooks(before: before, after: after))
  }

  /// A project whose owner has signed in here.
  func project(_ plane: HostedPlane, _ handler: String = Samples.greeter) throws -> Workspace {
    let project = try Workspace([
      "handler.ts": handler, "package.json": "{\"name\":\"orders\"}",
    ])
    #expect(
      try project.piped(plane.token(), ["login", "--token-stdin"], at: url).status == 0)
    return project
  }
}

extension ServedRequest {
  var isUpdate: Bool { method == "PUT" && path.hasPrefix("/v1/services/") }
  var isSession: Bool { path == "/v1/deploy/session" }
}
