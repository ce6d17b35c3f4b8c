import Digests

extension ByteSource {
  /// Hands over everything from the start, 1 MiB at a time.
  ///
  /// - Throws: `truncated` when it ends early, and what `sink` throws.
  public func stream<Failure: ArchiveFailure>(
    to sink: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: Int(min(max(length, 1), 1 << 20)), alignment: 4096)
    defer { buffer.deallocate() }
    var done: UInt64 = 0
    while done < length {
      let got: Int
      do throws(ArchiveError) { got = try read(at: done, into: buffer) } catch {
        throw Failure(error)
      }
      guard got > 0 else { throw Failure(.truncated(offset: done)) }
      try sink(UnsafeRawBufferPointer(rebasing: buffer[..<got]))
      done += UInt64(got)
    }
  }

  /// SHA-256 of everything, and of some bytes behind it.
  ///
  /// - Throws: `truncated`, `system`.
  public func digest(followedBy tail: [UInt8] = []) throws(ArchiveError) -> Digest {
    var hasher = SHA256Hasher()
    try stream { (piece) throws(ArchiveError) in hasher.update(piece) }
    hasher.update(tail)
    return hasher.finalize()
  }
}
