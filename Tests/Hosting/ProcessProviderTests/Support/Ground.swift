import ContentStore
import ControlPlaneAPI
import Digests
import Encodings
import Foundation
import StoreTesting
import TestSupport
import Testing

@testable import ControlPlane
@testable import ProcessProvider

/// A folder with a supervisor and an ingress, ended with the value.
final class Ground: Sendable {
  let scratch: Scratch
  let blobs = MemoryBlobs()
  let folder: SupervisorFolder
  let options: ProcessProvider.Options

  /// - Parameters:
  ///   - words: limits of the supervisor.
  ///   - images: where images come from; what tests put together where nobody says.
  init(
    _ words: [String] = [], images: (any BlobSource)? = nil, privateHosts: [String] = []
  ) throws {
    let scratch = try Scratch()
    self.scratch = scratch
    let blobs = images ?? blobs
    folder = SupervisorFolder(scratch.path + "/data/process")
    var options = ProcessProvider.Options(folder: folder, program: Self.program) { _ in blobs }
    options.ingress = .init(host: "127.0.0.1", port: 0)
    options.superviseOptions = words
    options.privateHosts = privateHosts
    self.options = options
  }

  /// The program that supervises and is the ingress.
  static let program: String = {
    let path = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return (path as NSString).deletingLastPathComponent + "/hosting-processes"
  }()

  /// Runs a test with a ground of its own, and ends every process of it afterwards.
  static func with(
    _ words: String..., body: (Ground, ProcessProvider) async throws -> Void
  ) async throws {
    let ground = try Ground(words)
    do {
      try await body(ground, try await ground.provider())
    } catch {
      Issue.record("\(error)\n\((try? text(of: ground.folder.log)) ?? "")")
    }
    try await ground.end()
  }

  /// A provider, as a server that is started has it.
  func provider() async throws -> ProcessProvider { try await ProcessProvider.start(options) }

  /// Ends everything, whatever is left of it.
  func end() async throws {
    _ = try? await provider()
    let processes = try self.processes()
    try await ProcessProvider.stop(folder, services: true)
    for process in processes where Self.runs(process) {
      Issue.record("process \(process) goes on")
      kill(process, SIGKILL)
    }
  }

  /// Whether a process has not ended: one that nobody has asked for its status has.
  static func runs(_ process: pid_t) -> Bool { ProcessIdentity(running: process) != nil }

  /// The process of the supervisor.
  func supervisor() async throws -> pid_t {
    guard case .hello(_, let process) = try await SupervisorClient(folder: folder).ask(.hello)
    else {
      throw SupervisorClient.Failure(description: "the supervisor does not say who it is")
    }
    return pid_t(process)
  }

  /// Every process that the supervisor wrote down.
  func processes() throws -> [pid_t] {
    try fileNames(in: folder.services).flatMap { name in
      let document = try JSONSerialization.jsonObject(
        with: Data(bytes(of: "\(folder.services)/\(name)")))
      let state = document as? [String: Any] ?? [:]
      let records = [state["active"] as? [String: Any] ?? [:]]
      let others = state["others"] as? [[String: Any]] ?? []
      return (records + others).compactMap { $0["process"] as? Int }.map { pid_t($0) }
    }
  }

  // MARK: Services

  /// An order for a service whose program is the script.
  func order(
    _ service: String = "odd", generation: Int64 = 1, version: String = "1", mode: String = "",
    env: [String: String] = [:]
  ) throws -> DeploymentOrder {
    var values = ["APP": "\(try OddImage.app().appDigest)", "VERSION": version, "MODE": mode]
    values.merge(env) { $1 }
    return DeploymentOrder(
      service: service, deploymentID: "deployment-\(service)-\(generation)", generation: generation,
      image: Self.reference(try OddImage.add(to: blobs)),
      env: Dictionary(uniqueKeysWithValues: values.map { (ByteName($0.key), $0.value) }),
      region: "here")
  }

  static func reference(_ image: Digest) -> String { "registry.test/team/odd@\(image)" }

  /// Where the ingress listens.
  func port(of provider: ProcessProvider) throws -> Int {
    let url = try #require(provider.url(of: "any").flatMap { URL(string: $0) })
    return try #require(url.port)
  }

  /// Asks a service by way of the ingress.
  func ask(
    _ provider: ProcessProvider, of service: String = "odd", _ path: String
  ) throws -> TestClient.Reply {
    let port = try self.port(of: provider)
    return try TestClient(port: port, headers: ["Host": "\(service).localhost:\(port)"])
      .ask("GET", path)
  }

  /// Looks again and again until something holds.
  static func eventually(
    _ what: String, seconds: Int = 120, _ body: () async throws -> Bool
  ) async throws {
    for _ in 0..<(seconds * 50) {
      if try await body() { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record("it did not come to it: \(what)")
  }
}
