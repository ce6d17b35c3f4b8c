import Glibc
import Ledger

/// Reads and hashes lines on a thread of its own while another works on those before.
///
/// Used where there is much to read; a thread costs more than a few lines do.
// Unchecked: what the two threads share is only touched with the mutex held.
final class LineFeed: @unchecked Sendable {
  private let ledger: LedgerFile
  private let start: LedgerPosition
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var batches: [[LedgerLine]] = []
  private var result: Result<LedgerEnd, any Error>?
  private var isCancelled = false
  // Lines and bytes of one batch, and batches that may wait: what bounds the memory.
  private static let (lines, bytes, waiting) = (512, 1 << 20, 4)

  private struct Cancelled: Error {}

  private init(_ ledger: LedgerFile, from start: LedgerPosition) {
    self.ledger = ledger
    self.start = start
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    pthread_cond_destroy(changed)
    mutex.deallocate()
    changed.deallocate()
  }

  /// ``LedgerFile/read(from:_:)``, batch by batch.
  static func read(
    _ ledger: LedgerFile, from start: LedgerPosition, _ body: ([LedgerLine]) throws -> Void
  ) throws -> LedgerEnd {
    let feed = LineFeed(ledger, from: start)
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { feed in
        if let feed { Unmanaged<LineFeed>.fromOpaque(feed).takeRetainedValue().produce() }
        return nil
      }, Unmanaged.passRetained(feed).toOpaque())
    guard code == 0 else {
      // No thread to be had: one after the other then.
      Unmanaged.passUnretained(feed).release()
      return try ledger.read(from: start) { try body([$0]) }
    }
    defer { pthread_join(thread, nil) }
    do {
      while let batch = feed.next() { try body(batch) }
    } catch {
      feed.cancel()
      throw error
    }
    return try feed.end()
  }

  private func produce() {
    var batch: [LedgerLine] = []
    var size = 0
    let result = Result {
      try ledger.read(from: start) { line in
        batch.append(line)
        size += line.bytes?.count ?? 0
        if batch.count >= Self.lines || size >= Self.bytes {
          try put(batch)
          batch = []
          batch.reserveCapacity(Self.lines)
          size = 0
        }
      }
    }
    if case .success = result, !batch.isEmpty { try? put(batch) }
    locked { self.result = result }
  }

  private func put(_ batch: [LedgerLine]) throws {
    try locked {
      while batches.count >= Self.waiting && !isCancelled { pthread_cond_wait(changed, mutex) }
      if isCancelled { throw Cancelled() }
      batches.append(batch)
    }
  }

  private func next() -> [LedgerLine]? {
    locked {
      while batches.isEmpty && result == nil { pthread_cond_wait(changed, mutex) }
      return batches.isEmpty ? nil : batches.removeFirst()
    }
  }

  private func cancel() { locked { isCancelled = true } }

  private func end() throws -> LedgerEnd {
    guard let result = locked({ result }) else { throw Cancelled() }
    return try result.get()
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
