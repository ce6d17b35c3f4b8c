import Crypto
import Digests

/// ``MerkleFrontier`` for a million leaves: plain bytes, no digest value on the way.
struct RawFrontier: Sendable {
  private(set) var size = 0
  // Roots of the full subtrees, largest first, 32 bytes each.
  private var roots: [UInt8] = []

  /// Appends a leaf hash.
  mutating func append(_ leaf: UnsafeRawBufferPointer) {
    roots.append(contentsOf: leaf)
    var carries = size
    while carries & 1 == 1 {
      joinLastTwo()
      carries >>= 1
    }
    size += 1
  }

  private mutating func joinLastTwo() {
    var hasher = SHA256()
    let start = roots.count - 64
    withUnsafeTemporaryAllocation(byteCount: 65, alignment: 8) { node in
      node[0] = 1
      roots.withUnsafeBytes { roots in
        UnsafeMutableRawBufferPointer(rebasing: node[1...])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: roots[start..<start + 64]))
      }
      hasher.update(bufferPointer: UnsafeRawBufferPointer(node))
    }
    roots.removeLast(64)
    hasher.finalize().withUnsafeBytes { roots.append(contentsOf: $0) }
  }

  /// As the value that everything else uses.
  var value: MerkleFrontier {
    guard let frontier = MerkleFrontier(size: size, bytes: roots) else {
      preconditionFailure("one root for each bit of the size")
    }
    return frontier
  }
}
