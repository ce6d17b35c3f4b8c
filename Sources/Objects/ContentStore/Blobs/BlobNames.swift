import Digests

/// What is in the folder of the objects, by name.
public struct BlobNames: Sendable {
  /// Names of objects, ascending.
  public private(set) var digests = DigestPool()
  /// Names that are no digest, ascending.
  public private(set) var others: [String] = []

  /// Nothing.
  public init() {}

  mutating func take(_ name: String) {
    if let digest = Digest(sha256Hex: name) {
      digests.insert(digest)
    } else {
      others.append(name)
    }
  }

  mutating func sort() {
    digests.sort()
    others.sort()
  }
}
