import Digests
import Glibc
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
    let job = LeafJob(file: file, size: size, blockSize: blockSize, keeping: sizes)
    let processors = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    let helpers = min(processors, job.blockCount, 8) - 1
    let threads = (0..<max(0, helpers)).compactMap { _ in Helper(job) }
    job.work()
    for thread in threads { thread.join() }
    let tree = try job.result()
    let position = LedgerPosition(
      offset: tree.offset, frontier: tree.frontier.value,
      last: tree.lastOffset.flatMap { offset in
        Digest(.sha256, bytes: tree.lastLeaf).map {
          LedgerPosition.LastLine(offset: offset, leafHash: $0)
        }
      })
    return (LedgerEnd(position: position, tailLength: size - tree.offset), tree.kept)
  }
}

/// One more thread for a job; without it the others take longer.
private struct Helper {
  private let thread: pthread_t

  init?(_ job: LeafJob) {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(job)
    let status = pthread_create(
      &thread, nil,
      { raw in
        guard let raw else { return nil }
        Unmanaged<LeafJob>.fromOpaque(raw).takeRetainedValue().work()
        return nil
      }, context.toOpaque())
    guard status == 0 else {
      context.release()
      return nil
    }
    self.thread = thread
  }

  func join() { pthread_join(thread, nil) }
}

/// The blocks of one file, handed out in order, and the tree that grows out of them.
final class LeafJob: Sendable {
  /// The tree over the blocks so far.
  struct Tree: Sendable {
    var frontier = RawFrontier()
    var kept: [Int: MerkleFrontier] = [:]
    var offset: Int64 = 0
    var lastOffset: Int64?
    var lastLeaf: [UInt8] = []
  }

  private struct State {
    var claimed = 0
    var folded = 0
    var ready: [Int: LeafBlock] = [:]
    // Taken out by the thread that folds.
    var tree: Tree? = Tree()
    var failure: LedgerError?
  }

  private let file: OpenFile
  private let size: Int64
  private let blockSize: Int
  private let sizes: Set<Int>
  private let state = Mutex(State())
  let blockCount: Int

  init(file: OpenFile, size: Int64, blockSize: Int, keeping sizes: Set<Int>) {
    self.file = file
    self.size = size
    self.blockSize = blockSize
    self.sizes = sizes
    blockCount = Int((size + Int64(blockSize) - 1) / Int64(blockSize))
  }

  /// Hashes blocks until none is left.
  func work() {
    var reader = LeafBlockReader(file: file, size: size, blockSize: blockSize)
    while let number = claim() {
      do throws(LedgerError) {
        deliver(try reader.hash(Int64(number) * Int64(blockSize)), number)
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
      guard state.failure == nil, state.claimed < blockCount else { return nil }
      defer { state.claimed += 1 }
      return state.claimed
    }
  }

  private func deliver(_ block: LeafBlock, _ number: Int) {
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
  private func next() -> (LeafBlock, Tree)? {
    state.withLock { state in
      guard let tree = state.tree, let block = state.ready.removeValue(forKey: state.folded) else {
        return nil
      }
      state.tree = nil
      return (block, tree)
    }
  }

  private func fold(_ block: LeafBlock, into tree: inout Tree) {
    guard let lastOffset = block.lastOffset else { return }
    block.leaves.withUnsafeBytes { leaves in
      for start in stride(from: 0, to: leaves.count, by: 32) {
        tree.frontier.append(UnsafeRawBufferPointer(rebasing: leaves[start..<start + 32]))
        if sizes.contains(tree.frontier.size) {
          tree.kept[tree.frontier.size] = tree.frontier.value
        }
      }
    }
    tree.offset = block.end
    tree.lastOffset = lastOffset
    tree.lastLeaf = Array(block.leaves.suffix(32))
  }
}
