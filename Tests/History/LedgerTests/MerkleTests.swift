import Digests
import Foundation
import JSON
import Ledger
import TestSupport
import Testing

@Suite struct MerkleTests {
  @Test func rootsAgreeWithTheVectors() throws {
    let lines = try Vectors.lines("merkle.jsonl")
    let leaves = try #require(lines.first?["leaves"]?.stringArray)
    #expect(leaves.count == 33)
    var roots: [Int64: String] = [:]
    for line in lines {
      if let size = line["size"]?.integerValue, let root = line["root"]?.stringValue {
        roots[size] = root
      }
    }
    #expect(roots.count == 34)
    var frontier = MerkleFrontier()
    #expect(frontier.root.hex == roots[0])
    for (index, leaf) in leaves.enumerated() {
      frontier.append(MerkleTree.leafHash(leaf.utf8.map { $0 }))
      #expect(frontier.root.hex == roots[Int64(index + 1)])
      #expect(frontier.size == index + 1)
      let copy = try #require(MerkleFrontier(size: frontier.size, bytes: frontier.bytes))
      #expect(copy == frontier)
    }
  }

  @Test func aFrontierOfAnotherLengthIsRefused() {
    #expect(MerkleFrontier(size: 3, bytes: [UInt8](repeating: 0, count: 32)) == nil)
    #expect(MerkleFrontier(size: 2, bytes: [UInt8](repeating: 0, count: 31)) == nil)
    #expect(MerkleFrontier(size: -1, bytes: []) == nil)
    #expect(MerkleFrontier(size: 0, bytes: [])?.root == MerkleTree.emptyRoot)
  }
}
