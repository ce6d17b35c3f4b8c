import Digests
import Encodings
import Foundation
import HTTPListener
import JSON
import Synchronization
import TestSupport
import Testing

@testable import RegistryServer

/// A server of a test, on a port that is free, over a folder that goes away.
final class TestRegistry: Sendable {
  typealias Reply = TestClient.Reply

  let scratch: Scratch
  let folder: String
  let store: RegistryStore
  let port: Int
  private let lines: Lines

  final class Lines: Sendable {
    let all = Mutex<[String]>([])
  }

  private init(
    _ scratch: Scratch, _ store: RegistryStore, _ port: Int, _ lines: Lines
  ) {
    self.scratch = scratch
    folder = store.layout.root
    self.store = store
    self.port = port
    self.lines = lines
  }

  /// Runs `body` with a server that is there meanwhile.
  static func with<Value: Sendable>(
    in scratch: Scratch? = nil, tokens: Bool = false, readOnly: Bool = false,
    anonymous: Set<RegistryRight>? = nil,
    limits: RegistryOptions.Limits = RegistryOptions.Limits(), idle: Int64? = nil,
    tls: ListenerOptions.TLS? = nil,
    _ body: @escaping @Sendable (TestRegistry) throws -> Value
  ) async throws -> Value {
    let scratch = try scratch ?? Scratch()
    let folder = scratch.path + "/registry"
    let access = AccessPolicy(
      anonymous: anonymous ?? (tokens ? [] : Set(RegistryRight.allCases)), isReadOnly: readOnly,
      tokens: TokenFile(RegistryLayout(root: folder)))
    let lines = Lines()
    let store = try await open(folder, limits.uploads)
    return try await LocalServer.with { onListening in
      var listener = ListenerOptions(host: "127.0.0.1", port: 0, tls: tls)
      listener.drain = 2
      if let idle { listener.limits.idle = idle }
      listener.onListening = onListening
      var options = try RegistryOptions(listener, access: access)
      options.collectEvery = nil
      options.limits = limits
      options.log = { line in lines.all.withLock { $0.append(line.text) } }
      try await RegistryServer(store, options).run()
    } _: { port in
      try body(TestRegistry(scratch, store, port, lines))
    }
  }

  // A server that just ended in this process may have the folder for a moment longer.
  private static func open(_ folder: String, _ uploads: Int) async throws -> RegistryStore {
    for _ in 0..<6000 {
      if let store = try? RegistryStore(folder: folder, maximumUploads: uploads) { return store }
      try await Task.sleep(for: .milliseconds(20))
    }
    return try RegistryStore(folder: folder, maximumUploads: uploads)
  }

  var client: TestClient { TestClient(port: port) }
  var log: [String] { lines.all.withLock { $0 } }

  func ask(
    _ method: String, _ path: String, _ headers: [String: String] = [:], body: [UInt8]? = nil
  ) throws -> Reply {
    try client.ask(method, path, headers, body: body)
  }

  // MARK: Steps of a push

  /// Pushes a blob in one step.
  @discardableResult
  func push(_ bytes: [UInt8], to name: String = "test/app") throws -> Digest {
    let digest = Digest.sha256(of: bytes)
    let reply = try ask("POST", "/v2/\(name)/blobs/uploads/?digest=\(digest)", body: bytes)
    #expect(reply.status == 201, "\(reply.text)")
    return digest
  }

  /// Begins an upload; the path of it.
  func begin(_ name: String = "test/app") throws -> String {
    let reply = try ask("POST", "/v2/\(name)/blobs/uploads/", body: [])
    #expect(reply.status == 202, "\(reply.text)")
    return try #require(reply["location"])
  }

  /// Pushes the config and the layer of an image, then its manifest.
  @discardableResult
  func pushImage(
    _ content: String, to name: String = "test/app", tag: String? = "latest", subject: Digest? = nil
  ) throws -> Digest {
    let config = Array("{\"content\":\"\(content)\"}".utf8)
    let layer = Array("layer of \(content)".utf8)
    try push(config, to: name)
    try push(layer, to: name)
    let manifest = Documents.image(config: config, layers: [layer], subject: subject)
    let digest = Digest.sha256(of: manifest)
    let reply = try ask(
      "PUT", "/v2/\(name)/manifests/\(tag ?? "\(digest)")",
      ["Content-Type": Documents.imageType], body: manifest)
    #expect(reply.status == 201, "\(reply.text)")
    return digest
  }
}

extension TestClient.Reply {
  /// The code of the first error.
  var code: String? {
    let json = try? JSONReader.strict(body)
    return json?["errors"]?.arrayValue?.first?["code"]?.stringValue
  }

  var json: JSONValue? { try? JSONReader.lenient(body) }
}

extension RegistryOptions.Limits {
  /// The usual limits but for one.
  static func with<Value>(
    _ limit: WritableKeyPath<RegistryOptions.Limits, Value>, _ value: Value
  ) -> RegistryOptions.Limits {
    var limits = RegistryOptions.Limits()
    limits[keyPath: limit] = value
    return limits
  }
}

/// Documents that tests push.
enum Documents {
  static let imageType = "application/vnd.oci.image.manifest.v1+json"
  static let indexType = "application/vnd.oci.image.index.v1+json"

  static func descriptor(
    _ bytes: [UInt8], _ type: String, _ algorithm: Digest.Algorithm = .sha256
  ) -> JSONValue {
    [
      "mediaType": .string(type), "digest": .string("\(Digest.of(bytes, algorithm))"),
      "size": .integer(Int64(bytes.count)),
    ]
  }

  static func image(
    config: [UInt8], layers: [[UInt8]], subject: Digest? = nil, artifactType: String? = nil,
    configType: String = "application/vnd.oci.image.config.v1+json",
    annotations: [String: String] = [:], saysType: Bool = true,
    algorithm: Digest.Algorithm = .sha256
  ) -> [UInt8] {
    var out: JSONObject = ["schemaVersion": 2]
    if saysType { out["mediaType"] = .string(imageType) }
    if let artifactType { out["artifactType"] = .string(artifactType) }
    out["config"] = descriptor(config, configType, algorithm)
    out["layers"] = .array(
      layers.map { descriptor($0, "application/vnd.oci.image.layer.v1.tar", algorithm) })
    if let subject { out["subject"] = Self.subject(subject) }
    if !annotations.isEmpty {
      var object = JSONObject()
      for (key, value) in annotations.sorted(by: <) { object[key] = .string(value) }
      out["annotations"] = .object(object)
    }
    return JSONValue.object(out).minifiedBytes
  }

  static func subject(_ digest: Digest) -> JSONValue {
    ["mediaType": .string(imageType), "digest": .string("\(digest)"), "size": 100]
  }

  static func index(
    _ manifests: [[UInt8]], subject: Digest? = nil, artifactType: String? = nil,
    annotations: JSONObject? = nil
  ) -> [UInt8] {
    var out: JSONObject = [
      "schemaVersion": 2, "mediaType": .string(indexType),
      "manifests": .array(manifests.map { descriptor($0, imageType) }),
    ]
    if let artifactType { out["artifactType"] = .string(artifactType) }
    if let subject { out["subject"] = Self.subject(subject) }
    if let annotations { out["annotations"] = .object(annotations) }
    return JSONValue.object(out).minifiedBytes
  }
}
