import Digests

/// The hashes of an RFC 6962 tree.
///
/// Reference: RFC 6962, section 2.1; formats.md, "Merkle tree, checkpoint, receipts".
public enum MerkleTree {
  /// Hash of one leaf: the bytes of a ledger line without its newline.
  public static func leafHash(_ bytes: [UInt8]) -> Digest {
    var hasher = leafHasher()
    hasher.update(bytes)
    return hasher.finalize()
  }

  /// Hash of a leaf that is part of an array.
  public static func leafHash(_ bytes: ArraySlice<UInt8>) -> Digest {
    var hasher = leafHasher()
    bytes.withUnsafeBytes { hasher.update($0) }
    return hasher.finalize()
  }

  /// A hasher that makes a leaf hash of bytes that arrive in pieces.
  static func leafHasher() -> SHA256Hasher {
    var hasher = SHA256Hasher()
    withUnsafeBytes(of: UInt8(0)) { hasher.update($0) }
    return hasher
  }

  /// Hash of an inner node.
  public static func nodeHash(_ left: Digest, _ right: Digest) -> Digest {
    guard left.algorithm == .sha256, right.algorithm == .sha256 else {
      return Digest.sha256(of: [1] + left.bytes + right.bytes)
    }
    return withUnsafeTemporaryAllocation(byteCount: 65, alignment: 8) { node in
      node[0] = 1
      left.withUnsafeBytes {
        UnsafeMutableRawBufferPointer(rebasing: node[1..<33]).copyMemory(from: $0)
      }
      right.withUnsafeBytes {
        UnsafeMutableRawBufferPointer(rebasing: node[33...]).copyMemory(from: $0)
      }
      return Digest.sha256(at: UnsafeRawBufferPointer(node))
    }
  }

  /// Root of a tree without leaves: the hash of nothing.
  public static let emptyRoot = Digest.sha256(of: [])
}

/// The right edge of a tree: enough to append leaves and to tell the root, whatever the size.
public struct MerkleFrontier: Sendable, Hashable {
  /// Number of leaves.
  public private(set) var size: Int
  // Roots of the full subtrees, largest first: one for each bit that is set in `size`.
  private var roots: [Digest]

  /// A tree without leaves.
  public init() {
    size = 0
    roots = []
  }

  /// From ``bytes``; nil when their length does not fit the size.
  public init?(size: Int, bytes: some Collection<UInt8>) {
    guard size >= 0, bytes.count == size.nonzeroBitCount * 32 else { return nil }
    let all = Array(bytes)
    self.size = size
    roots = stride(from: 0, to: all.count, by: 32).map { Digest(sha256At: $0, in: all) }
  }

  /// The hashes of the full subtrees, largest first, 32 bytes each.
  public var bytes: [UInt8] { roots.flatMap(\.bytes) }

  /// Appends a leaf by its hash.
  public mutating func append(_ leaf: Digest) {
    var node = leaf
    var carries = size
    while carries & 1 == 1, let left = roots.popLast() {
      node = MerkleTree.nodeHash(left, node)
      carries >>= 1
    }
    roots.append(node)
    size += 1
  }

  /// Root of the tree as it stands.
  public var root: Digest {
    guard var node = roots.last else { return MerkleTree.emptyRoot }
    for left in roots.dropLast().reversed() { node = MerkleTree.nodeHash(left, node) }
    return node
  }
}
