/// The name of a repository: components of lower-case letters and digits, with single separators
/// between them.
///
/// Reference: OCI distribution-spec v1.1, "Pulling manifests", `<name>`.
public struct RepositoryName: Sendable, Hashable, CustomStringConvertible {
  /// As it stands in an address.
  public let description: String

  /// Most bytes; together with the host clients limit it to 255.
  public static let limit = 255

  /// From its text; nil for anything else.
  public init?(_ text: some StringProtocol) {
    guard (1...Self.limit).contains(text.utf8.count),
      text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        .allSatisfy({ Self.isComponent(Array($0)) })
    else { return nil }
    description = String(text)
  }

  /// Its components.
  public var components: [String] {
    description.split(separator: "/").map(String.init)
  }

  // Runs of letters and digits; between two of them a dot, one or two underscores, or dashes.
  private static func isComponent(_ bytes: [UInt8]) -> Bool {
    guard let first = bytes.first, let last = bytes.last, first.isLowerAlphanumeric,
      last.isLowerAlphanumeric
    else { return false }
    return bytes.split(whereSeparator: \.isLowerAlphanumeric).allSatisfy { separator in
      let text = Array(separator)
      return text == [0x2e] || text == [0x5f] || text == [0x5f, 0x5f]
        || text.allSatisfy { $0 == 0x2d }
    }
  }
}

/// A tag of a repository.
///
/// Reference: OCI distribution-spec v1.1, "Pulling manifests", `<reference>` as a tag.
public struct TagName: Sendable, Hashable, CustomStringConvertible {
  /// As it stands in an address.
  public let description: String

  /// From its text; nil for anything else.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard let first = bytes.first, bytes.count <= 128, first.isAlphanumeric || first == 0x5f,
      bytes.allSatisfy({ $0.isAlphanumeric || [0x5f, 0x2e, 0x2d].contains($0) })
    else { return nil }
    description = String(text)
  }

  /// What everybody means who names no tag.
  public static let latest = TagName(known: "latest")

  init(known text: String) { description = text }
}
