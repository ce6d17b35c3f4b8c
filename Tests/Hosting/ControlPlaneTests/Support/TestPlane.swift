import Contracts
import ControlPlaneAPI
import Digests
import Encodings
import Foundation
import GRDB
import HTTPListener
import JSON
import Ledger
import Synchronization
import TestSupport
import Testing

@testable import ControlPlane

/// A control plane of a test: served on a port that is free, over a folder that goes away.
final class TestPlane: Sendable {
  typealias Reply = TestClient.Reply

  let scratch: Scratch
  let folder: DataFolder
  let plane: ControlPlane
  let provider: ScriptedProvider
  let inspection: ScriptedInspection
  let clock: TestClock
  let port: Int
  private let lines: Lines

  final class Lines: Sendable {
    let all = Mutex<[String]>([])
  }

  private init(
    _ scratch: Scratch, _ parts: Made, port: Int, _ lines: Lines
  ) {
    self.scratch = scratch
    (folder, plane, clock) = (parts.folder, parts.plane, parts.clock)
    (provider, inspection) = (parts.provider, parts.inspection)
    self.port = port
    self.lines = lines
  }

  /// A control plane that nobody serves, with what it stands on.
  struct Made {
    var folder: DataFolder
    var plane: ControlPlane
    var provider: ScriptedProvider
    var inspection: ScriptedInspection
    var clock: TestClock
  }

  static func make(
    in scratch: Scratch, policy: ControlPlanePolicy = patient,
    clock: TestClock = TestClock(), provider: ScriptedProvider = ScriptedProvider()
  ) throws -> Made {
    try make(
      at: DataFolder(scratch.path + "/data"), policy: policy, clock: clock, provider: provider)
  }

  static func make(
    at folder: DataFolder, policy: ControlPlanePolicy = patient, clock: TestClock,
    provider: ScriptedProvider = ScriptedProvider()
  ) throws -> Made {
    let inspection = ScriptedInspection()
    let plane = try ControlPlane(
      folder, policy: policy,
      parts: ControlPlane.Parts(
        provider: provider, registry: ScriptedRegistry(), inspection: inspection),
      clock: { clock.now })
    return Made(
      folder: folder, plane: plane, provider: provider, inspection: inspection, clock: clock)
  }

  /// Runs `body` with a server that is there meanwhile.
  static func with<Value: Sendable>(
    in scratch: Scratch? = nil, clock: TestClock = TestClock(),
    provider: ScriptedProvider = ScriptedProvider(),
    policy: ControlPlanePolicy = patient,
    _ body: @escaping @Sendable (TestPlane) throws -> Value
  ) async throws -> Value {
    let scratch = try scratch ?? Scratch()
    let made = try await retrying {
      try make(in: scratch, policy: policy, clock: clock, provider: provider)
    }
    let lines = Lines()
    return try await LocalServer.with { onListening in
      var listener = ListenerOptions(host: "127.0.0.1", port: 0)
      listener.drain = 2
      listener.onListening = onListening
      var options = ControlPlaneOptions(listener: listener)
      options.log = { line in lines.all.withLock { $0.append(line.text) } }
      try await ControlPlaneServer(made.plane, options).run()
    } _: { port in
      try body(TestPlane(scratch, made, port: port, lines))
    }
  }

  // A server that just ended in this process may have the folder for a moment longer.
  private static func retrying(_ body: () throws -> Made) async throws -> Made {
    for _ in 0..<6000 {
      if let made = try? body() { return made }
      try await Task.sleep(for: .milliseconds(20))
    }
    return try body()
  }

  var log: [String] { lines.all.withLock { $0 } }

  // MARK: Steps

  /// A token of somebody.
  func token(
    _ email: String = "ada@example.com", _ rights: Set<TokenRight> = [.deploy, .review],
    projects: ProjectScope = .all, expiresAt: Int64? = nil
  ) throws -> String {
    try plane.tokens.create(
      email: email, rights: rights, projects: projects, expiresAt: expiresAt, now: clock.now
    ).token
  }

  func ask(
    _ method: String, _ path: String, _ token: String? = nil, _ body: JSONValue? = nil,
    _ headers: [String: String] = [:]
  ) throws -> Reply {
    var headers = headers
    if let token { headers["Authorization"] = "Bearer \(token)" }
    return try TestClient(port: port).ask(method, path, headers, body: body?.minifiedBytes)
  }

  func ask(
    _ method: String, _ call: ControlPlaneCall, _ token: String? = nil, _ body: JSONValue? = nil
  ) throws -> Reply {
    try ask(method, call.path, token, body)
  }

  func openSession(
    _ contract: Contract, _ token: String, project: String = "orders", planID: String? = nil,
    _ provenance: Provenance = Provenance()
  ) throws -> Reply {
    try ask(
      "POST", .openSession, token,
      SessionRequest(
        projectName: project, region: "local", contract: contract, planID: planID,
        provenance: provenance
      ).json)
  }

  /// Opens a session that needs no review.
  func session(
    _ contract: Contract, _ token: String, project: String = "orders",
    _ provenance: Provenance = Provenance()
  ) throws -> DeploySession {
    let reply = try openSession(contract, token, project: project, provenance)
    try #require(reply.status == 200, "\(reply.text)")
    return try DeploySession(answer: reply.body)
  }

  /// The reference of an image that a session may name.
  static func reference(_ image: Digest, project: String = "orders") -> String {
    "registry.test:5000/team/\(project)@\(image)"
  }

  func put(
    _ session: DeploySession, _ image: String, _ token: String, project: String = "orders",
    env: [ByteName: String] = [:], keep: [String] = [], generation: Int64? = nil
  ) throws -> Reply {
    try ask(
      "PUT", .service(project), token,
      ServiceUpdate(
        sessionID: session.sessionID, image: image, env: env, keepEnv: keep,
        ifGeneration: generation
      ).json)
  }

  /// A whole deploy of a contract, its image named after it.
  @discardableResult
  func deploy(
    _ contract: Contract, _ token: String, project: String = "orders",
    env: [ByteName: String] = [:], keep: [String] = [], generation: Int64? = nil,
    _ provenance: Provenance = Provenance()
  ) throws -> DeployAccepted {
    let image = Self.image(contract)
    inspection.knows(image, as: contract, provenance)
    let session = try session(contract, token, project: project, provenance)
    let reply = try put(
      session, Self.reference(image, project: project), token, project: project, env: env,
      keep: keep, generation: generation)
    try #require(reply.status == 202, "\(reply.text)")
    return try DeployAccepted(answer: reply.body)
  }

  static func image(_ contract: Contract) -> Digest { .sha256(of: "image of \(contract.sha256)") }

  func live(_ token: String, project: String = "orders") throws -> LiveService {
    let reply = try ask("GET", .service(project), token)
    try #require(reply.status == 200, "\(reply.text)")
    return try LiveService(answer: reply.body)
  }

  /// Waits until a deployment has ended.
  func ended(_ id: String, _ token: String) throws -> DeploymentStatus {
    while true {
      let reply = try ask("GET", .deployment(id), token)
      try #require(reply.status == 200, "\(reply.text)")
      let status = try DeploymentStatus(answer: reply.body)
      if status.status != .pending { return status }
      Thread.sleep(forTimeInterval: 0.01)
    }
  }

  /// The rows of the audit log, which stand on the disk.
  func auditRows() throws -> [JSONValue] {
    var rows: [JSONValue] = []
    try LedgerFile(plane.audit.store).read { line in
      rows.append(try JSONReader.strict(line.bytes ?? []))
    }
    return rows
  }

  func actions() throws -> [String] { try auditRows().compactMap { $0["action"]?.stringValue } }
}

extension TestClient.Reply {
  /// The problem of a refusal.
  var problem: Problem {
    get throws {
      #expect(self["content-type"] == Problem.mediaType)
      let problem = try Problem(answer: body)
      #expect(problem.status == status)
      return problem
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

/// The usual policy, which lets a test whose clock stands still ask as often as it likes.
let patient: ControlPlanePolicy = {
  var policy = ControlPlanePolicy()
  policy.callBurst = 1_000_000
  policy.mostSessions = 10_000
  return policy
}()

/// That policy with something changed.
func policy(_ change: (inout ControlPlanePolicy) -> Void) -> ControlPlanePolicy {
  var policy = patient
  change(&policy)
  return policy
}
