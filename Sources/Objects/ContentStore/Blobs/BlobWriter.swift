import Digests
import Encodings
import Files
import SystemPackage

/// Takes an object's bytes in pieces and hashes them on their way to the disk.
public struct BlobWriter: ~Copyable {
  private let batch: BlobBatch
  private let file: BlobBatch.Staged
  private var hasher = SHA256Hasher()
  private var size: UInt64 = 0
  private var unwritten = 0
  private var isFinished = false

  static let writebackStride = 16 << 20

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
    try batch.write(bytes, to: file)
    unwritten += bytes.count
    // Early, so that the disk works while we hash, and the last wait is short.
    if unwritten >= Self.writebackStride, let open = file.open {
      open.file.startWriteback()
      unwritten = 0
    }
  }

  /// Takes the next bytes.
  public mutating func write(_ bytes: [UInt8]) throws(StoreError) {
    try bytes.withBytes { (buffer) throws(StoreError) in try write(buffer) }
  }

  /// Adds what was written to the batch.
  ///
  /// - Throws: `diskFull`, `system`.
  public consuming func finish() throws(StoreError) -> Blob {
    isFinished = true
    return try batch.finish(file, as: Blob(digest: hasher.finalize(), size: size))
  }

  /// Adds what was written, if it is what somebody refers to; otherwise drops it.
  ///
  /// - Throws: `corrupt`; `diskFull`, `system`.
  consuming func finish(as descriptor: Descriptor) throws(StoreError) {
    let blob = Blob(digest: hasher.finalize(), size: size)
    try blob.require(descriptor)
    isFinished = true
    _ = try batch.finish(file, as: blob)
  }
}
