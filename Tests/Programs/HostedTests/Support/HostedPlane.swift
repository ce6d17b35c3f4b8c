import ControlPlaneAPI
import Foundation
import HTTPListener
import Synchronization
import TestSupport
import Testing

@testable import ControlPlane

/// A control plane on a port that is free, with a registry of its own, a provider that obeys the test
/// and an inspection that looks at what was pushed.
final class HostedPlane: Sendable {
  let scratch: Scratch
  let plane: ControlPlane
  let provider: ObedientProvider
  /// Where images are pushed to.
  let registry: String
  let port: Int

  var url: String { "http://127.0.0.1:\(port)" }

  private init(_ made: Made, registry: String, port: Int) {
    (scratch, plane, provider) = (made.scratch, made.plane, made.provider)
    self.registry = registry
    self.port = port
  }

  private struct Made: Sendable {
    var scratch: Scratch
    var plane: ControlPlane
    var provider = ObedientProvider()

    init(_ registry: String, _ policy: ControlPlanePolicy) throws {
      scratch = try Scratch()
      plane = try ControlPlane(
        DataFolder(scratch.path + "/data"), policy: policy,
        parts: ControlPlane.Parts(
          provider: provider, registry: OpenRegistry(host: registry),
          inspection: PulledInspection(host: registry)))
    }
  }

  /// Runs `body` with a control plane that is there meanwhile.
  static func with(
    policy: ControlPlanePolicy = .forTests, _ body: @escaping @Sendable (HostedPlane) throws -> Void
  ) async throws {
    let registry = try LiveRegistry(.ours)
    defer { withExtendedLifetime(registry) {} }
    let host = registry.host
    let made = try Made(host, policy)
    try await LocalServer.with { onListening in
      var listener = ListenerOptions(host: "127.0.0.1", port: 0)
      listener.drain = 1
      listener.onListening = onListening
      try await ControlPlaneServer(made.plane, ControlPlaneOptions(listener: listener)).run()
    } _: { port in
      try body(HostedPlane(made, registry: host, port: port))
    }
  }

  /// A token of somebody.
  func token(
    _ email: String = "ada@example.com", _ rights: Set<TokenRight> = [.deploy, .review]
  ) throws -> String {
    try plane.tokens.create(
      email: email, rights: rights, projects: .all, expiresAt: nil, now: ControlPlane.systemClock()
    ).token
  }

  /// A project whose owner has signed in.
  func project(
    _ handler: String = Samples.greeter, named name: String = "orders",
    as email: String = "ada@example.com", env: String? = nil
  ) throws -> Workspace {
    let workspace = try Workspace([
      "handler.ts": handler, "package.json": "{\"name\":\"\(name)\"}",
    ])
    if let env { try workspace.write(".env", env) }
    try signIn(workspace, token(email))
    return workspace
  }

  /// Signs in from a pipe.
  @discardableResult
  func signIn(_ workspace: Workspace, _ token: String) throws -> Command.Result {
    try workspace.piped(token + "\n", ["login", "--token-stdin"], at: url)
  }

  func live(_ service: String = "orders") throws -> LiveService? {
    let reply = try TestClient(port: port).ask(
      "GET", ControlPlaneCall.service(service).path,
      ["Authorization": "Bearer \(try token())"])
    return reply.status == 200 ? try LiveService(answer: reply.body) : nil
  }

  /// Manifests of a repository of the registry, by `GET /v2/…/manifests/<tag>`.
  func hasImage(_ tag: String, _ service: String = "orders") throws -> Bool {
    guard let port = Int(registry.split(separator: ":").last ?? "") else { return false }
    return try TestClient(port: port).ask(
      "GET", "/v2/team/\(service)/manifests/\(tag)",
      ["Accept": "application/vnd.oci.image.manifest.v1+json"]
    ).status == 200
  }
}

extension ControlPlanePolicy {
  /// The usual one, of a server that people reach, for clients that ask often.
  static var forTests: ControlPlanePolicy {
    var policy = ControlPlanePolicy()
    policy.publicURL = "http://cp.test"
    policy.callBurst = 100_000
    return policy
  }

  /// Where first deploys are reviewed, too.
  static var reviewingAll: ControlPlanePolicy {
    var policy = forTests
    policy.reviewsFirstDeploy = true
    return policy
  }

  /// Where nobody decides on his own plan.
  static var fourEyes: ControlPlanePolicy {
    var policy = forTests
    policy.needsFourEyes = true
    return policy
  }
}

extension Workspace {
  /// Runs `zigttp` against a control plane.
  func hosted(
    _ plane: HostedPlane, _ arguments: String..., environment more: [String: String] = [:]
  ) throws -> Command.Result {
    try run(arguments, at: plane.url, environment: more)
  }

  /// The same with the arguments in a list.
  func run(
    _ arguments: [String], at url: String, environment more: [String: String] = [:]
  ) throws -> Command.Result {
    try run(
      arguments, environment: more.merging(["ZIGTTP_CONTROL_PLANE_URL": url]) { $1 })
  }

  /// The same with something on standard input.
  func piped(_ text: String, _ arguments: [String], at url: String) throws -> Command.Result {
    let file = home + "/input-\(UUID().uuidString)"
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    defer { try? FileManager.default.removeItem(atPath: file) }
    return try Command(
      executable: "/bin/sh",
      arguments: ["-c", "exec \"$@\" < '\(file)'", "sh", Programs.zigttp] + arguments,
      directory: path, environment: environment(["ZIGTTP_CONTROL_PLANE_URL": url])
    ).run()
  }

  /// Deploys through a control plane and requires that it went well.
  @discardableResult
  func deploy(
    to plane: HostedPlane, _ more: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Command.Result {
    let result = try run(["deploy"] + more, at: plane.url)
    #expect(result.status == 0, "\(result.errors)", sourceLocation: sourceLocation)
    return result
  }

  /// Approves the plan that a command printed, as whoever signed in here.
  func approve(_ result: Command.Result, _ plane: HostedPlane, _ more: String...) throws {
    let plan = try #require(HostedOutput(result).plan, "\(result.output)\(result.errors)")
    let decided = try run(["review", plan, "--approve"] + more, at: plane.url)
    #expect(decided.status == 0, "\(decided.errors)")
  }

  /// The rows of hosted deploys.
  func hostedRows() throws -> [[String: Any]] {
    guard has(".zigttp/proofs.jsonl") else { return [] }
    return try ledger().compactMap {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }.filter { ($0["target"] as? String)?.hasPrefix("http") == true }
  }
}

/// What a deploy printed.
struct HostedOutput {
  let lines: [String]

  init(_ result: Command.Result) { lines = result.lines }

  /// The value of a field of the card.
  func field(_ label: String) -> String? {
    lines.first { $0.hasPrefix("  \(label):") }
      .map { $0.dropFirst(label.count + 3).trimmingCharacters(in: .whitespaces) }
  }

  /// The values of a field that has several.
  func fields(_ label: String) -> [String] {
    guard let start = lines.firstIndex(where: { $0.hasPrefix("  \(label):") }) else { return [] }
    let rest = lines[(start + 1)...].prefix { $0.hasPrefix(String(repeating: " ", count: 14)) }
    return [field(label) ?? ""] + rest.map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// The review plan.
  var plan: String? { field("Plan") }
}
