import Crypto

/// SHA-512 over bytes that arrive in pieces: what a registry may be asked for. Nothing of ours is named
/// by it.
public struct SHA512Hasher: Sendable {
  private var state = SHA512()

  /// Ready for the first byte.
  public init() {}

  /// Takes the next bytes in.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    state.update(bufferPointer: bytes)
  }

  /// The digest of all that was taken in. The hasher can go on afterwards.
  public func finalize() -> Digest {
    state.finalize().withUnsafeBytes(Digest.init(sha512At:))
  }
}
