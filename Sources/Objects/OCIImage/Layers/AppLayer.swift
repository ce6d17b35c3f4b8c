import Archive
import Digests
import JSON

/// The layer that holds a handler: sources, contract and the digests of both. Its tar is a layer of
/// the image as it is, and the payload of the self-contained binary: one object, used twice.
///
/// Reference: formats.md, "Image".
public struct AppLayer: Sendable {
  /// A file of the program.
  public struct File: Sendable, Hashable {
    /// Relative to the project's root.
    public var path: String
    /// Its content.
    public var bytes: [UInt8]

    /// A file from its parts.
    public init(path: String, bytes: [UInt8]) {
      self.path = path
      self.bytes = bytes
    }
  }

  /// The layer's bytes, uncompressed.
  public let tar: [UInt8]
  /// Of `tar`: the layer's digest and its diff id.
  public let digest: Digest
  /// Of `app.json`: one name for all files of the app.
  public let appDigest: Digest

  /// Packs a handler.
  ///
  /// - Parameters:
  ///   - sources: in any order.
  ///   - contract: the canonical contract.
  ///   - modified: seconds since 1970 for every entry.
  public init(
    sources: [File], contract: [UInt8], modified: UInt64 = 0
  ) throws(ImageError) {
    let files = [("contract.json", contract)] + sources.map { ("source/\($0.path)", $0.bytes) }
    let manifest = AppManifest(of: files)
    let packed = files + [(AppManifest.fileName, manifest.bytes)]
    let entries = packed.map { TarEntry.file("app/\($0.0)", $0.1) }
    tar = try wrapping(archive: TarWriter(entries, modified: modified).bytes())
    digest = .sha256(of: tar)
    appDigest = manifest.digest
  }
}

/// `app.json`: the path below `/app` of every other file, and its SHA-256 as 64 hex digits.
public struct AppManifest: Sendable, Hashable {
  /// Its own name below `/app`.
  public static let fileName = "app.json"

  /// Digests by path.
  public let files: JSONObject

  init(of files: [(path: String, bytes: [UInt8])]) {
    var object = JSONObject()
    for file in files { object[file.path] = .string(Digest.sha256(of: file.bytes).hex) }
    self.files = object
  }

  /// From the file.
  public init(_ bytes: [UInt8]) throws(ImageError) {
    let document = try? CanonicalJSON.parse(bytes)
    guard let object = document?.objectValue,
      object.members.allSatisfy({ $0.value.stringValue.flatMap { Digest(sha256Hex: $0) } != nil })
    else {
      throw .malformed(
        .sha256(of: bytes), field: Self.fileName, expected: "paths with their sha256",
        found: "something else")
    }
    files = object
  }

  /// Canonical JSON.
  public var bytes: [UInt8] { JSONValue.object(files).canonicalBytes }

  /// The app digest.
  public var digest: Digest { .sha256(of: bytes) }

  func digest(of path: String) -> Digest? {
    files[path]?.stringValue.flatMap { Digest(sha256Hex: $0) }
  }
}
