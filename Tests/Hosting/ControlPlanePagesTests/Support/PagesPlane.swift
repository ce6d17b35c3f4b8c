import Contracts
import ControlPlaneAPI
import Digests
import Encodings
import Foundation
import HTTPListener
import Synchronization
import TestSupport
import Testing

@testable import ControlPlane
@testable import ControlPlanePages

/// A provider whose services are what a test says they are.
final class ToldProvider: Provider {
  private let states = Mutex<[String: ServiceObservation]>([:])

  let name = "told"
  let defaultSize = "small"

  func scope(of project: String) -> String { "default" }
  func url(of service: String) -> String? { "http://\(service).localhost" }

  func deploy(_ order: DeploymentOrder) async -> ServiceObservation {
    states.withLock { $0[order.service] } ?? ServiceObservation(state: .running)
  }

  func observe(_ service: String) async throws -> ServiceObservation? {
    states.withLock { $0[service] }
  }

  func logs(of service: String, follow: Bool) async throws -> AsyncStream<String> {
    AsyncStream { $0.finish() }
  }

  func tell(_ service: String, _ state: ServiceObservation) {
    states.withLock { $0[service] = state }
  }
}

private struct ToldRegistry: RegistryAccess {
  func lease(project: String, service: String, expiresAt: Int64) throws -> RegistryLease {
    RegistryLease(host: "registry.test:5000", namespace: "team", username: "u", password: "p")
  }
}

/// What a client says of an image is what it is: here people are looked at, not images.
private struct TrustingInspection: ImageInspection {
  func inspect(
    _ image: Digest, in repository: String, for contract: Contract
  ) async throws -> InspectedImage {
    InspectedImage(contractSha: contract.sha256, provenance: Provenance())
  }
}

/// A control plane with its pages, served on a port that is free over a folder that goes away.
final class PagesPlane: Sendable {
  let scratch: Scratch
  let plane: ControlPlane
  let provider: ToldProvider
  let port: Int
  private let lines: Lines

  final class Lines: Sendable {
    let all = Mutex<[String]>([])
  }

  /// Milliseconds since 1970; goes when a test says so.
  final class Clock: Sendable {
    let now = Mutex<Int64>(1_776_602_096_789)
  }
  private let clock: Clock

  private init(
    _ scratch: Scratch, _ plane: ControlPlane, _ provider: ToldProvider, _ clock: Clock, port: Int,
    _ lines: Lines
  ) {
    (self.scratch, self.plane, self.provider) = (scratch, plane, provider)
    (self.clock, self.port, self.lines) = (clock, port, lines)
  }

  var now: Int64 { clock.now.withLock { $0 } }
  func advance(seconds: Int64) { clock.now.withLock { $0 += seconds * 1000 } }
  /// What the server logged.
  var log: [String] { lines.all.withLock { $0 } }

  /// Runs `body` with a server that is there meanwhile.
  static func with<Value: Sendable>(
    policy: ControlPlanePolicy = policy { _ in },
    _ body: @escaping @Sendable (PagesPlane) throws -> Value
  ) async throws -> Value {
    let (scratch, provider, clock, lines) = (try Scratch(), ToldProvider(), Clock(), Lines())
    let plane = try ControlPlane(
      DataFolder(scratch.path + "/data"), policy: policy,
      parts: ControlPlane.Parts(
        provider: provider, registry: ToldRegistry(), inspection: TrustingInspection()),
      clock: { clock.now.withLock { $0 } })
    return try await LocalServer.with { onListening in
      var listener = ListenerOptions(host: "127.0.0.1", port: 0)
      listener.drain = 2
      listener.onListening = onListening
      var options = ControlPlaneOptions(listener: listener)
      options.log = { line in lines.all.withLock { $0.append(line.text) } }
      try await ControlPlaneServer(plane, options, pages: try ControlPlanePages(plane)).run()
    } _: { port in
      try body(PagesPlane(scratch, plane, provider, clock, port: port, lines))
    }
  }

  // MARK: Steps

  /// A token of somebody.
  func token(
    _ email: String = "ada@example.com", _ rights: Set<TokenRight> = [.deploy, .review],
    projects: ProjectScope = .all, note: String = "", expiresAt: Int64? = nil
  ) throws -> (token: String, kept: TokenRecord) {
    try plane.tokens.create(
      email: email, rights: rights, projects: projects, note: note, expiresAt: expiresAt, now: now)
  }

  /// A browser of whoever has a token, signed in.
  func browser(
    _ email: String = "ada@example.com", _ rights: Set<TokenRight> = [.deploy, .review],
    projects: ProjectScope = .all
  ) throws -> PageBrowser {
    let browser = PageBrowser(port: port)
    try browser.signIn(try token(email, rights, projects: projects).token)
    return browser
  }

  /// Who a token belongs to.
  func holder(of token: String) throws -> Caller {
    let now = now
    return try #require(
      try plane.database.pool.read { db in try Tokens.holder(of: token, now: now, in: db) })
  }

  func caller(
    _ email: String = "ada@example.com", _ rights: Set<TokenRight> = [.deploy, .review]
  ) throws -> Caller {
    try holder(of: try token(email, rights).token)
  }

  private func open(
    _ contract: Contract, _ project: String, _ caller: Caller
  ) throws -> ControlPlane.SessionAnswer {
    try plane.openSession(
      SessionRequest(
        projectName: project, region: "local", contract: contract, planID: nil,
        provenance: Provenance()), by: caller)
  }

  /// A plan that somebody asked for.
  func plan(
    _ contract: Contract, project: String = "orders", by caller: Caller
  ) throws -> PlanRequired {
    guard case .review(let required) = try open(contract, project, caller) else {
      throw TestClient.Failure(description: "no review was needed")
    }
    return required
  }

  /// A whole deploy of a contract.
  @discardableResult
  func deploy(
    _ contract: Contract, project: String = "orders", generation: Int64? = nil,
    env: [ByteName: String] = [:], by caller: Caller
  ) throws -> DeployAccepted {
    guard case .session(let session) = try open(contract, project, caller) else {
      throw TestClient.Failure(description: "a review is needed")
    }
    let record = try plane.read { try plane.session(session.sessionID, of: caller, in: $0.db) }
    let image = "registry.test:5000/team/\(project)@\(Digest.sha256(of: "\(contract.sha256)"))"
    let accepted = try plane.accept(
      record,
      ServiceUpdate(
        sessionID: session.sessionID, image: image, env: env, keepEnv: [],
        ifGeneration: generation),
      InspectedImage(contractSha: contract.sha256, provenance: Provenance()), by: caller)
    plane.runner.wake()
    return accepted
  }

  /// Waits until a service's last deployment ended.
  func settled(_ project: String = "orders") throws {
    while true {
      let state = try plane.read { try ServiceRecord.find(project, in: $0.db)?.status }
      if let state, state != .pending { return }
      Thread.sleep(forTimeInterval: 0.01)
    }
  }
}

/// A contract that reads an env name for each that is given.
func contract(reading names: String..., change: (inout Contract) -> Void = { _ in }) -> Contract {
  var contract = Contract(handlerPath: "handler.ts")
  contract.env.literal = names
  for property in Property.allCases { contract.properties[property] = true }
  contract.proofLevel = .complete
  change(&contract)
  return contract
}

/// The usual policy with something changed; a test whose clock stands still may ask as often as it
/// likes.
func policy(_ change: (inout ControlPlanePolicy) -> Void) -> ControlPlanePolicy {
  var policy = ControlPlanePolicy()
  policy.callBurst = 1_000_000
  change(&policy)
  return policy
}
