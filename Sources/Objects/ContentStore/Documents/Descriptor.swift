import Digests
import JSON

/// What a document says of another object: its type, name and size.
///
/// Reference: OCI image-spec v1.1, descriptor.md.
public struct Descriptor: Sendable, Hashable {
  /// What an image runs on.
  public struct Platform: Sendable, Hashable {
    /// As Go names it: `amd64`, `arm64`.
    public var architecture: String
    /// As Go names it: `linux`.
    public var os: String

    /// A platform from its parts.
    public init(os: String = "linux", architecture: String) {
      self.os = os
      self.architecture = architecture
    }
  }

  /// What kind of object it is.
  public var mediaType: String
  /// The name of the object.
  public var digest: Digest
  /// In bytes.
  public var size: UInt64
  /// The artifact's type, when the object is a manifest that has one.
  public var artifactType: String?
  /// What an image runs on, in an index.
  public var platform: Platform?
  /// Free text by key.
  public var annotations: [String: String]
  /// Members that this type has no room for, `urls` and `data` among them; written back as read.
  public var others = JSONObject()

  /// A descriptor from its parts.
  public init(
    mediaType: String, digest: Digest, size: UInt64, artifactType: String? = nil,
    platform: Platform? = nil, annotations: [String: String] = [:]
  ) {
    self.mediaType = mediaType
    self.digest = digest
    self.size = size
    self.artifactType = artifactType
    self.platform = platform
    self.annotations = annotations
  }

  /// The object it names.
  public var blob: Blob { Blob(digest: digest, size: size) }
}

extension Descriptor {
  /// From a document.
  ///
  /// - Parameter path: where in the document, for the error.
  /// - Throws: `malformed`.
  public init(_ json: JSONValue, at path: String) throws(StoreError) {
    var fields = DocumentFields(json, at: path)
    mediaType = try fields.string("mediaType")
    let text = try fields.string("digest")
    guard let digest = Digest(text) else {
      throw fields.wrong("digest", expected: "sha256:<64 hex digits>", found: text)
    }
    self.digest = digest
    let size = try fields.integer("size")
    guard size >= 0 else { throw fields.wrong("size", expected: "a size", found: "\(size)") }
    self.size = UInt64(size)
    artifactType = try fields.stringIfAny("artifactType")
    annotations = try fields.annotations()
    platform = nil
    // A platform with more than the two names is kept among the others, not cut.
    if case .object(let object)? = json["platform"], Set(object.keys) == ["architecture", "os"],
      let architecture = object["architecture"]?.stringValue, let os = object["os"]?.stringValue
    {
      platform = Platform(os: os, architecture: architecture)
      fields.drop("platform")
    }
    others = fields.rest
  }

  /// As a document has it.
  public var json: JSONValue {
    var out = others
    out["mediaType"] = .string(mediaType)
    out["digest"] = .string(digest.description)
    out["size"] = .integer(Int64(clamping: size))
    if let artifactType { out["artifactType"] = .string(artifactType) }
    if let platform {
      out["platform"] = [
        "architecture": .string(platform.architecture), "os": .string(platform.os),
      ]
    }
    out.setAnnotations(annotations)
    return .object(out)
  }
}
