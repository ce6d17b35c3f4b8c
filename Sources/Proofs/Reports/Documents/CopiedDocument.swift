import ContentStore
import Digests
import Encodings
import JSON

/// What `store cp` answers: what the source's name stood for, and what was moved.
public struct CopiedDocument: Document {
  /// `schema/json/store-cp-v1.schema.json`.
  public static let schema = "store-cp"

  /// What was moved, in objects and bytes.
  public struct Moved: Sendable {
    /// Objects that were written.
    public var objects: Int
    /// Their bytes.
    public var bytes: UInt64
    /// Objects that were there already.
    public var present: Int

    /// Counts.
    public init(objects: Int, bytes: UInt64, present: Int) {
      self.objects = objects
      self.bytes = bytes
      self.present = present
    }
  }

  private let source: String
  private let target: String
  private let root: Descriptor
  private let moved: Moved
  private let referrers: [Descriptor]
  private let foreign: [Descriptor]

  /// - Parameters:
  ///   - source: as it was named.
  ///   - target: as it was named.
  ///   - root: what the source's name stood for.
  ///   - referrers: what was attached to it and went along.
  ///   - foreign: objects that stay where their documents say that they are.
  public init(
    from source: String, to target: String, _ root: Descriptor, _ moved: Moved,
    referrers: [Descriptor], foreign: [Descriptor]
  ) {
    self.source = source
    self.target = target
    self.root = root
    self.moved = moved
    self.referrers = referrers
    self.foreign = foreign
  }

  /// For people.
  public var text: SafeText {
    var text: SafeText = "Source:    \(source)\nDigest:    \(root.digest)\nTarget:    \(target)\n"
    text += "Moved:     \(moved.objects) object(s), \(moved.bytes) bytes"
    text += moved.present > 0 ? "; \(moved.present) there already\n" : "\n"
    text += referrers.map { "Referrer:  \($0.digest)\n" }.joined()
    text += foreign.map { "Elsewhere: \($0.digest)\n" }.joined()
    return text
  }

  /// `source`, `digest`, `mediaType`, `size`, `target`, `objects`, `bytes`, `present`, `referrers`,
  /// `foreign`.
  public var members: JSONObject {
    [
      "source": .string(source), "digest": .named(root.digest),
      "mediaType": .string(root.mediaType), "size": .count(root.size), "target": .string(target),
      "objects": .count(moved.objects), "bytes": .count(moved.bytes),
      "present": .count(moved.present),
      "referrers": .strings(referrers.map(\.digest.description)),
      "foreign": .strings(foreign.map(\.digest.description)),
    ]
  }
}
