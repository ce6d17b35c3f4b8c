import Digests
import Files
import Glibc
import Synchronization
import SystemPackage
import Threads

/// Adding many files at once.
extension BlobBatch {
  // What is not larger is read whole, so that one that is there already is never written.
  private static let wholeLimit = 1 << 20
  // In what pieces a larger one is read, and for how many of them a thread has room.
  private static let (pieceSize, pieceCount) = (1 << 20, 4)

  /// Adds files, in constant memory, several at a time. Many of them are closed as soon as they are
  /// written, and ``commit()`` waits for all of them at once.
  ///
  /// - Returns: for each path, in their order, the object or why the file could not be read.
  /// - Throws: what keeps the store from taking any of them.
  public func add(files paths: [String]) throws(StoreError) -> [Result<Blob, StoreError>] {
    let importer = Importer(batch: self, keepsOpen: paths.count <= Self.togetherLimit)
    let results = Mutex([Result<Blob, StoreError>?](repeating: nil, count: paths.count))
    Workers.each(below: paths.count, bufferSize: Self.wholeLimit) { number, buffer in
      let result = importer.add(paths[number], buffer)
      results.withLock { $0[number] = result }
    }
    if let failed = importer.failure { throw failed }
    return results.withLock { $0.compactMap(\.self) }
  }

  /// One import: every thread reads, hashes and writes alone, and takes its turn at the batch.
  // Unchecked, because the batch is no value that may be shared: what changes it is called with the
  // mutex held (`turn`), all else reads what never changes.
  private final class Importer: @unchecked Sendable {
    let batch: BlobBatch
    /// A few files wait for their synchronisation open; many are closed and waited for together.
    let keepsOpen: Bool
    // Also guards the batch, which knows nothing of threads.
    private let failed = Mutex<StoreError?>(nil)

    init(batch: BlobBatch, keepsOpen: Bool) {
      self.batch = batch
      self.keepsOpen = keepsOpen
    }

    var failure: StoreError? { failed.withLock { $0 } }

    func add(_ path: String, _ buffer: UnsafeMutableRawBufferPointer) -> Result<Blob, StoreError> {
      do throws(StoreError) {
        let file = try storing(batch.fileSystem.openFile(path, .throughLinks))
        let got = try storing(file.read(at: 0, into: buffer))
        let start = UnsafeRawBufferPointer(rebasing: buffer[..<got])
        return got < buffer.count
          ? .success(try addWhole(start))
          : .success(try addLarge(file, start: start))
      } catch {
        return .failure(error)
      }
    }

    private func addWhole(_ bytes: UnsafeRawBufferPointer) throws(StoreError) -> Blob {
      var hasher = SHA256Hasher()
      hasher.update(bytes)
      let blob = Blob(digest: hasher.finalize(), size: UInt64(bytes.count))
      try writing { () throws(StoreError) in
        guard try isMissing(blob) else { return }
        let file = try open()
        do throws(StoreError) { try batch.write(bytes, to: file) } catch {
          batch.discard(file)
          throw error
        }
        try take(file, as: blob)
      }
      return blob
    }

    private func addLarge(
      _ source: borrowing OpenFile, start: UnsafeRawBufferPointer
    ) throws(StoreError) -> Blob {
      let file = try writing { () throws(StoreError) in try open() }
      let blob: Blob
      let isNew: Bool
      do throws(StoreError) {
        blob = try copy(source, start: start, to: file)
        isNew = try writing { () throws(StoreError) in try isMissing(blob) }
      } catch {
        batch.discard(file)
        throw error
      }
      if isNew {
        try writing { () throws(StoreError) in try take(file, as: blob) }
      } else {
        batch.discard(file)
      }
      return blob
    }

    /// Whether this thread is to bring the object.
    private func isMissing(_ blob: Blob) throws(StoreError) -> Bool {
      guard try turn({ () throws(StoreError) in try batch.claim(blob) }) else { return false }
      guard try batch.isIntact(blob) else { return true }
      try turn { () throws(StoreError) in batch.found(blob) }
      return false
    }

    /// The rest of a file of which there is the start. One piece is read and hashed while the one
    /// before is written, which takes about as long: the kernel copies it into memory of its own.
    private func copy(
      _ source: borrowing OpenFile, start: UnsafeRawBufferPointer, to file: Staged
    ) throws(StoreError) -> Blob {
      let problem = Mutex<StoreError?>(nil)
      let room = FileBuffer(BlobBatch.pieceSize * BlobBatch.pieceCount)
      let blob = try Pipeline<Piece>.run(ahead: BlobBatch.pieceCount - 1) { piece in
        guard problem.withLock({ $0 == nil }) else { return }
        do throws(StoreError) { try write(piece, to: file) } catch {
          let found = error
          problem.withLock { $0 = found }
        }
      } bring: { (pieces) throws(StoreError) -> Blob in
        var hasher = SHA256Hasher()
        var size: UInt64 = 0
        var bytes = start
        var slot = 0
        while !bytes.isEmpty {
          if let problem = problem.withLock({ $0 }) { throw problem }
          size += UInt64(bytes.count)
          pieces.hand(Piece(bytes: bytes, end: size))
          hasher.update(bytes)
          // What was there has been written: fewer pieces wait than there are places.
          let place = UnsafeMutableRawBufferPointer(
            rebasing: room.bytes[slot * BlobBatch.pieceSize..<(slot + 1) * BlobBatch.pieceSize])
          slot = (slot + 1) % BlobBatch.pieceCount
          let got = try storing(source.read(at: size, into: place))
          bytes = UnsafeRawBufferPointer(rebasing: place[..<got])
        }
        return Blob(digest: hasher.finalize(), size: size)
      }
      if let problem = problem.withLock({ $0 }) { throw problem }
      return blob
    }

    private func write(_ piece: Piece, to file: Staged) throws(StoreError) {
      try writing { () throws(StoreError) in try batch.write(piece.bytes, to: file) }
      if piece.end % UInt64(BlobWriter.writebackStride) == 0, let target = file.open {
        target.file.startWriteback()
      }
    }

    // Unchecked: nobody writes there before it has been written to the file.
    private struct Piece: @unchecked Sendable {
      var bytes: UnsafeRawBufferPointer
      /// Bytes of the file up to its end.
      var end: UInt64
    }

    private func open() throws(StoreError) -> Staged {
      keepsOpen ? try batch.openStaging() : try batch.openNamedStaging()
    }

    private func take(_ file: Staged, as blob: Blob) throws(StoreError) {
      var file = file
      file.blob = blob
      // Its write-back is left to the kernel: starting it file by file was slower in every run.
      if !keepsOpen { file.open = nil }
      let staged = file
      try turn { () throws(StoreError) in try batch.take(staged) }
    }

    private func turn<Value: Sendable>(
      _ body: () throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
      try failed.withLock { (_: inout StoreError?) throws(StoreError) -> Value in try body() }
    }

    /// Runs what concerns the store and not the source: after its failure nothing else is added.
    private func writing<Value: Sendable>(
      _ body: () throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
      if let failure { throw failure }
      do throws(StoreError) {
        return try body()
      } catch {
        let found = error
        failed.withLock { $0 = $0 ?? found }
        throw error
      }
    }
  }
}
