import Digests

/// A tag of a repository: a letter, digit or underscore, then up to 127 of those, dots and dashes.
///
/// Reference: OCI distribution-spec v1.1, "Pulling manifests", `<reference>` as a tag.
public struct TagName: Sendable, Hashable {
  /// The tag as it stands in a URL.
  public let text: String

  /// Most characters.
  public static let limit = 128

  /// A tag; nil for what the grammar does not know.
  public init?(_ text: some StringProtocol) {
    guard let first = text.utf8.first, text.utf8.count <= Self.limit, Self.isWord(first),
      text.utf8.allSatisfy({
        Self.isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
      })
    else { return nil }
    self.text = String(text)
  }

  private init(known text: String) { self.text = text }

  /// What everybody means who names no tag.
  public static let latest = TagName(known: "latest")

  private static func isWord(_ unit: UInt8) -> Bool {
    switch unit {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

extension TagName: CustomStringConvertible {
  /// The tag as it stands in a URL.
  public var description: String { text }
}

extension TagName {
  /// Under which clients keep the list of a manifest's referrers where the registry keeps none.
  ///
  /// Reference: OCI distribution-spec v1.1, "Referrers Tag Schema".
  public static func referrers(of digest: Digest) -> TagName {
    TagName(known: "\(digest.algorithm.rawValue.prefix(32))-\(digest.hex.prefix(64))")
  }
}
