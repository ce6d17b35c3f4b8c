import ContentStore
import Contracts
import Digests
import JSON
import OCIImage

/// One object that a document names, and as what.
public struct ObjectReference: Sendable, Hashable {
  /// What the object is to the one that names it.
  public enum Role: String, Sendable, Hashable {
    case record, image, manifest, config, contract, sources, layer
  }

  /// As what.
  public var role: Role
  /// The name, the size and the type that the document gives it.
  public var descriptor: Descriptor

  /// Whether the object may be elsewhere for good: a layer that says where to get it.
  var isForeign: Bool { descriptor.others["urls"] != nil }
}

/// Reads what manifests and indexes name. Other documents, layers and configs name nothing.
///
/// Reference: OCI image-spec v1.1, manifest.md and image-index.md; the types of Docker, which other
/// tools leave in a layout, have the same members.
struct ReferenceReader {
  let blobs: BlobStore
  /// Manifests that were read already.
  var ahead = ManifestsAhead()

  private static let manifests: Set = [
    MediaType.manifest, "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.oci.artifact.manifest.v1+json",
  ]
  private static let indexes: Set = [
    MediaType.index, "application/vnd.docker.distribution.manifest.list.v2+json",
  ]

  /// Whether objects of a type name others.
  static func isDocument(_ mediaType: String) -> Bool {
    manifests.contains(mediaType) || indexes.contains(mediaType)
  }

  /// What a manifest or index names, in order; nothing for another type.
  ///
  /// - Throws: `missing`, `corrupt`, `tooLarge`, `malformed`.
  func references(of digest: Digest, mediaType: String) throws(StoreError) -> [ObjectReference] {
    guard Self.isDocument(mediaType) else { return [] }
    if mediaType == MediaType.manifest, let manifest = ahead[digest] {
      return Self.references(of: try manifest.get())
    }
    let bytes = try blobs.read(digest, limit: Index.limit)
    switch mediaType {
    case MediaType.manifest: return Self.references(of: try Manifest(bytes))
    case MediaType.index: return Self.references(of: try Index(bytes))
    default: return try Self.references(ofAny: bytes)
    }
  }

  /// The deploy record of a digest, of that many bytes.
  func record(_ digest: Digest, size: UInt64) throws(ImageError) -> DeployRecord {
    guard let manifest = ahead[digest] else { return try DeployRecord(digest, in: blobs) }
    switch manifest {
    case .success(let manifest): return try DeployRecord(digest, size: size, manifest)
    case .failure(let error): throw .store(error)
    }
  }

  /// What an object names whose type nobody tells; nothing where it is no such document.
  ///
  /// - Throws: `missing`, `corrupt`, and what reading fails with.
  func references(ofUnknown digest: Digest) throws(StoreError) -> [ObjectReference] {
    guard let size = try blobs.size(of: digest), size <= UInt64(Index.limit) else { return [] }
    let bytes = try blobs.read(digest, limit: Index.limit)
    guard bytes.first == UInt8(ascii: "{") else { return [] }
    do throws(StoreError) {
      return try Self.references(ofAny: bytes)
    } catch {
      return []
    }
  }

  static func references(of index: Index) -> [ObjectReference] {
    index.manifests.map { ObjectReference(role: .manifest, descriptor: $0) }
  }

  static func references(of manifest: Manifest) -> [ObjectReference] {
    var out = [ObjectReference(role: .config, descriptor: manifest.config)]
    out += manifest.layers.map { ObjectReference(role: role(ofLayer: $0), descriptor: $0) }
    out += manifest.subject.map { [ObjectReference(role: .image, descriptor: $0)] } ?? []
    return out
  }

  private static func role(ofLayer layer: Descriptor) -> ObjectReference.Role {
    switch layer.mediaType {
    case RecordMediaType.contract: .contract
    case RecordMediaType.sources: .sources
    default: .layer
    }
  }

  private static func references(ofAny bytes: [UInt8]) throws(StoreError) -> [ObjectReference] {
    let document: JSONValue
    do throws(JSONError) {
      document = try JSONReader.lenient(bytes)
    } catch {
      throw StoreError(.malformed, path: "document", expected: "JSON", found: error.description)
    }
    var out: [ObjectReference] = []
    for (key, role) in [("config", ObjectReference.Role.config), ("subject", .image)] {
      guard let value = document[key], value.objectValue != nil else { continue }
      out.append(ObjectReference(role: role, descriptor: try Descriptor(value, at: key)))
    }
    for (key, role) in [
      ("layers", ObjectReference.Role.layer), ("blobs", .layer), ("manifests", .manifest),
    ] {
      for value in document[key]?.arrayValue ?? [] {
        out.append(ObjectReference(role: role, descriptor: try Descriptor(value, at: key)))
      }
    }
    return out
  }
}
