import Digests
import JSON

extension Index {
  /// An entry of `index.json`, whether or not it is understood.
  ///
  /// One that others wrote is kept byte for byte: it is theirs.
  public struct Entry: Sendable, Hashable {
    /// What it says; nil for one that is no descriptor as we know them.
    public let descriptor: Descriptor?
    // As it stands in the file, where that is not how we would write it.
    private let raw: [UInt8]?

    init(_ descriptor: Descriptor) {
      self.descriptor = descriptor
      raw = nil
    }

    init(raw bytes: [UInt8]) {
      let json = try? JSONReader.lenient(bytes)
      descriptor = json.flatMap { try? Descriptor($0, at: "entry") }
      raw = descriptor?.json.canonicalBytes == bytes ? nil : bytes
    }

    /// As the file has it.
    public var bytes: [UInt8] { raw ?? descriptor?.json.canonicalBytes ?? [] }

    /// The object that it names and as what, also where the rest of it is not understood: an entry
    /// without a type, or with a size that is no number, still keeps what it names.
    ///
    /// nil where it names none of a digest that we know.
    public var target: (digest: Digest, mediaType: String?)? {
      if let descriptor { return (descriptor.digest, descriptor.mediaType) }
      guard let json, let digest = json["digest"]?.stringValue.flatMap({ Digest($0) }) else {
        return nil
      }
      return (digest, json["mediaType"]?.stringValue)
    }

    /// One of its annotations.
    public func annotation(_ key: String) -> String? {
      if let descriptor { return descriptor.annotations[key] }
      return json?["annotations"]?[key]?.stringValue
    }

    private var json: JSONValue? { raw.flatMap { try? JSONReader.lenient($0) } }
  }
}
