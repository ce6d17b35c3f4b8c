import ContentStore
import Digests
import Synchronization

/// Hashes the lines of a file into a tree: blocks of the file on several threads, the tree over
/// their leaves by whichever thread has the next block in order.
struct LeafHasher {
  let file: OpenFile
  let sizes: Set<Int>
  var blockSize = 4 << 20

  init(file: OpenFile, keeping sizes: Set<Int>) {
    self.file = file
    self.sizes = sizes
  }

  /// - Returns: where the lines end, and the trees of the sizes that were asked for.
  func run() throws(LedgerError) -> (LedgerEnd, [Int: MerkleFrontier]) {
    let size = try file.stamp().size
    let blocks = LedgerBlocks(file, from: 0, through: size, blockSize: blockSize)
    let job = LeafJob(blocks, keeping: sizes)
    Workers.each(below: min(Workers.count, blocks.count)) { _, _ in job.work() }
    let tree = try job.result()
    return (
      LedgerEnd(position: tree.position, tailLength: size - tree.position.offset), tree.kept
    )
  }
}

/// A line as the tree needs it.
private struct Leaf: Sendable {
  var length: Int
  var hash: Digest
}

/// The blocks of one file, handed out in order, and the tree that grows out of them.
private final class LeafJob: Sendable {
  /// The tree over the blocks so far.
  struct Tree: Sendable {
    var position = LedgerPosition()
    var kept: [Int: MerkleFrontier] = [:]
  }

  private struct State {
    var claimed = 0
    var folded = 0
    var ready: [Int: [Leaf]] = [:]
    // Taken out by the thread that folds.
    var tree: Tree? = Tree()
    var failure: LedgerError?
  }

  private let blocks: LedgerBlocks
  private let sizes: Set<Int>
  private let state = Mutex(State())

  init(_ blocks: LedgerBlocks, keeping sizes: Set<Int>) {
    self.blocks = blocks
    self.sizes = sizes
  }

  /// Hashes blocks until none is left.
  func work() {
    var block: LedgerBlock?
    while let number = claim() {
      do throws(LedgerError) {
        let read = try blocks.read(number, in: block)
        deliver(read.lines.map { Leaf(length: $0.length, hash: $0.leafHash) }, number)
        block = read
      } catch {
        state.withLock { $0.failure = $0.failure ?? error }
      }
    }
  }

  func result() throws(LedgerError) -> Tree {
    let (tree, failure) = state.withLock { ($0.tree, $0.failure) }
    if let failure { throw failure }
    return tree ?? Tree()
  }

  private func claim() -> Int? {
    state.withLock { state in
      guard state.failure == nil, state.claimed < blocks.count else { return nil }
      defer { state.claimed += 1 }
      return state.claimed
    }
  }

  private func deliver(_ block: [Leaf], _ number: Int) {
    state.withLock { $0.ready[number] = block }
    while let (block, old) = next() {
      var tree = old
      fold(block, into: &tree)
      state.withLock { state in
        state.tree = tree
        state.folded += 1
      }
    }
  }

  // The next block in order with the tree, if both are there.
  private func next() -> ([Leaf], Tree)? {
    state.withLock { state in
      guard let tree = state.tree, let block = state.ready.removeValue(forKey: state.folded) else {
        return nil
      }
      state.tree = nil
      return (block, tree)
    }
  }

  private func fold(_ block: [Leaf], into tree: inout Tree) {
    for leaf in block {
      tree.position.advance(length: leaf.length, leafHash: leaf.hash)
      let size = tree.position.lineCount
      if sizes.contains(size) { tree.kept[size] = tree.position.frontier }
    }
  }
}
