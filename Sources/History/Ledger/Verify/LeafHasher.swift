import ContentStore
import Digests
import Files
import Threads

/// Hashes the lines of a file into a tree: blocks of the file on several threads, the tree over
/// their leaves as the blocks come in order.
struct LeafHasher {
  let file: SharedFile
  let sizes: Set<Int>
  var blockSize = 4 << 20

  /// A line as the tree needs it.
  private struct Leaf: Sendable {
    var length: Int
    var hash: Digest
  }

  init(file: SharedFile, keeping sizes: Set<Int>) {
    self.file = file
    self.sizes = sizes
  }

  /// - Returns: where the lines end, and the trees of the sizes that were asked for.
  func run() throws(LedgerError) -> (LedgerEnd, [Int: MerkleFrontier]) {
    let size = try file.stamp().size
    let blocks = LedgerBlocks(file, from: 0, through: size, blockSize: blockSize)
    var position = LedgerPosition()
    var kept: [Int: MerkleFrontier] = [:]
    let leaves = InOrder<[Leaf], LedgerError>(count: blocks.count) {
      var block: LedgerBlock?
      return { number throws(LedgerError) in
        let read = try blocks.read(number, in: block)
        block = read
        return read.lines.map { Leaf(length: $0.length, hash: $0.leafHash) }
      }
    }
    try leaves.run { block in
      for leaf in block {
        position.advance(length: leaf.length, leafHash: leaf.hash)
        let size = position.lineCount
        if sizes.contains(size) { kept[size] = position.frontier }
      }
    }
    return (LedgerEnd(position: position, tailLength: size - position.offset), kept)
  }
}
