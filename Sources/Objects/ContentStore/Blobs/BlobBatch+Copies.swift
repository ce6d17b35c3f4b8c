import Digests
import Synchronization
import Threads

/// Taking many objects from elsewhere at once.
extension BlobBatch {
  /// Takes objects that somebody refers to, several at a time, each in memory that does not grow with
  /// it: whoever has them may be far away, and then there is time between two pieces.
  ///
  /// - Throws: what the first one failed with: `corrupt` when its source has other bytes under its
  ///   name, `missing`, and what source and store fail with. Of that one nothing was taken.
  public func write(
    _ objects: [(descriptor: Descriptor, source: any BlobSource)], threads: Int
  ) throws(StoreError) {
    let copier = Copier(batch: self)
    Workers.each(below: objects.count, threads: threads) { number, _ in
      copier.copy(objects[number].descriptor, from: objects[number].source)
    }
    if let failure = copier.failure { throw failure }
  }

  // Unchecked, because the batch is no value that may be shared: what changes it is called with the
  // mutex held (`turn`), all else writes to a file that one thread alone has.
  private final class Copier: @unchecked Sendable {
    private let batch: BlobBatch
    // Also guards the batch, which knows nothing of threads.
    private let failed = Mutex<StoreError?>(nil)

    init(batch: BlobBatch) { self.batch = batch }

    var failure: StoreError? { failed.withLock { $0 } }

    func copy(_ descriptor: Descriptor, from source: any BlobSource) {
      guard failure == nil else { return }
      do throws(StoreError) {
        let file = try turn { () throws(StoreError) in try batch.openStaging() }
        do throws(StoreError) { try fill(file, descriptor, from: source) } catch {
          batch.discard(file)
          throw error
        }
        try turn { () throws(StoreError) in _ = try batch.finish(file, as: descriptor.blob) }
      } catch {
        let found = error
        failed.withLock { $0 = $0 ?? found }
      }
    }

    private func fill(
      _ file: Staged, _ descriptor: Descriptor, from source: any BlobSource
    ) throws(StoreError) {
      var hasher = SHA256Hasher()
      var (size, unwritten) = (UInt64(0), 0)
      try source.pieces(of: descriptor) { (piece) throws(StoreError) in
        hasher.update(piece)
        size += UInt64(piece.count)
        try batch.write(piece, to: file)
        unwritten += piece.count
        if unwritten >= BlobWriter.writebackStride, let open = file.open {
          open.file.startWriteback()
          unwritten = 0
        }
      }
      try Blob(digest: hasher.finalize(), size: size).require(descriptor)
    }

    private func turn<Value: Sendable>(
      _ body: () throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
      try failed.withLock { (_: inout StoreError?) throws(StoreError) -> Value in try body() }
    }
  }
}

extension Blob {
  /// - Throws: `corrupt` where this is not what somebody refers to.
  func require(_ descriptor: Descriptor) throws(StoreError) {
    guard self == descriptor.blob else {
      throw StoreError(
        .corrupt, digest: descriptor.digest,
        expected: "\(descriptor.digest), \(descriptor.size) bytes",
        found: "\(digest), \(size) bytes")
    }
  }
}
