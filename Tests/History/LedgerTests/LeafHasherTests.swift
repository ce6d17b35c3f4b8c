import Digests
import Foundation
import TestSupport
import Testing

@testable import Ledger

/// Blocks on several threads give the tree that reading line by line gives.
@Suite struct LeafHasherTests {
  private func hash(
    _ store: TemporaryStore, blockSize: Int, keeping sizes: Set<Int>
  ) throws -> (LedgerEnd, [Int: MerkleFrontier]) {
    let file = try #require(try store.ledger.open())
    var hasher = LeafHasher(file: file, keeping: sizes)
    hasher.blockSize = blockSize
    return try hasher.run()
  }

  @Test func blocksOfEverySizeAgree() throws {
    var random = SeededGenerator(seed: 7)
    for round in 0..<60 {
      let store = try TemporaryStore()
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 0...40, using: &random) {
        let length = [0, 1, 2, 31, 200, 5000].randomElement(using: &random) ?? 0
        bytes += [UInt8](repeating: UInt8(ascii: "a"), count: length) + [0x0a]
      }
      if round.isMultiple(of: 3) { bytes += Array("tail".utf8) }
      try store.write(bytes, to: "proofs.jsonl")
      var frontier = MerkleFrontier()
      var all: [Int: MerkleFrontier] = [:]
      let end = try store.ledger.read { line in
        frontier.append(line.leafHash)
        all[frontier.size] = frontier
      }
      for blockSize in [1, 2, 3, 7, 64, 1000, 4096, 1 << 20] {
        let (found, kept) = try hash(store, blockSize: blockSize, keeping: Set(0...50))
        #expect(found == end, "round \(round), blocks of \(blockSize)")
        #expect(kept == all)
      }
    }
  }

  // Longer than what is read behind a block, and longer than a piece of the slow way.
  @Test func linesLongerThanABlockAgree() throws {
    let store = try TemporaryStore()
    var bytes: [UInt8] = []
    for length in [3, 70_000, 1 << 20, 3 << 20, 0, 66_000] {
      bytes += [UInt8](repeating: UInt8(ascii: "x"), count: length) + [0x0a]
    }
    for tail in [0, 9, 200_000] {
      try store.write(
        bytes + [UInt8](repeating: UInt8(ascii: "t"), count: tail), to: "proofs.jsonl")
      let end = try store.ledger.read()
      for blockSize in [1000, 65_536, 1 << 20] {
        #expect(try hash(store, blockSize: blockSize, keeping: []).0 == end)
      }
    }
  }
}
