import Digests

/// Where objects come from: a store, a registry, an archive, memory.
///
/// Calls block until they are done. A source may lie, end too early or never end: what comes out of
/// ``stream(_:to:)`` and ``read(_:mediaType:limit:)`` is what its name says all the same, and takes
/// as much memory as a piece of it.
public protocol BlobSource: Sendable {
  /// The size of an object in bytes as the source tells it, nil where there is no such object.
  ///
  /// - Parameter mediaType: as whoever names it says, nil where nobody does: a registry keeps
  ///   manifests elsewhere than layers.
  func size(of digest: Digest, mediaType: String?) throws(StoreError) -> UInt64?

  /// Hands over whatever stands under a name, in order and in pieces of bounded size, to its end or
  /// until `body` throws, which is thrown on. Nothing of it has been looked at.
  ///
  /// - Throws: `missing`, what the source fails with, and what `body` throws.
  func transfer(
    _ digest: Digest, mediaType: String?,
    to body: (UnsafeRawBufferPointer) throws(StoreError) -> Void
  ) throws(StoreError)

  /// A whole object, hashed.
  ///
  /// - Parameter limit: most bytes that are read.
  /// - Throws: `missing`, `tooLarge`, `corrupt`, `unsupportedDigest`.
  func read(_ digest: Digest, mediaType: String?, limit: Int) throws(StoreError) -> [UInt8]
}

extension BlobSource {
  /// Whether the object is there; its bytes are not looked at.
  public func has(_ digest: Digest, mediaType: String?) throws(StoreError) -> Bool {
    try size(of: digest, mediaType: mediaType) != nil
  }

  /// A whole object by way of its pieces.
  public func read(
    _ digest: Digest, mediaType: String?, limit: Int
  ) throws(StoreError) -> [UInt8] {
    guard digest.algorithm == .sha256 else { throw StoreError(.unsupportedDigest, digest: digest) }
    var bytes: [UInt8] = []
    try transfer(digest, mediaType: mediaType) { (piece) throws(StoreError) in
      guard piece.count <= limit - bytes.count else {
        throw StoreError(
          .tooLarge, digest: digest, expected: "at most \(limit) bytes", found: "more")
      }
      bytes += piece
    }
    try digest.require(.sha256(of: bytes))
    return bytes
  }

  /// Hands over the bytes of an object that somebody refers to: never more than it is said to have.
  ///
  /// The last word comes at the end: whoever keeps the bytes before that has to drop them when this
  /// throws.
  ///
  /// - Throws: `corrupt` for another size or other bytes; `missing`, `unsupportedDigest`, and what
  ///   `sink` throws.
  public func stream(
    _ descriptor: Descriptor, to sink: (UnsafeRawBufferPointer) throws(StoreError) -> Void
  ) throws(StoreError) {
    var hasher = SHA256Hasher()
    try pieces(of: descriptor) { (piece) throws(StoreError) in
      hasher.update(piece)
      try sink(piece)
    }
    try descriptor.digest.require(hasher.finalize())
  }

  /// The same for somebody who hashes the pieces himself.
  func pieces(
    of descriptor: Descriptor, to sink: (UnsafeRawBufferPointer) throws(StoreError) -> Void
  ) throws(StoreError) {
    let digest = descriptor.digest
    guard digest.algorithm == .sha256 else { throw StoreError(.unsupportedDigest, digest: digest) }
    func wrong(_ found: String) -> StoreError {
      StoreError(
        .corrupt, digest: digest, expected: "\(descriptor.size) bytes", found: found)
    }
    var size: UInt64 = 0
    try transfer(digest, mediaType: descriptor.mediaType) { (piece) throws(StoreError) in
      guard UInt64(piece.count) <= descriptor.size - size else { throw wrong("more") }
      size += UInt64(piece.count)
      try sink(piece)
    }
    guard size == descriptor.size else { throw wrong("\(size) bytes") }
  }
}

extension Digest {
  /// - Throws: `corrupt` where the bytes that were to have this digest have another.
  fileprivate func require(_ found: Digest) throws(StoreError) {
    guard found == self else {
      throw StoreError(.corrupt, digest: self, expected: "\(self)", found: "\(found)")
    }
  }
}
