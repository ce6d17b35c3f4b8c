import Glibc
import SystemPackage

extension AtomicFile {
  /// Whether `path` is a file of its own that holds exactly these parts and has these permission
  /// bits; then it is made durable as it is, since comparing costs a third of writing.
  public func keep(
    _ path: String, ifItHolds parts: [Part], permissions: UInt16
  ) throws(FileError) -> Bool {
    let size = parts.reduce(0) { $0 + $1.length }
    guard let info = try fileSystem.infoIfAny(path), info.kind == .file, info.links == 1,
      info.size == size, info.permissions & permissions == permissions,
      let descriptor = try? fileSystem.open(
        path, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK, permissions: 0)
    else { return false }
    defer { fileSystem.close(descriptor) }
    var offset: UInt64 = 0
    for part in parts {
      guard try holds(descriptor, at: offset, part, path: path) else { return false }
      offset += part.length
    }
    try attempt("fsync", path) { () throws(Errno) in try fileSystem.synchronize(descriptor) }
    try fileSystem.synchronizeFolder(Self.folder(of: path))
    return true
  }

  private func holds(
    _ descriptor: Int32, at offset: UInt64, _ part: Part, path: String
  ) throws(FileError) -> Bool {
    let (room, other) = (Buffer(), Buffer())
    var done: UInt64 = 0
    while done < part.length {
      let count = Int(min(UInt64(Buffer.size), part.length - done))
      let found = try room.fill(count, from: descriptor, at: offset + done, fileSystem, path)
      switch part {
      case .bytes(let bytes):
        guard bytes[Int(done)..<Int(done) + count].elementsEqual(found) else { return false }
      case .file(let source, let start, _):
        let wanted = try other.fill(count, from: source, at: start + done, fileSystem, path)
        guard found.count == count, wanted.count == count,
          let (a, b) = found.baseAddress.flatMap({ a in wanted.baseAddress.map { (a, $0) } }),
          memcmp(a, b, count) == 0
        else { return false }
      }
      done += UInt64(count)
    }
    return true
  }
}

extension AtomicFile.Part {
  /// In bytes.
  var length: UInt64 {
    switch self {
    case .bytes(let bytes): UInt64(bytes.count)
    case .file(_, _, let length): length
    }
  }
}

/// Room for a stretch of a file.
private final class Buffer {
  static let size = 256 << 10
  private let room = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 4096)

  deinit { room.deallocate() }

  /// Reads as many bytes, fewer where the file ends.
  func fill(
    _ count: Int, from descriptor: Int32, at offset: UInt64, _ fileSystem: any FileSystem,
    _ path: String
  ) throws(FileError) -> UnsafeRawBufferPointer {
    var done = 0
    while done < count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: room[done..<count])
      let place = offset + UInt64(done)
      let got = try attempt("read", path) { () throws(Errno) -> Int in
        try fileSystem.read(descriptor, at: place, into: rest)
      }
      if got == 0 { break }
      done += got
    }
    return UnsafeRawBufferPointer(rebasing: room[..<done])
  }
}
