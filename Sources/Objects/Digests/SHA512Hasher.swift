import CDigests

/// SHA-512 over bytes that arrive in pieces: what a registry may be asked for. Nothing of ours is named
/// by it.
public struct SHA512Hasher: Sendable {
  private var state = cdigests_sha512()

  /// Ready for the first byte.
  public init() { cdigests_sha512_start(&state) }

  /// Takes the next bytes in.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    cdigests_sha512_update(&state, bytes.baseAddress, bytes.count)
  }

  /// The digest of all that was taken in. The hasher can go on afterwards.
  public func finalize() -> Digest {
    withUnsafeTemporaryAllocation(byteCount: 64, alignment: 8) { result in
      withUnsafePointer(to: state) {
        cdigests_sha512_result($0, result.baseAddress?.assumingMemoryBound(to: UInt8.self))
      }
      return Digest(sha512At: UnsafeRawBufferPointer(result))
    }
  }
}
