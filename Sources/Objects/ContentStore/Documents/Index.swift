import JSON

/// An image index, as `index.json` is one: the entry points of a layout.
///
/// Reference: OCI image-spec v1.1, image-index.md and image-layout.md.
public struct Index: Sendable, Hashable {
  /// The entries, in order.
  public var manifests: [Descriptor] = []
  /// Free text by key.
  public var annotations: [String: String] = [:]
  /// Members that this type has no room for.
  public var others = JSONObject()

  /// Most bytes an index may have.
  public static let limit = 16 << 20

  /// No entries.
  public init() {}

  /// From a document.
  ///
  /// - Throws: `malformed`.
  public init(_ bytes: [UInt8]) throws(StoreError) {
    let json = try DocumentFields.parse(bytes, at: "index")
    var fields = DocumentFields(json, at: "index")
    try fields.schemaVersion()
    let type = try fields.stringIfAny("mediaType") ?? MediaType.index
    guard type == MediaType.index else {
      throw fields.wrong("mediaType", expected: MediaType.index, found: type)
    }
    manifests = try fields.descriptors("manifests")
    annotations = try fields.annotations()
    others = fields.rest
  }

  /// Canonical JSON.
  public var bytes: [UInt8] {
    var out = others
    out["schemaVersion"] = 2
    out["mediaType"] = .string(MediaType.index)
    out["manifests"] = .array(manifests.map(\.json))
    out.setAnnotations(annotations)
    return JSONValue.object(out).canonicalBytes
  }

  /// The entry of a tag.
  public func tagged(_ name: String) -> Descriptor? {
    manifests.first { $0.annotations[Annotation.refName] == name }
  }

  /// The newest image of a service.
  public func image(of service: String) -> Descriptor? { tagged(service) }

  /// The newest deploy record of a service.
  public func record(of service: String) -> Descriptor? {
    manifests.first {
      $0.annotations[Annotation.service] == service && $0.annotations[Annotation.refName] == nil
    }
  }

  /// Names the newest image and record of a service in place of the former ones. Every other
  /// entry, other tools' included, stays where it is.
  public mutating func setNewest(
    of service: String, image: Descriptor, record: Descriptor
  ) {
    manifests.removeAll {
      $0.annotations[Annotation.refName] == service
        || $0.annotations[Annotation.service] == service
    }
    var image = image
    image.annotations[Annotation.refName] = service
    image.annotations[Annotation.service] = service
    var record = record
    record.annotations[Annotation.service] = service
    record.annotations[Annotation.refName] = nil
    manifests += [image, record]
  }
}
