import ArtifactTesting
import ContentStore
import Contracts
import ControlPlaneAPI
import Digests
import Encodings
import Foundation
import JSON
import Ledger
import OCIImage
import TestSupport
import Testing

/// `zigttp-control-plane` as a process of a test, over a folder that goes away.
final class ControlPlaneProcess {
  /// Holds the data folder.
  let place: Workspace
  private let more: [String]
  private(set) var server: Server

  var port: Int { server.port }
  var host: String { "127.0.0.1:\(port)" }
  var data: String { place.path + "/data" }

  init(_ more: [String] = [], in place: Workspace? = nil) throws {
    let place = try place ?? Workspace()
    self.place = place
    self.more = more
    server = try Self.start(place, more)
  }

  private static func start(_ place: Workspace, _ more: [String]) throws -> Server {
    try Server.start(
      Programs.controlPlane,
      [
        "serve", "--data", place.path + "/data", "--listen", "127.0.0.1:0", "--ingress-listen",
        "127.0.0.1:0",
      ] + more, place)
  }

  deinit {
    server.killNow()
    // The supervisor and what it runs outlive the server.
    _ = try? run("stop", "--data", "data", "--services")
  }

  /// Ends it where it is and starts it again, on another port.
  func killAndStartAgain() throws {
    server.killNow()
    server = try Self.start(place, more)
  }

  /// Runs another command of the program in the same place.
  static func run(
    _ arguments: [String], in place: Workspace
  ) throws -> Command.Result {
    try Command(
      executable: Programs.controlPlane, arguments: arguments, directory: place.path,
      environment: place.environment()
    ).run()
  }

  func run(_ arguments: String...) throws -> Command.Result {
    try Self.run(arguments, in: place)
  }

  /// A token, as the command prints it.
  func token(_ email: String = "ada@example.com", can: String = "deploy,review") throws -> String {
    let made = try run("token", "create", "--data", "data", "--email", email, "--can", can)
    try #require(made.status == 0, "\(made.errors)")
    try #require(made.lines.count == 1, "\(made.output)")
    return made.lines[0]
  }

  // MARK: Calls

  func ask(
    _ method: String, _ path: String, _ token: String? = nil, _ body: JSONValue? = nil,
    _ headers: [String: String] = [:]
  ) throws -> TestClient.Reply {
    var headers = headers
    if let token { headers["Authorization"] = "Bearer \(token)" }
    return try TestClient(port: port).ask(method, path, headers, body: body?.minifiedBytes)
  }

  func openSession(
    _ deployed: DeployedHandler, _ token: String, planID: String? = nil
  ) throws -> TestClient.Reply {
    let request = SessionRequest(
      projectName: deployed.service, region: "local", contract: deployed.contract, planID: planID,
      provenance: deployed.provenance)
    return try ask("POST", ControlPlaneCall.openSession.path, token, request.json)
  }

  func session(_ deployed: DeployedHandler, _ token: String) throws -> DeploySession {
    let reply = try openSession(deployed, token)
    guard reply.status == 200 else { throw Server.Failure(description: reply.text) }
    return try DeploySession(answer: reply.body)
  }

  func put(
    _ session: DeploySession, _ service: String, _ image: Digest, _ token: String,
    generation: Int64? = nil, env: [ByteName: String] = [:]
  ) throws -> TestClient.Reply {
    let reference = "\(session.registryHost)/\(session.namespace)/\(service)@\(image)"
    let update = ServiceUpdate(
      sessionID: session.sessionID, image: reference, env: env, keepEnv: [],
      ifGeneration: generation)
    return try ask("PUT", ControlPlaneCall.service(service).path, token, update.json)
  }

  /// A whole deploy of what a project deployed locally.
  ///
  /// - Throws: where a step of it was not done, as when the server is killed meanwhile.
  @discardableResult
  func deploy(
    _ deployed: DeployedHandler, _ token: String, generation: Int64? = nil
  ) throws -> DeployAccepted {
    let session = try session(deployed, token)
    let pushed = try deployed.push(to: session)
    guard pushed.status == 0 else { throw Server.Failure(description: pushed.errors) }
    let reply = try put(
      session, deployed.service, deployed.image, token, generation: generation)
    guard reply.status == 202 else { throw Server.Failure(description: reply.text) }
    return try DeployAccepted(answer: reply.body)
  }

  // MARK: What it keeps

  /// The rows of the audit log.
  func auditRows() throws -> [JSONValue] {
    let text = try String(contentsOfFile: data + "/audit/proofs.jsonl", encoding: .utf8)
    return try text.split(separator: "\n").map { try JSONReader.strict($0.utf8) }
  }

  func actions() throws -> [String] { try auditRows().compactMap { $0["action"]?.stringValue } }

  /// Verifies the audit log with the key that the control plane has.
  func verifyAudit() throws -> Command.Result {
    try Command(
      executable: Programs.zigttp, arguments: ["proofs", "verify", "--store", data + "/audit"],
      directory: place.path, environment: place.environment(["HOME": data])
    ).run()
  }
}

/// A handler that was packed by `zigttp deploy --local`: what a client knows before it asks.
struct DeployedHandler {
  let project: Workspace
  let service: String
  var contract: Contract
  var image: Digest
  var provenance: Provenance

  /// Packs a handler.
  ///
  /// - Parameter runtime: packed in place of the usual one.
  init(_ source: String, service: String = "orders", runtime: String? = nil) throws {
    project = try Workspace([
      "handler.ts": source, "package.json": #"{"name":"\#(service)"}"#,
    ])
    self.service = service
    let packed = try project.zigttp(
      "deploy", "--local", environment: runtime.map { ["ZIGTTP_RUNTIME": $0] } ?? [:])
    try #require(packed.status == 0, "\(packed.errors)")
    let store = try Self.store(project)
    let line = try #require(try project.ledger().last)
    let row = try LedgerRow(line: Array(line.utf8))
    image = try #require(row.image)
    provenance = row.provenance
    let contents = try Self.image(image, in: store).appContents(in: store.blobs)
    contract = try Contract(bytes: contents.contract)
  }

  static func store(_ project: Workspace) throws -> ContentStore {
    try ContentStore(StoreLayout(root: project.path + "/.zigttp"))
  }

  static func image(_ digest: Digest, in store: ContentStore) throws -> Image {
    let size = try #require(try store.blobs.size(of: digest, mediaType: MediaType.manifest))
    return try Image(
      Descriptor(mediaType: MediaType.manifest, digest: digest, size: size), in: store.blobs)
  }

  /// Adds another image to the project's store.
  mutating func forge(
    _ make: (ContentStore, BlobBatch, Image) throws -> Descriptor
  ) throws {
    let store = try Self.store(project)
    let batch = try store.begin()
    defer { batch.end() }
    let forged = try make(store, batch, try Self.image(image, in: store))
    try batch.commit()
    image = forged.digest
  }

  /// Pushes the image as somebody who has a session.
  func push(to session: DeploySession) throws -> Command.Result {
    try push(
      to: "\(session.registryHost)/\(session.namespace)/\(service)", host: session.registryHost,
      session.registryUsername, session.registryPassword)
  }

  func push(
    to repository: String, host: String, _ username: String, _ password: String
  ) throws -> Command.Result {
    let auth = Data("\(username):\(password)".utf8).base64EncodedString()
    let file = project.home + "/auth-\(UUID().uuidString).json"
    try #"{"auths":{"\#(host)":{"auth":"\#(auth)"}}}"#.write(
      toFile: file, atomically: true, encoding: .utf8)
    return try project.zigttp(
      "store", "cp", "oci:.zigttp@\(image)", "docker://\(repository)",
      environment: ["REGISTRY_AUTH_FILE": file])
  }
}
