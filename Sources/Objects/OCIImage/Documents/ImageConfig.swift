import ContentStore
import Digests
import Encodings
import JSON

/// An image's configuration: how it runs, and its labels.
///
/// Reference: OCI image-spec v1.1, config.md; formats.md, "Image".
public struct ImageConfig: Sendable, Hashable {
  /// What it runs on.
  public var platform: Descriptor.Platform
  /// RFC 3339.
  public var created: String?
  /// The program and its arguments.
  public var entrypoint: [String]
  /// The user id it runs as.
  public var user: String
  /// Where it starts.
  public var workingDirectory: String
  /// As `3000/tcp`.
  public var exposedPorts: [String]
  /// Text by key.
  public var labels: [String: String]
  /// SHA-256 of each layer before compression, lowest first.
  public var diffIDs: [Digest]

  /// Most bytes a configuration may have.
  public static let limit = 4 << 20

  /// What the image of every handler runs.
  public static let handlerEntrypoint = [
    "/zigttp-runtime", "serve", "/app", "--host", "0.0.0.0", "--port", "3000",
  ]

  /// The configuration of a handler's image.
  ///
  /// - Parameter created: seconds since 1970.
  public init(
    platform: Descriptor.Platform, created: UInt64, labels: [String: String], diffIDs: [Digest]
  ) {
    self.platform = platform
    self.created = UTCTime.rfc3339(clampingSeconds: created)
    entrypoint = Self.handlerEntrypoint
    user = "65532"
    workingDirectory = "/"
    exposedPorts = ["3000/tcp"]
    self.labels = labels
    self.diffIDs = diffIDs
  }

  /// Canonical JSON.
  public var bytes: [UInt8] {
    var ports = JSONObject()
    for port in exposedPorts { ports[port] = .object(JSONObject()) }
    var labelled = JSONObject()
    for (key, value) in labels { labelled[key] = .string(value) }
    var out: JSONObject = [
      "architecture": .string(platform.architecture),
      "os": .string(platform.os),
      "config": [
        "Entrypoint": .strings(entrypoint), "ExposedPorts": .object(ports),
        "Labels": .object(labelled), "User": .string(user),
        "WorkingDir": .string(workingDirectory),
      ],
      "rootfs": ["type": "layers", "diff_ids": .strings(diffIDs.map(\.description))],
    ]
    if let created { out["created"] = .string(created) }
    return JSONValue.object(out).canonicalBytes
  }

  /// From a document, anybody's: what it lacks reads as empty.
  ///
  /// - Throws: `malformed` when it does not say what it runs on, or a diff id is no digest.
  public init(_ bytes: [UInt8]) throws(ImageError) {
    let name = Digest.sha256(of: bytes)
    func wrong(_ field: String, _ expected: String) -> ImageError {
      .malformed(name, field: field, expected: expected, found: "something else")
    }
    let document: JSONValue
    do throws(JSONError) {
      document = try JSONReader.lenient(bytes)
    } catch {
      throw .malformed(name, field: "config", expected: "JSON", found: error.description)
    }
    guard let architecture = document["architecture"]?.stringValue else {
      throw wrong("architecture", "a string")
    }
    guard let os = document["os"]?.stringValue else { throw wrong("os", "a string") }
    platform = Descriptor.Platform(os: os, architecture: architecture)
    created = document["created"]?.stringValue
    let run = document["config"]
    entrypoint = run?["Entrypoint"]?.stringArray ?? []
    user = run?["User"]?.stringValue ?? ""
    workingDirectory = run?["WorkingDir"]?.stringValue ?? ""
    exposedPorts = run?["ExposedPorts"]?.objectValue?.keys ?? []
    labels = [:]
    for member in run?["Labels"]?.objectValue?.members ?? [] {
      labels[member.key] = member.value.stringValue
    }
    diffIDs = []
    for value in document["rootfs"]?["diff_ids"]?.arrayValue ?? [] {
      guard let digest = value.stringValue.flatMap({ Digest($0) }) else {
        throw wrong("rootfs.diff_ids", "digests")
      }
      diffIDs.append(digest)
    }
  }
}
