import Digests
import SystemPackage

/// Takes an object's bytes in pieces and hashes them on their way to the disk.
public struct BlobWriter: ~Copyable {
  private let batch: BlobBatch
  private let file: BlobBatch.Staged
  private var hasher = SHA256Hasher()
  private var size: UInt64 = 0
  private var isFinished = false

  init(batch: BlobBatch, file: BlobBatch.Staged) {
    self.batch = batch
    self.file = file
  }

  deinit { if !isFinished { batch.discard(file) } }

  /// Takes the next bytes.
  ///
  /// - Throws: `diskFull`, `system`.
  public mutating func write(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
    hasher.update(bytes)
    size += UInt64(bytes.count)
    try attempt("write", batch.layout.temporary) { () throws(Errno) in
      try batch.fileSystem.writeAll(file.descriptor, bytes)
    }
  }

  /// Takes the next bytes.
  public mutating func write(_ bytes: [UInt8]) throws(StoreError) {
    var problem: StoreError?
    bytes.withUnsafeBytes { buffer in
      do throws(StoreError) { try write(buffer) } catch { problem = error }
    }
    if let problem { throw problem }
  }

  /// Adds what was written to the batch.
  ///
  /// - Throws: `diskFull`, `system`.
  public consuming func finish() throws(StoreError) -> Blob {
    isFinished = true
    return try batch.finish(file, as: Blob(digest: hasher.finalize(), size: size))
  }
}
