import Archive
import Digests
import Encodings
import Files
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
    let file = try PayloadError.catching { () throws(FileError) in
      try LinuxFileSystem().openFile(path, .throughLinks)
    }
    let found: BinaryTrailer?
    do throws(ArchiveError) { found = try BinaryTrailer.read(from: file.descriptor) } catch {
      throw difference(error, path)
    }
    guard let trailer = found else {
      // A handler that was there once is not silently none.
      if let problem = ProgramEnd.problem(file.descriptor) { throw .differs([problem]) }
      return nil
    }
    let files: [(path: String, bytes: [UInt8])]
    do throws(ArchiveError) {
      try trailer.verify(file.descriptor)
      files = try TarReader.files(
        in: trailer.payload(of: file.descriptor), limit: Payload.sizeLimit)
    } catch {
      throw difference(error, path)
    }
    return PackedBinary(
      payload: try Payload(layer: files), layerDigest: trailer.digest, runtimeSize: trailer.offset)
  }

  fileprivate static func difference(_ error: ArchiveError, _ path: String) -> PayloadError {
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
    try PayloadError.catching { () throws(FileError) in
      let file = try LinuxFileSystem().openFile(path, .throughLinks)
      var hasher = SHA256Hasher()
      let buffer = FileBuffer(1 << 20)
      var offset: UInt64 = 0
      let end = count ?? .max
      while offset < end, let piece = try file.next(&offset, in: buffer.first(end - offset)) {
        hasher.update(piece)
      }
      return hasher.finalize()
    }
  }
}

extension Payload {
  /// Reads an app layer's tar from an open file, of which nothing else is the content.
  public init(layerIn descriptor: Int32) throws(PayloadError) {
    let files: [(path: String, bytes: [UInt8])]
    do throws(ArchiveError) {
      files = try TarReader.files(
        in: FileSource(descriptor: descriptor), limit: Self.sizeLimit)
    } catch {
      throw PackedBinary.difference(error, "the app layer")
    }
    try self.init(layer: files)
  }

  fileprivate init(layer files: [(path: String, bytes: [UInt8])]) throws(PayloadError) {
    var named: [ByteName: [UInt8]] = [:]
    for file in files {
      guard let path = Self.path(file.path, below: "app/") else {
        throw .differs(["\(file.path) is not below app/"])
      }
      named[ByteName(path)] = file.bytes
    }
    try self.init(files: named)
  }
}
