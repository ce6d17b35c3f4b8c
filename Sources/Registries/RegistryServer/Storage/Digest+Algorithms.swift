import struct Crypto.SHA512
import struct Crypto.SHA512Digest
import Digests
import Files

extension Digest {
  /// The digest of some bytes by either function.
  static func of(_ bytes: [UInt8], _ algorithm: Algorithm) -> Digest {
    switch algorithm {
    case .sha256: .sha256(of: bytes)
    case .sha512: .sha512(SHA512.hash(data: bytes))
    }
  }

  /// The SHA-512 of a file, in constant memory.
  static func sha512(of file: borrowing OpenFile) throws(FileError) -> Digest {
    var hasher = SHA512()
    let buffer = FileBuffer(1 << 20)
    var offset: UInt64 = 0
    while let piece = try file.next(&offset, in: buffer.bytes) {
      hasher.update(bufferPointer: piece)
    }
    return .sha512(hasher.finalize())
  }

  private static func sha512(_ found: SHA512Digest) -> Digest {
    guard let digest = found.withUnsafeBytes({ Digest(.sha512, bytes: $0) }) else {
      preconditionFailure("a SHA-512 has 64 bytes")
    }
    return digest
  }
}
