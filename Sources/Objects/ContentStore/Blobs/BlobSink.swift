import Digests

/// Where objects go: a store, a registry, an archive, memory.
///
/// What is written is there, durably and under its name, when ``commit()`` has returned, and nobody
/// may rely on it before. Whoever writes a document commits what it names first, so that nobody
/// ever finds a document without its parts.
public protocol BlobSink {
  /// Whether the object is there already, whole, and stays while the sink lasts: then it need not be
  /// written.
  func has(_ descriptor: Descriptor) throws(StoreError) -> Bool

  /// Takes an object, in memory that does not grow with it.
  ///
  /// - Throws: `corrupt` when the source has other bytes under this name, and then nothing was taken;
  ///   `missing`, and what source and sink fail with.
  func write(_ descriptor: Descriptor, from source: some BlobSource) throws(StoreError)

  /// Returns when everything written so far is there for good.
  func commit() throws(StoreError)
}

extension BlobBatch: BlobSink {
  /// Holds the object, too: it is not collected while the batch lasts.
  public func has(_ descriptor: Descriptor) throws(StoreError) -> Bool {
    guard descriptor.digest.algorithm == .sha256 else { return false }
    return try isKnown(descriptor.blob)
  }

  /// Takes an object from anywhere.
  public func write(
    _ descriptor: Descriptor, from source: some BlobSource
  ) throws(StoreError) {
    var writer = try writer()
    try source.pieces(of: descriptor) { (piece) throws(StoreError) in try writer.write(piece) }
    try writer.finish(as: descriptor)
  }
}
