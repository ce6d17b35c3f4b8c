import Digests

/// What is named in an OCI image layout, in a folder or in a tar: `PATH[:NAME][@DIGEST]`.
///
/// As skopeo does it, the path ends at the first colon, so that a path with a colon cannot be named:
/// whoever has one works in its folder, or goes through a link. A digest behind the last `@` decides
/// where there is a name beside it.
public struct LayoutReference: Sendable, Hashable {
  /// The folder or the file, as it was given.
  public var path: String
  /// The name of an entry of `index.json`.
  public var name: EntryName?
  /// The manifest itself.
  public var digest: Digest?

  /// A reference from its parts; `path` has no colon.
  public init(path: String, name: EntryName? = nil, digest: Digest? = nil) {
    self.path = path
    self.name = name
    self.digest = digest
  }

  /// From text behind the kind.
  ///
  /// - Parameter whole: with the kind, for the error.
  /// - Throws: `badAddress`, saying which part.
  init(_ text: Substring, of whole: String) throws(TransferError) {
    var rest = text
    var digest: Digest?
    if let at = Self.digestMark(in: rest) {
      let name = rest[rest.utf8.index(after: at)...]
      guard let found = Digest(name) else {
        throw .badAddress(
          whole, expected: "sha256: and 64 hex digits behind @", found: String(name))
      }
      digest = found
      rest = rest[..<at]
    }
    // By bytes: to Swift's characters a colon before a combining mark is no colon.
    let path = rest[..<(rest.utf8.firstIndex(of: UInt8(ascii: ":")) ?? rest.endIndex)]
    guard !path.isEmpty else {
      throw .badAddress(whole, expected: "a path behind the kind", found: "none")
    }
    guard path.endIndex < rest.endIndex else {
      self.init(path: String(path), digest: digest)
      return
    }
    let name = rest[rest.utf8.index(after: path.endIndex)...]
    guard let entry = EntryName(name) else {
      throw .badAddress(
        whole,
        expected: "a tag behind the first colon: letters and digits with one of - . _ : @ + / "
          + "between them; a path has no colon",
        found: String(name))
    }
    self.init(path: String(path), name: entry, digest: digest)
  }

  // Only what says that it is a digest: a name may have an @ of its own.
  private static func digestMark(in text: Substring) -> Substring.Index? {
    text.utf8.indices.last { index in
      text.utf8[index] == UInt8(ascii: "@")
        && Digest.Algorithm.allCases.contains {
          text.utf8[text.utf8.index(after: index)...].starts(with: "\($0.rawValue):".utf8)
        }
    }
  }
}

extension LayoutReference: CustomStringConvertible {
  /// As it was given.
  public var description: String {
    var text = path
    if let name { text += ":\(name)" }
    if let digest { text += "@\(digest)" }
    return text
  }
}
