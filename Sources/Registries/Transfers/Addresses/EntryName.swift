/// What an entry of an `index.json` is called: the value of its `org.opencontainers.image.ref.name`.
///
/// Wider than a tag of a registry: other tools write whole names there, `docker.io/library/alpine:3`.
/// Reference: OCI image-spec v1.1, annotations.md, the grammar of `ref`.
public struct EntryName: Sendable, Hashable {
  /// The name as the annotation has it.
  public let text: String

  /// Most bytes of a name: those of a host, a repository and a tag.
  public static let limit = 640

  /// A name; nil for what the grammar does not know.
  public init?(_ text: some StringProtocol) {
    guard text.utf8.count <= Self.limit else { return nil }
    let components = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard components.allSatisfy({ Self.isComponent(Array($0)) }) else { return nil }
    self.text = String(text)
  }

  // Letters and digits, with one separator or two dashes between each two runs of them.
  private static func isComponent(_ bytes: [UInt8]) -> Bool {
    guard let first = bytes.first, let last = bytes.last, isWord(first), isWord(last) else {
      return false
    }
    let separators = bytes.split(omittingEmptySubsequences: true, whereSeparator: isWord)
    return separators.allSatisfy { run in
      run.count == 1 ? "-._:@+".utf8.contains(run[run.startIndex]) : run.elementsEqual("--".utf8)
    }
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}

extension EntryName: CustomStringConvertible {
  /// The name as the annotation has it.
  public var description: String { text }
}
