import ContentStore
import Digests
import JSON
import OCIImage

/// A manifest as a client pushes it: what it is and what it names.
///
/// Documents of types that nobody here knows are taken as well, as long as they are JSON: what their
/// `subject` is can be told, what else they name cannot, and is not asked for.
/// Reference: OCI distribution-spec v1.1, "Pushing Manifests"; image-spec v1.1, manifest.md,
/// image-index.md.
public struct PushedManifest: Sendable {
  /// What has to be there for it.
  struct Reference: Sendable, Hashable {
    var digest: Digest
    /// Whether a manifest under this name will do.
    var mayBeManifest: Bool
  }

  /// As a client calls it, or as its bytes say.
  public let digest: Digest
  /// Its bytes, exactly.
  public let bytes: [UInt8]
  /// Its type, without parameters.
  public let mediaType: String
  /// What it is attached to; need not be there.
  public let subject: Digest?
  /// Whether its own `mediaType` is its type.
  let saysItsType: Bool
  let references: [Reference]
  private let json: JSONObject

  /// Most bytes of a manifest.
  public static let limit = Manifest.limit

  /// Reads a manifest.
  ///
  /// - Parameters:
  ///   - contentType: the header, parameters and all; nil where there is none.
  ///   - digest: what the client calls it; nil where it gave it a tag only.
  /// - Throws: `MANIFEST_INVALID`, `DIGEST_INVALID`.
  public init(
    _ bytes: [UInt8], contentType: String?, named digest: Digest?
  ) throws(RegistryError) {
    let algorithm = digest?.algorithm ?? .sha256
    let found = Digest.of(bytes, algorithm)
    guard digest == nil || digest == found else {
      throw RegistryError(
        .digestInvalid, 400, "the manifest has another digest", details: ["\(found)"])
    }
    guard let json = (try? JSONReader.lenient(bytes))?.objectValue else {
      throw .invalidManifest("it is no JSON object")
    }
    let said = json["mediaType"]?.stringValue
    let header = contentType.map(Self.withoutParameters)
    if let said, let header, said != header {
      throw .invalidManifest("its mediaType is not the Content-Type of the request")
    }
    self.digest = found
    self.bytes = bytes
    self.json = json
    saysItsType = said != nil
    mediaType =
      header ?? said ?? (json["manifests"] == nil ? MediaType.manifest : MediaType.index)
    guard Self.isMediaType(mediaType) else {
      throw .invalidManifest("its type is no media type")
    }
    let named: [ObjectReference]
    do throws(StoreError) { named = try References.read(bytes, as: mediaType) } catch {
      throw .invalidManifest(Self.reason(error))
    }
    if json["subject"] != nil, json["subject"] != .null {
      guard let subject = json["subject"]?["digest"]?.stringValue.flatMap({ Digest($0) }) else {
        throw .invalidManifest("its subject is no descriptor")
      }
      self.subject = subject
    } else {
      subject = nil
    }
    references = named.compactMap { reference in
      switch reference.role {
      case .subject, .image: return nil
      default: break
      }
      if reference.isForeign || Self.isElsewhere(reference.descriptor.mediaType) { return nil }
      return Reference(
        digest: reference.descriptor.digest, mayBeManifest: reference.role == .manifest)
    }
  }

  private static func reason(_ error: StoreError) -> String {
    [error.path, error.expected.map { "expected \($0)" }, error.found.map { "found \($0)" }]
      .compactMap(\.self).joined(separator: ", ")
  }

  private static func withoutParameters(_ header: String) -> String {
    let type = header.prefix { $0 != ";" }
    return String(type.filter { $0 != " " && $0 != "\t" })
  }

  // It becomes a header again.
  private static func isMediaType(_ text: String) -> Bool {
    text.utf8.count <= 255 && text.utf8.contains(UInt8(ascii: "/"))
      && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
  }

  /// Layers that whoever made the image may not give away: they are had from elsewhere.
  private static func isElsewhere(_ mediaType: String) -> Bool {
    mediaType.hasPrefix("application/vnd.oci.image.layer.nondistributable.")
      || mediaType.hasPrefix("application/vnd.docker.image.rootfs.foreign.")
  }

  /// What a manifest that is stored is attached to.
  static func subject(of bytes: [UInt8]) -> Digest? {
    (try? JSONReader.lenient(bytes))?["subject"]?["digest"]?.stringValue.flatMap { Digest($0) }
  }

  /// Every digest that a document says anywhere in it, whatever its type; nil where it is no JSON.
  static func digests(in bytes: [UInt8]) -> Set<Digest>? {
    guard let json = try? JSONReader.lenient(bytes) else { return nil }
    var out: Set<Digest> = []
    func walk(_ value: JSONValue) {
      switch value {
      case .string(let text): if let digest = Digest(text) { out.insert(digest) }
      case .array(let values): for value in values { walk(value) }
      case .object(let object): for member in object.members { walk(member.value) }
      default: break
      }
    }
    walk(json)
    return out
  }

  /// The descriptor under which its subject lists it.
  ///
  /// Reference: OCI distribution-spec v1.1, "Listing Referrers".
  var referrer: JSONValue {
    var out: JSONObject = [
      "mediaType": .string(mediaType), "digest": .string("\(digest)"),
      "size": .integer(Int64(bytes.count)),
    ]
    if let type = artifactType { out["artifactType"] = .string(type) }
    if let annotations = json["annotations"], annotations.objectValue != nil {
      out["annotations"] = annotations
    }
    return .object(out)
  }

  // An index without one has none; an image has that of its config.
  private var artifactType: String? {
    if let type = json["artifactType"]?.stringValue, !type.isEmpty { return type }
    return json["config"]?["mediaType"]?.stringValue
  }
}
