import Digests

/// The leaf hashes of a tree, 32 bytes each: what proofs are made of.
public struct LeafHashes: Sendable, Hashable {
  /// One hash after the other.
  public private(set) var bytes: [UInt8]

  /// No leaves.
  public init() { bytes = [] }

  /// From hashes one after the other; bytes that are no whole hash are left out.
  public init(bytes: [UInt8]) { self.bytes = Array(bytes.prefix(bytes.count / 32 * 32)) }

  /// How many there are.
  public var count: Int { bytes.count / 32 }

  /// The hash of a leaf.
  public subscript(_ index: Int) -> Digest { Digest(sha256At: index * 32, in: bytes) }

  /// Adds a leaf.
  public mutating func append(_ leaf: Digest) { bytes += leaf.bytes }

  /// Root of the tree over some of the leaves.
  public func root(of range: Range<Int>) -> Digest {
    var frontier = MerkleFrontier()
    for index in range { frontier.append(self[index]) }
    return frontier.root
  }

  /// Shows that a leaf stands at `index` in the tree over the first `size` leaves: siblings from the
  /// leaf to the root. nil where there is no such leaf.
  ///
  /// Reference: RFC 6962, section 2.1.1.
  public func inclusion(of index: Int, in size: Int) -> [Digest]? {
    guard index >= 0, index < size, size <= count else { return nil }
    var proof: [Digest] = []
    var range = 0..<size
    while range.count > 1 {
      let middle = range.lowerBound + Self.leftSize(range.count)
      let left = range.lowerBound..<middle
      let right = middle..<range.upperBound
      proof.append(root(of: index < middle ? right : left))
      range = index < middle ? left : right
    }
    return proof.reversed()
  }

  /// Shows that the tree over the first `first` leaves goes on as the one over the first `second`.
  /// nil where there are not so many leaves.
  ///
  /// Reference: RFC 6962, section 2.1.2.
  public func consistency(from first: Int, to second: Int) -> [Digest]? {
    guard first >= 0, first <= second, second <= count else { return nil }
    if first == 0 || first == second { return [] }
    var proof: [Digest] = []
    var range = 0..<second
    // Whether the first tree ends exactly where the range does and is the caller's own root.
    var isWholeFirst = true
    while first < range.upperBound {
      let middle = range.lowerBound + Self.leftSize(range.count)
      if first <= middle {
        proof.append(root(of: middle..<range.upperBound))
        range = range.lowerBound..<middle
      } else {
        proof.append(root(of: range.lowerBound..<middle))
        range = middle..<range.upperBound
        isWholeFirst = false
      }
    }
    if !isWholeFirst { proof.append(root(of: range)) }
    return proof.reversed()
  }

  // The largest power of two below a count of at least two.
  private static func leftSize(_ count: Int) -> Int {
    1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount)
  }
}
