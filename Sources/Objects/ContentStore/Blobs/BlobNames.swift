import Digests
import Files

/// What is in the folder of the objects, by name.
public struct BlobNames: Sendable {
  /// Names of objects, ascending.
  public private(set) var digests = DigestPool()
  /// Names that are no digest, ascending.
  public private(set) var others: [String] = []
  /// Names that are no text either, for a person, ascending: no path leads to what has them.
  public private(set) var unreadable: [String] = []

  /// Nothing.
  public init() {}

  mutating func take(_ name: FileName) {
    guard let name = name.text else { return unreadable.append(name.shown) }
    if let digest = Digest(sha256Hex: name) {
      digests.insert(digest)
    } else {
      others.append(name)
    }
  }

  mutating func sort() {
    digests.sort()
    others.sort()
    unreadable.sort()
  }
}
