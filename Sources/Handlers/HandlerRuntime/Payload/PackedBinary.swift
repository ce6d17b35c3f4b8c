import Archive
import Digests
import Encodings
import Glibc

/// A self-contained binary: a runtime with a handler behind it.
/// Reference: formats.md, "The self-contained binary".
public struct PackedBinary: Sendable {
  /// The handler.
  public let payload: Payload
  /// SHA-256 of the app layer's tar, which is a layer of the image too.
  public let layerDigest: Digest
  /// Bytes of the runtime before the tar.
  public let runtimeSize: UInt64

  /// Reads and checks what a binary carries; nil for a runtime without a handler.
  /// - Throws: `differs` when the tar is not the one that was packed.
  public static func read(_ path: String) throws(PayloadError) -> PackedBinary? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .unreadable(path: path, reason: String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    let trailer: BinaryTrailer
    let files: [(path: String, bytes: [UInt8])]
    do throws(ArchiveError) {
      guard let found = try BinaryTrailer.read(from: descriptor) else { return nil }
      try found.verify(descriptor)
      trailer = found
      files = try TarReader.files(in: found.payload(of: descriptor), limit: Payload.sizeLimit)
    } catch {
      throw difference(error, path)
    }
    return try packed(files, trailer)
  }

  private static func packed(
    _ files: [(path: String, bytes: [UInt8])], _ trailer: BinaryTrailer
  ) throws(PayloadError) -> PackedBinary {
    var named: [ByteName: [UInt8]] = [:]
    for file in files {
      guard let path = Payload.path(file.path, below: "app/") else {
        throw .differs(["\(file.path) is not below app/"])
      }
      named[ByteName(path)] = file.bytes
    }
    return PackedBinary(
      payload: try Payload(files: named), layerDigest: trailer.digest, runtimeSize: trailer.offset)
  }

  private static func difference(_ error: ArchiveError, _ path: String) -> PayloadError {
    switch error {
    case .digestMismatch(let expected, let found):
      return .differs(["the packed handler: expected \(expected), found \(found)"])
    case .system(let call, let code):
      return .unreadable(path: path, reason: "\(call): \(String(cString: strerror(code)))")
    default: return .differs(["the packed handler cannot be read: \(error)"])
    }
  }

  /// SHA-256 of the first bytes of a file: of the runtime inside of a binary.
  public static func digest(of path: String, first count: UInt64?) throws(PayloadError) -> Digest {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .unreadable(path: path, reason: String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var hasher = SHA256Hasher()
    var left = count ?? .max
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while left > 0 {
      let wanted = Int(min(UInt64(buffer.count), left))
      let taken = Glibc.read(descriptor, &buffer, wanted)
      if taken < 0 && errno == EINTR { continue }
      guard taken >= 0 else {
        throw .unreadable(path: path, reason: String(cString: strerror(errno)))
      }
      if taken == 0 { break }
      buffer.withUnsafeBytes { hasher.update(UnsafeRawBufferPointer(rebasing: $0[..<taken])) }
      left -= UInt64(taken)
    }
    return hasher.finalize()
  }
}
