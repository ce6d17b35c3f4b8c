import Digests
import Encodings
import JSON

/// An image index, as `index.json` is one: the entry points of a layout.
///
/// Reference: OCI image-spec v1.1, image-index.md and image-layout.md.
public struct Index: Sendable, Hashable {
  /// The entries, in order, those that are not understood among them.
  public private(set) var entries: [Entry] = []
  /// Free text by key.
  public var annotations: [String: String] = [:]
  /// Members that this type has no room for.
  public var others = JSONObject()
  // Those of them in a file that would not come back as they stood.
  private var kept: [KeptMember] = []

  private struct KeptMember: Sendable, Hashable {
    var key: String
    var value: [UInt8]
  }

  /// Most bytes an index may have.
  public static let limit = 16 << 20

  /// The entries that are understood, in order.
  public var manifests: [Descriptor] { entries.compactMap(\.descriptor) }

  /// No entries.
  public init() {}

  /// From a document that has to be an index through and through.
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
    entries = try fields.descriptors("manifests").map(Entry.init)
    annotations = try fields.annotations()
    others = fields.rest
  }

  /// From the text of an `index.json`, anybody's: what is not understood of it is kept as it stands.
  ///
  /// - Throws: `malformed` for what is no JSON object, or has something else than entries in
  ///   `manifests`.
  public init(file bytes: [UInt8]) throws(StoreError) {
    let text = Self.withoutMark(bytes)
    do throws(JSONError) {
      _ = try JSONReader.lenient(text)
    } catch {
      // Its brackets are counted below, however many.
      guard case .tooDeep = error.reason else {
        throw StoreError(
          .malformed, path: "index", expected: "JSON", found: error.description)
      }
    }
    let found = IndexText(text)
    guard found.isWhole else {
      throw StoreError(
        .malformed, path: "index", expected: "an object with an array of manifests",
        found: "something else")
    }
    entries = found.entries.map { Entry(raw: Array($0)) }
    for member in found.members {
      guard let key = (try? JSONReader.lenient(member.key))?.stringValue else { continue }
      // Of a repeated key the last value counts.
      kept.removeAll { $0.key == key }
      others[key] = try? JSONReader.lenient(member.value)
      if others[key]?.canonicalBytes != Array(member.value) {
        kept.append(KeptMember(key: key, value: Array(member.value)))
      }
    }
    takeKnownMembers()
  }

  /// What can be told of the entries of a file that is no JSON object any more: those that are
  /// whole and name something.
  static func salvaged(_ bytes: [UInt8]) -> [Entry] {
    IndexText(withoutMark(bytes)).entries.map { Entry(raw: Array($0)) }
      .filter { $0.target != nil }
  }

  // A byte order mark, which some editors put in front of everything.
  private static func withoutMark(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes[3...] : bytes[...]
  }

  private mutating func takeKnownMembers() {
    let known = ["schemaVersion", "mediaType"]
    for key in known { others[key] = nil }
    kept.removeAll { known.contains($0.key) }
    guard let object = others["annotations"]?.objectValue,
      object.members.allSatisfy({ $0.value.stringValue != nil })
    else { return }
    for member in object.members { annotations[member.key] = member.value.stringValue }
    others["annotations"] = nil
    kept.removeAll { $0.key == "annotations" }
  }

  /// Canonical JSON, but for what others wrote in a file, which stays as it was.
  public var bytes: [UInt8] {
    var out = others
    out["schemaVersion"] = 2
    out["mediaType"] = .string(MediaType.index)
    out.setAnnotations(annotations)
    for member in kept { out[member.key] = nil }
    var members: [(key: String, value: [UInt8])] = out.members.map {
      ($0.key, $0.value.canonicalBytes)
    }
    members += kept.map { ($0.key, $0.value) }
    let array =
      [UInt8(ascii: "[")] + Array(entries.map(\.bytes).joined(separator: [0x2c]))
      + [UInt8(ascii: "]")]
    members.append(("manifests", array))
    members.sort { UTF8Order.precedes($0.key, $1.key) }
    let texts = members.map { JSONValue.string($0.key).canonicalBytes + [0x3a] + $0.value }
    return [UInt8(ascii: "{")] + Array(texts.joined(separator: [0x2c])) + [UInt8(ascii: "}")]
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

  /// Whether an entry is the image or record of a service.
  public var namesDeploys: Bool { entries.contains { $0.annotation(Annotation.service) != nil } }

  /// Adds an entry behind all others.
  public mutating func append(_ descriptor: Descriptor) { entries.append(Entry(descriptor)) }

  /// Takes the entries of an object away, whatever they are called.
  public mutating func remove(_ digest: Digest) {
    entries.removeAll { $0.descriptor?.digest == digest }
  }

  /// Gives a name to a manifest, in place of whoever had it; without a name it is added behind all
  /// others unless it is there.
  public mutating func name(_ descriptor: Descriptor, _ name: String?) {
    var descriptor = descriptor
    descriptor.annotations[Annotation.refName] = name
    if let name {
      entries.removeAll { $0.annotation(Annotation.refName) == name }
    } else if entries.contains(where: { $0.target?.digest == descriptor.digest }) {
      return
    }
    entries.append(Entry(descriptor))
  }

  /// Names the newest image and record of a service in place of the former ones. Every other
  /// entry, other tools' included, stays where it is.
  public mutating func setNewest(
    of service: String, image: Descriptor, record: Descriptor
  ) {
    entries.removeAll {
      $0.annotation(Annotation.refName) == service || $0.annotation(Annotation.service) == service
    }
    var image = image
    image.annotations[Annotation.refName] = service
    image.annotations[Annotation.service] = service
    var record = record
    record.annotations[Annotation.service] = service
    record.annotations[Annotation.refName] = nil
    entries += [Entry(image), Entry(record)]
  }

  /// Puts entries of a former file before those that are here, except those of services that are.
  mutating func carryOver(_ former: [Entry]) {
    let services = Set(entries.compactMap { $0.annotation(Annotation.service) })
    let kept = former.filter { entry in
      let names = [Annotation.refName, Annotation.service].compactMap { entry.annotation($0) }
      return services.isDisjoint(with: names)
    }
    entries = kept + entries
  }
}
