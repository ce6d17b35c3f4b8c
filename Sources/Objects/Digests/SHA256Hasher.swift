import CDigests

/// SHA-256 over bytes that arrive in pieces.
public struct SHA256Hasher: Sendable {
  private var state = cdigests_sha256()

  /// Ready for the first byte.
  public init() { cdigests_sha256_start(&state) }

  /// Takes the next bytes in.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    cdigests_sha256_update(&state, bytes.baseAddress, bytes.count)
  }

  /// Takes the next bytes in.
  public mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { update($0) }
  }

  /// Takes the next bytes in.
  public mutating func update(_ bytes: some Collection<UInt8>) {
    if bytes.withContiguousStorageIfAvailable({ update(UnsafeRawBufferPointer($0)) }) == nil {
      update(Array(bytes))
    }
  }

  /// The digest of all that was taken in. The hasher can go on afterwards.
  public func finalize() -> Digest {
    withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { result in
      withUnsafePointer(to: state) {
        cdigests_sha256_result($0, result.baseAddress?.assumingMemoryBound(to: UInt8.self))
      }
      return Digest(sha256At: UnsafeRawBufferPointer(result))
    }
  }
}

extension Digest {
  /// The SHA-256 of bytes where they lie.
  public static func sha256(at bytes: UnsafeRawBufferPointer) -> Digest {
    var hasher = SHA256Hasher()
    hasher.update(bytes)
    return hasher.finalize()
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
    [UInt8](unsafeUninitializedCapacity: 32) { code, count in
      let status = cdigests_hmac_sha256(
        key, key.count, message, message.count, code.baseAddress)
      // Without memory nothing goes on in Swift, either.
      precondition(status == 0, "no memory for a code")
      count = 32
    }
  }
}
