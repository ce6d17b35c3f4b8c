import Digests

/// What a manifest is asked for by.
///
/// Reference: OCI distribution-spec v1.1, "Pulling manifests", `<reference>`.
public enum ManifestReference: Sendable, Hashable {
  /// A name that may stand for another manifest tomorrow.
  case tag(String)
  /// The manifest itself.
  case digest(Digest)

  /// A digest or a tag; nil for what is neither.
  public init?(_ text: String) {
    if let digest = Digest(text) {
      self = .digest(digest)
    } else if Self.isTag(text) {
      self = .tag(text)
    } else {
      return nil
    }
  }

  /// Most characters of a tag.
  static let tagLimit = 128

  /// Whether text is a tag: a letter, digit or underscore, then up to 127 of those, dots and dashes.
  static func isTag(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= tagLimit, isWord(first) else {
      return false
    }
    return text.utf8.allSatisfy {
      isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
    }
  }

  private static func isWord(_ unit: UInt8) -> Bool {
    switch unit {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
