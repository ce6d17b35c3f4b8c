import Digests

/// Checks of the two proofs of an RFC 6962 tree. Neither needs more of the tree than its roots.
///
/// Reference: RFC 9162, sections 2.1.3.2 and 2.1.4.2, which give in steps what RFC 6962 defines.
public enum MerkleProof {
  /// Whether `proof` shows that the leaf stands at `index` in the tree of `size` leaves with `root`.
  public static func includes(
    _ leaf: Digest, at index: Int, in size: Int, root: Digest, proof: [Digest]
  ) -> Bool {
    guard index >= 0, index < size else { return false }
    var place = Place(index, size - 1)
    var node = leaf
    for step in proof {
      guard place.last > 0 else { return false }
      if place.isRight {
        node = MerkleTree.nodeHash(step, node)
        place.skipLevelsWithoutSibling()
      } else {
        node = MerkleTree.nodeHash(node, step)
      }
      place.rise()
    }
    return place.last == 0 && node == root
  }

  /// Whether `proof` shows that the first tree's leaves are the first leaves of the second.
  public static func extends(
    _ first: (size: Int, root: Digest), to second: (size: Int, root: Digest), proof: [Digest]
  ) -> Bool {
    guard first.size >= 0, first.size <= second.size else { return false }
    if first.size == second.size { return proof.isEmpty && first.root == second.root }
    // Every tree goes on from the one without leaves; there is nothing to show.
    if first.size == 0 { return proof.isEmpty && first.root == MerkleTree.emptyRoot }
    // A full first tree is a node of the second, which the proof leaves out.
    var rest = (first.size & (first.size - 1) == 0 ? [first.root] : []) + proof
    guard !rest.isEmpty, !proof.isEmpty else { return false }
    var place = Place(first.size - 1, second.size - 1)
    while place.index & 1 == 1 { place.rise() }
    var old = rest.removeFirst()
    var new = old
    for step in rest {
      guard place.last > 0 else { return false }
      if place.isRight {
        old = MerkleTree.nodeHash(step, old)
        new = MerkleTree.nodeHash(step, new)
        place.skipLevelsWithoutSibling()
      } else {
        new = MerkleTree.nodeHash(new, step)
      }
      place.rise()
    }
    return place.last == 0 && old == first.root && new == second.root
  }

  // A node by its number in its level, and the number of the level's last node.
  private struct Place {
    var index: Int
    var last: Int

    init(_ index: Int, _ last: Int) {
      self.index = index
      self.last = last
    }

    // The sibling is on the left: also for a last node that was carried up alone.
    var isRight: Bool { index & 1 == 1 || index == last }

    mutating func rise() {
      index >>= 1
      last >>= 1
    }

    mutating func skipLevelsWithoutSibling() {
      while index & 1 == 0 && index != 0 { rise() }
    }
  }
}
