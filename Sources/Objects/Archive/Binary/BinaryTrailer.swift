import Digests
import Files
import SystemPackage

/// The last 64 bytes of a self-contained binary: where the app layer's tar is and what its digest
/// has to be.
///
/// Layout: u64le offset of the tar, u64le length, 32 bytes SHA-256, 16 bytes magic.
/// Reference: formats.md, "The self-contained binary".
public struct BinaryTrailer: Sendable, Hashable {
  /// Size of the trailer.
  public static let byteCount = 64

  private static let magic = Array("zigttp-app-v1".utf8) + [0, 0, 0]

  /// Where the tar begins: the size of the runtime.
  public let offset: UInt64
  /// Size of the tar.
  public let length: UInt64
  /// SHA-256 of the tar.
  public let digest: Digest

  /// The trailer of a tar that begins at `offset`.
  public init(offset: UInt64, tar: [UInt8]) {
    self.init(offset: offset, length: UInt64(tar.count), digest: .sha256(of: tar))
  }

  private init(offset: UInt64, length: UInt64, digest: Digest) {
    self.offset = offset
    self.length = length
    self.digest = digest
  }

  /// The trailer as written.
  public var bytes: [UInt8] {
    Self.littleEndian(offset) + Self.littleEndian(length) + digest.bytes + Self.magic
  }

  /// From the last bytes of a file of `fileSize` bytes; nil when the magic is not there, which is
  /// how a bare runtime looks.
  ///
  /// - Throws: `badTrailer` when tar and trailer do not end where the file ends.
  public init?(_ bytes: [UInt8], fileSize: UInt64) throws(ArchiveError) {
    guard bytes.count == Self.byteCount, Array(bytes[48...]) == Self.magic else { return nil }
    let offset = Self.number(bytes[0..<8])
    let length = Self.number(bytes[8..<16])
    let (end, overflow) = offset.addingReportingOverflow(length)
    guard !overflow, fileSize >= UInt64(Self.byteCount),
      end == fileSize - UInt64(Self.byteCount)
    else { throw .badTrailer(offset: offset, length: length, fileSize: fileSize) }
    self.init(offset: offset, length: length, digest: Digest(sha256At: 16, in: bytes))
  }

  /// Reads the trailer of an open file without moving its position; nil when it has none.
  ///
  /// - Throws: `badTrailer`, `system`.
  public static func read(from descriptor: Int32) throws(ArchiveError) -> BinaryTrailer? {
    let file = try FileSource(descriptor: descriptor)
    guard file.length >= UInt64(byteCount) else { return nil }
    let last = try file.bytes(at: file.length - UInt64(byteCount), count: byteCount)
    return try BinaryTrailer(last, fileSize: file.length)
  }

  /// The tar inside of the file that the trailer was read from.
  public func payload(of descriptor: Int32) -> FileSource {
    FileSource(descriptor: descriptor, offset: offset, length: length)
  }

  /// Hashes the tar in the file.
  ///
  /// - Throws: `digestMismatch`, `truncated`, `system`.
  public func verify(_ descriptor: Int32) throws(ArchiveError) {
    let found = try payload(of: descriptor).digest()
    guard found == digest else { throw .digestMismatch(expected: digest, found: found) }
  }

  /// Writes the trailer at the file's position, which has to be the end of the tar.
  public func write(to descriptor: Int32) throws(ArchiveError) {
    do throws(Errno) {
      try LinuxFileSystem().writeAll(descriptor, bytes)
    } catch {
      throw .system(call: "write", errno: error.rawValue)
    }
  }

  private static func littleEndian(_ value: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
