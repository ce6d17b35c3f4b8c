import Digests
import JSON
import Ledger
import TestSupport
import Testing

@Suite struct MerkleProofTests {
  private static func leaves(_ count: Int) -> LeafHashes {
    var leaves = LeafHashes()
    for index in 0..<count { leaves.append(MerkleTree.leafHash(Array("line \(index)".utf8))) }
    return leaves
  }

  private func digests(_ value: JSONValue?) -> [Digest]? {
    value?.stringArray?.compactMap { Digest(sha256Hex: $0) }
  }

  @Test func agreeWithTheVectors() throws {
    let lines = try Vectors.lines("merkle.jsonl")
    let texts = try #require(lines.first?["leaves"]?.stringArray)
    var leaves = LeafHashes()
    for text in texts { leaves.append(MerkleTree.leafHash(Array(text.utf8))) }
    var (inclusions, consistencies) = (0, 0)
    for line in lines {
      if let proof = digests(line["inclusion"]) {
        let size = Int(try #require(line["size"]?.integerValue))
        let index = Int(try #require(line["index"]?.integerValue))
        #expect(leaves.inclusion(of: index, in: size) == proof)
        inclusions += 1
      }
      if let proof = digests(line["consistency"]) {
        let old = Int(try #require(line["old"]?.integerValue))
        let new = Int(try #require(line["new"]?.integerValue))
        #expect(leaves.consistency(from: old, to: new) == proof)
        consistencies += 1
      }
    }
    #expect(inclusions > 60)
    #expect(consistencies == 60)
  }

  /// Every leaf of every tree of up to 300 leaves.
  @Test func everyInclusionHolds() throws {
    let leaves = Self.leaves(300)
    var frontier = MerkleFrontier()
    for size in 1...300 {
      frontier.append(leaves[size - 1])
      let root = frontier.root
      #expect(leaves.root(of: 0..<size) == root)
      // Making a proof hashes the whole tree: all of them up to 80, a few of each later one.
      for index in size <= 80 ? Array(0..<size) : [0, 1, size / 3, size / 2, size - 2, size - 1] {
        let proof = try #require(leaves.inclusion(of: index, in: size))
        #expect(
          MerkleProof.includes(leaves[index], at: index, in: size, root: root, proof: proof))
      }
    }
  }

  /// Paths that are made from a table of all nodes, so that every index of every size can be tried.
  @Test func everyIndexOfEverySizeHolds() throws {
    let leaves = Self.leaves(300)
    for size in 1...300 {
      let tree = NodeTable(leaves, size)
      for index in 0..<size {
        let proof = tree.path(index)
        #expect(
          MerkleProof.includes(leaves[index], at: index, in: size, root: tree.root, proof: proof))
        let other = (index + 1) % size
        if other != index {
          #expect(
            !MerkleProof.includes(
              leaves[index], at: other, in: size, root: tree.root, proof: proof))
        }
      }
    }
  }

  @Test func everyConsistencyHolds() throws {
    let leaves = Self.leaves(300)
    let roots = (0...300).map { leaves.root(of: 0..<$0) }
    for new in 0...300 {
      for old in new <= 40 ? Array(0...new) : [0, 1, new / 3, new / 2, new - 1, new] {
        let proof = try #require(leaves.consistency(from: old, to: new))
        #expect(MerkleProof.extends((old, roots[old]), to: (new, roots[new]), proof: proof))
        if old > 0, old < new {
          #expect(!MerkleProof.extends((old, roots[old - 1]), to: (new, roots[new]), proof: proof))
          #expect(!MerkleProof.extends((old, roots[old]), to: (new, roots[new - 1]), proof: proof))
        }
      }
    }
    #expect(!MerkleProof.extends((2, roots[2]), to: (1, roots[1]), proof: []))
    #expect(!MerkleProof.extends((-1, roots[0]), to: (1, roots[1]), proof: []))
    #expect(!MerkleProof.extends((0, roots[1]), to: (1, roots[1]), proof: []))
    #expect(leaves.consistency(from: 3, to: 301) == nil)
    #expect(leaves.inclusion(of: 300, in: 300) == nil)
    #expect(leaves.inclusion(of: -1, in: 300) == nil)
  }

  /// Whatever is changed of a proof, it shows nothing any more.
  @Test func mutatedProofsAreRefused() throws {
    var random = SeededGenerator(seed: 20_261_124)
    let leaves = Self.leaves(300)
    for _ in 0..<400 {
      let size = Int.random(in: 2...300, using: &random)
      let index = Int.random(in: 0..<size, using: &random)
      let root = leaves.root(of: 0..<size)
      let proof = NodeTable(leaves, size).path(index)
      let bad = Self.mutated(proof, &random)
      #expect(
        !MerkleProof.includes(leaves[index], at: index, in: size, root: root, proof: bad),
        "leaf \(index) of \(size)")
      let old = Int.random(in: 1..<size, using: &random)
      let steps = try #require(leaves.consistency(from: old, to: size))
      let wrong = Self.mutated(steps, &random)
      #expect(
        !MerkleProof.extends(
          (old, leaves.root(of: 0..<old)), to: (size, root), proof: wrong), "\(old) to \(size)")
    }
  }

  private static func mutated(_ proof: [Digest], _ random: inout SeededGenerator) -> [Digest] {
    var proof = proof
    let noise = Digest.sha256(of: "\(random.next())")
    switch Int.random(in: 0..<5, using: &random) {
    case 0: proof[Int.random(in: 0..<proof.count, using: &random)] = noise
    case 1: proof.removeLast()
    case 2: proof.insert(noise, at: Int.random(in: 0...proof.count, using: &random))
    case 3 where proof.count > 1: proof.swapAt(0, proof.count - 1)
    default:
      var bytes = proof[0].bytes
      bytes[Int.random(in: 0..<32, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      proof[0] = Digest(.sha256, bytes: bytes) ?? noise
    }
    return proof
  }
}

/// Every node of a tree, level by level.
private struct NodeTable {
  private var levels: [[Digest]]

  init(_ leaves: LeafHashes, _ size: Int) {
    levels = [(0..<size).map { leaves[$0] }]
    while let last = levels.last, last.count > 1 {
      levels.append(
        stride(from: 0, to: last.count, by: 2).map {
          $0 + 1 < last.count ? MerkleTree.nodeHash(last[$0], last[$0 + 1]) : last[$0]
        })
    }
  }

  var root: Digest { levels[levels.count - 1][0] }

  func path(_ index: Int) -> [Digest] {
    var place = index
    var path: [Digest] = []
    for level in levels.dropLast() {
      if place ^ 1 < level.count { path.append(level[place ^ 1]) }
      place >>= 1
    }
    return path
  }
}
