import ContentStore
import Digests
import JSON

/// An object that names others.
public struct Document: Sendable, Hashable {
  /// Its type: as it says itself, or as its members tell.
  public var mediaType: String
  /// What it names, in order.
  public var references: [ObjectReference]
}

/// What documents name: every type of them, said once.
///
/// Reference: OCI image-spec v1.1, manifest.md and image-index.md, and of v1.1-rc1 artifact.md; the
/// types of Docker, which other tools leave in a layout, have the same members.
public enum References {
  /// Most bytes of a document; registries take no more than a quarter of it.
  public static let limit = 16 << 20

  private static let manifests: Set = [
    MediaType.manifest, "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.oci.artifact.manifest.v1+json",
  ]
  private static let indexes: Set = [
    MediaType.index, "application/vnd.docker.distribution.manifest.list.v2+json",
  ]

  /// Whether objects of a type name others.
  public static func isDocument(_ mediaType: String) -> Bool {
    manifests.contains(mediaType) || indexes.contains(mediaType)
  }

  /// What a document of a known type names, in order; nothing for another type.
  ///
  /// - Throws: `malformed`, also for a document of another type than it is named as.
  public static func read(
    _ bytes: [UInt8], as mediaType: String
  ) throws(StoreError) -> [ObjectReference] {
    guard isDocument(mediaType) else { return [] }
    switch mediaType {
    case MediaType.manifest: return references(of: try Manifest(bytes))
    case MediaType.index: return try references(of: try Index(bytes))
    default:
      let json = try object(bytes)
      guard isDocument(json) else {
        throw StoreError(
          .malformed, path: "document", expected: mediaType, found: "another object")
      }
      return try references(ofAny: json)
    }
  }

  /// The document that bytes are whose type nobody knows; nil where they are none.
  ///
  /// - Throws: `malformed` for what may be a document and cannot be understood.
  public static func document(_ bytes: [UInt8]) throws(StoreError) -> Document? {
    guard DocumentStart.isAt(bytes) else { return nil }
    let json = try object(bytes)
    guard isDocument(json) else { return nil }
    let type = json["mediaType"]?.stringValue
    return Document(
      mediaType: type ?? (json["manifests"] == nil ? MediaType.manifest : MediaType.index),
      references: try references(ofAny: json))
  }

  /// What a document is attached to, whether or not the rest of it is understood; nil for any other
  /// object.
  public static func subject(_ bytes: [UInt8]) -> Digest? {
    guard DocumentStart.isAt(bytes), let json = try? object(bytes), isDocument(json) else {
      return nil
    }
    return json["subject"]?["digest"]?.stringValue.flatMap { Digest($0) }
  }

  /// What a manifest names, in order.
  public static func references(of manifest: Manifest) -> [ObjectReference] {
    let isRecord = manifest.artifactType == RecordMediaType.deploy
    var out = [ObjectReference(role: .config, descriptor: manifest.config)]
    out += places(manifest.layers, layerRole)
    out += places(manifest.subject.map { [$0] } ?? []) { _ in isRecord ? .image : .subject }
    return out
  }

  /// What an index names, in order.
  static func references(of index: Index) throws(StoreError) -> [ObjectReference] {
    let subject = index.others["subject"]
    return places(index.manifests) { _ in .manifest } + (try one(.subject, "subject", subject))
  }

  private static func layerRole(_ layer: Descriptor) -> ObjectReference.Role {
    switch layer.mediaType {
    case RecordMediaType.contract: .contract
    case RecordMediaType.sources: .sources
    default: .layer
    }
  }

  /// Counts the places of each role.
  private static func places(
    _ descriptors: [Descriptor], _ role: (Descriptor) -> ObjectReference.Role
  ) -> [ObjectReference] {
    var next: [ObjectReference.Role: Int] = [:]
    return descriptors.map { descriptor in
      let role = role(descriptor)
      defer { next[role, default: 0] += 1 }
      return ObjectReference(role: role, place: next[role] ?? 0, descriptor: descriptor)
    }
  }

  // MARK: Any document

  // In which each type that we know says what it names.
  private static let members = ["config", "subject", "layers", "blobs", "manifests"]

  /// Whether an object says that it is a document, as every known type does in one of two ways.
  private static func isDocument(_ json: JSONObject) -> Bool {
    if let type = json["mediaType"]?.stringValue, isDocument(type) { return true }
    // Docker's first manifests are not understood, and are not taken for content either.
    return json["schemaVersion"] != nil && (members + ["fsLayers"]).contains { json[$0] != nil }
  }

  private static func object(_ bytes: [UInt8]) throws(StoreError) -> JSONObject {
    do throws(JSONError) {
      guard let object = try JSONReader.lenient(bytes).objectValue else {
        throw JSONError(.shape(path: "document", expected: "an object"))
      }
      return object
    } catch {
      throw StoreError(.malformed, path: "document", expected: "JSON", found: error.description)
    }
  }

  private static func references(ofAny json: JSONObject) throws(StoreError) -> [ObjectReference] {
    guard json["fsLayers"] == nil else {
      throw StoreError(
        .malformed, path: "fsLayers", expected: "a manifest of OCI or of Docker's version 2",
        found: "Docker's version 1")
    }
    let isRecord = json["artifactType"]?.stringValue == RecordMediaType.deploy
    var out: [ObjectReference] = []
    out += try one(.config, "config", json["config"])
    out += places(try list("layers", of: json), layerRole)
    out += places(try list("blobs", of: json)) { _ in .blob }
    out += places(try list("manifests", of: json)) { _ in .manifest }
    return out + (try one(isRecord ? .image : .subject, "subject", json["subject"]))
  }

  private static func one(
    _ role: ObjectReference.Role, _ key: String, _ value: JSONValue?
  ) throws(StoreError) -> [ObjectReference] {
    guard let value, value != .null else { return [] }
    return [ObjectReference(role: role, descriptor: try Descriptor(value, at: key))]
  }

  private static func list(
    _ key: String, of json: JSONObject
  ) throws(StoreError) -> [Descriptor] {
    guard let value = json[key], value != .null else { return [] }
    guard let values = value.arrayValue else {
      throw StoreError(.malformed, path: key, expected: "an array", found: "something else")
    }
    var out: [Descriptor] = []
    for value in values { out.append(try Descriptor(value, at: key)) }
    return out
  }
}
