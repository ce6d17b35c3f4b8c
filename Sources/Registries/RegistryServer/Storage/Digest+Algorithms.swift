import Digests
import Files

extension Digest {
  /// The digest of some bytes by either function.
  static func of(_ bytes: [UInt8], _ algorithm: Algorithm) -> Digest {
    switch algorithm {
    case .sha256: return .sha256(of: bytes)
    case .sha512:
      var hasher = SHA512Hasher()
      bytes.withUnsafeBytes { hasher.update($0) }
      return hasher.finalize()
    }
  }

  /// The SHA-512 of a file, in constant memory.
  static func sha512(of file: borrowing OpenFile) throws(FileError) -> Digest {
    var hasher = SHA512Hasher()
    let buffer = FileBuffer(1 << 20)
    var offset: UInt64 = 0
    while let piece = try file.next(&offset, in: buffer.bytes) { hasher.update(piece) }
    return hasher.finalize()
  }
}
