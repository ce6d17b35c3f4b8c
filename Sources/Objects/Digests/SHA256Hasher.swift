import Crypto

/// SHA-256 over bytes that arrive in pieces.
public struct SHA256Hasher: Sendable {
  private var state = SHA256()

  /// Ready for the first byte.
  public init() {}

  /// Takes the next bytes in.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    state.update(bufferPointer: bytes)
  }

  /// Takes the next bytes in.
  public mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { state.update(bufferPointer: $0) }
  }

  /// Takes the next bytes in.
  public mutating func update(_ bytes: some Collection<UInt8>) {
    if bytes.withContiguousStorageIfAvailable({
      state.update(bufferPointer: UnsafeRawBufferPointer($0))
    }) == nil {
      Array(bytes).withUnsafeBytes { state.update(bufferPointer: $0) }
    }
  }

  /// The digest of all that was taken in. The hasher can go on afterwards.
  public func finalize() -> Digest {
    state.finalize().withUnsafeBytes(Digest.init(sha256At:))
  }
}

extension Digest {
  /// The SHA-256 of bytes where they lie.
  public static func sha256(at bytes: UnsafeRawBufferPointer) -> Digest {
    var state = SHA256()
    state.update(bufferPointer: bytes)
    return state.finalize().withUnsafeBytes(Digest.init(sha256At:))
  }

  /// The SHA-256 of some bytes.
  public static func sha256(of bytes: [UInt8]) -> Digest {
    bytes.withUnsafeBytes { sha256(at: $0) }
  }

  /// The SHA-256 of some bytes.
  public static func sha256(of bytes: some Collection<UInt8>) -> Digest {
    var hasher = SHA256Hasher()
    hasher.update(bytes)
    return hasher.finalize()
  }

  /// The SHA-256 of the UTF-8 of some text.
  public static func sha256(of text: String) -> Digest { sha256(of: Array(text.utf8)) }
}

/// HMAC-SHA-256 (RFC 2104).
public enum HMACSHA256 {
  /// The 32-byte code of `message` under `key`.
  public static func code(key: [UInt8], message: [UInt8]) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key)))
  }
}
