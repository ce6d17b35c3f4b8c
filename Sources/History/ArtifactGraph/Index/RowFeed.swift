import ContentStore
import Digests
import Glibc
import Ledger

/// The lines of one block, read.
struct RowBatch: Sendable {
  let block: LedgerBlock
  /// One a line of the block.
  let readings: [Reading]

  init(_ block: LedgerBlock, _ reader: inout RowReader) {
    self.block = block
    var readings: [Reading] = []
    readings.reserveCapacity(block.lines.count)
    for line in block.lines { readings.append(reader.read(block.bytes(of: line))) }
    self.readings = readings
  }
}

/// Reads, hashes and parses lines on threads of their own while another indexes those before.
///
/// Used where there is much to read; a thread costs more than a few lines do.
// Unchecked: what the threads share is only touched with the mutex held.
final class RowFeed: @unchecked Sendable {
  private let blocks: LedgerBlocks
  private let facts = SharedFacts()
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var claimed = 0
  private var taken = 0
  private var ready: [Int: Result<RowBatch, any Error>] = [:]
  private var isCancelled = false
  // Batches that are read or wait at a time: what bounds the memory.
  private let ahead: Int

  private init(_ blocks: LedgerBlocks, readers: Int) {
    self.blocks = blocks
    ahead = readers + 2
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    pthread_cond_destroy(changed)
    mutex.deallocate()
    changed.deallocate()
  }

  /// Hands on the batches in the order of the file.
  static func read(_ blocks: LedgerBlocks, _ body: (RowBatch) throws -> Void) throws {
    let readers = min(Workers.count, 4)
    let feed = RowFeed(blocks, readers: readers)
    _ = try concurrently {
      Workers.each(below: readers) { _, _ in feed.work() }
    } _: {
      do {
        while let batch = try feed.next() { try body(batch) }
      } catch {
        feed.locked { feed.isCancelled = true }
        throw error
      }
    }
  }

  private func work() {
    var reader = RowReader(sharing: facts)
    while let number = claim() {
      let result = Result { RowBatch(try blocks.read(number), &reader) }
      locked { ready[number] = result }
    }
  }

  private func claim() -> Int? {
    locked {
      while claimed < blocks.count, claimed - taken >= ahead, !isCancelled {
        pthread_cond_wait(changed, mutex)
      }
      guard claimed < blocks.count, !isCancelled else { return nil }
      claimed += 1
      return claimed - 1
    }
  }

  private func next() throws -> RowBatch? {
    let result: Result<RowBatch, any Error>? = locked {
      while taken < blocks.count {
        if let result = ready.removeValue(forKey: taken) {
          taken += 1
          return result
        }
        pthread_cond_wait(changed, mutex)
      }
      return nil
    }
    return try result?.get()
  }

  private func locked<T>(_ body: () throws -> T) rethrows -> T {
    pthread_mutex_lock(mutex)
    defer {
      pthread_cond_broadcast(changed)
      pthread_mutex_unlock(mutex)
    }
    return try body()
  }
}
