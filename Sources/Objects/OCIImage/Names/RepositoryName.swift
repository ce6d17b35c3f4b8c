/// The name of a repository in a registry: path components of lower-case letters and digits, with
/// single separators between them.
///
/// Never a path on disk: `a` and `a/b` would meet there.
/// Reference: OCI distribution-spec v1.1, "Pulling manifests", `<name>`.
public struct RepositoryName: Sendable, Hashable {
  /// The name as it stands in a URL.
  public let text: String

  /// Most bytes of a name; what clients put before it, a host and a port, has to fit beside it.
  public static let limit = 255

  /// A name; nil for what the grammar does not know.
  public init?(_ text: some StringProtocol) {
    guard text.utf8.count <= Self.limit else { return nil }
    let text = String(text)
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard parts.allSatisfy({ Self.isComponent($0) }) else { return nil }
    self.text = text
  }

  /// Its components.
  public var components: [String] { text.split(separator: "/").map(String.init) }

  // Letters and digits at both ends; between two of them a dot, one or two underscores, or dashes.
  private static func isComponent(_ part: some Sequence<UInt8>) -> Bool {
    var separators: [UInt8] = []
    var hasStarted = false
    for unit in part {
      if isAlphanumeric(unit) {
        if !separators.isEmpty && !isSeparator(separators) { return false }
        separators = []
        hasStarted = true
      } else if !hasStarted {
        return false
      } else {
        separators.append(unit)
      }
    }
    return hasStarted && separators.isEmpty
  }

  private static func isAlphanumeric(_ unit: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(unit)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(unit)
  }

  private static func isSeparator(_ units: [UInt8]) -> Bool {
    units == [UInt8(ascii: ".")] || units == [UInt8(ascii: "_")]
      || units == [UInt8(ascii: "_"), UInt8(ascii: "_")]
      || units.allSatisfy { $0 == UInt8(ascii: "-") }
  }
}

extension RepositoryName: CustomStringConvertible {
  /// The name as it stands in a URL.
  public var description: String { text }
}
