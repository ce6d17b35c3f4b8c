import Digests
import JSON

/// A manifest: a config, layers, and for an artifact what it is about.
///
/// Reference: OCI image-spec v1.1, manifest.md.
public struct Manifest: Sendable, Hashable {
  /// The type of an artifact; nil for an image.
  public var artifactType: String?
  /// The configuration.
  public var config: Descriptor
  /// The content, lowest layer first.
  public var layers: [Descriptor]
  /// The manifest this one is attached to.
  public var subject: Descriptor?
  /// Free text by key.
  public var annotations: [String: String]
  /// Members that this type has no room for.
  public var others = JSONObject()

  /// Most bytes a manifest may have; registries refuse more.
  public static let limit = 4 << 20

  /// A manifest from its parts.
  public init(
    artifactType: String? = nil, config: Descriptor, layers: [Descriptor],
    subject: Descriptor? = nil, annotations: [String: String] = [:]
  ) {
    self.artifactType = artifactType
    self.config = config
    self.layers = layers
    self.subject = subject
    self.annotations = annotations
  }

  /// From a document.
  ///
  /// - Throws: `malformed`, also for an index or another type in its place.
  public init(_ bytes: [UInt8]) throws(StoreError) {
    let json = try DocumentFields.parse(bytes, at: "manifest")
    var fields = DocumentFields(json, at: "manifest")
    try fields.schemaVersion()
    let type = try fields.stringIfAny("mediaType") ?? MediaType.manifest
    guard type == MediaType.manifest else {
      throw fields.wrong("mediaType", expected: MediaType.manifest, found: type)
    }
    guard json["manifests"] == nil else {
      // One document that reads as both has two meanings.
      throw fields.wrong("manifests", expected: "a manifest, not an index")
    }
    artifactType = try fields.stringIfAny("artifactType")
    guard let config = try fields.descriptorIfAny("config") else {
      throw fields.wrong("config", expected: "a descriptor")
    }
    self.config = config
    layers = try fields.descriptors("layers")
    subject = try fields.descriptorIfAny("subject")
    annotations = try fields.annotations()
    others = fields.rest
  }

  /// Canonical JSON.
  public var bytes: [UInt8] {
    var out = others
    out["schemaVersion"] = 2
    out["mediaType"] = .string(MediaType.manifest)
    if let artifactType { out["artifactType"] = .string(artifactType) }
    out["config"] = config.json
    out["layers"] = .array(layers.map(\.json))
    if let subject { out["subject"] = subject.json }
    out.setAnnotations(annotations)
    return JSONValue.object(out).canonicalBytes
  }
}
