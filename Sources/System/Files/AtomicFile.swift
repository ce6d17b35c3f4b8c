import Glibc
import SystemPackage

/// Files that are either what they were or what they shall be, whatever happens in between:
/// written beside, synchronised, renamed into place, the folder synchronised.
public struct AtomicFile: Sendable {
  /// What a file is put together from.
  public enum Part: Sendable {
    case bytes([UInt8])
    /// A stretch of an open file, shared or copied inside the kernel where that is possible.
    case file(descriptor: Int32, offset: UInt64, length: UInt64)
  }

  let fileSystem: any FileSystem
  private let temporary: String

  /// - Parameter temporary: a folder of the same file system, for files that are not finished.
  public init(fileSystem: any FileSystem, temporary: String) {
    self.fileSystem = fileSystem
    self.temporary = temporary
  }

  /// Replaces `path`, or makes it.
  public func replace(
    _ path: String, with bytes: [UInt8], permissions: UInt16 = 0o644
  ) throws(FileError) {
    try replace(path, with: [.bytes(bytes)], permissions: permissions)
  }

  /// Replaces `path`, or makes it, with its parts one after the other.
  public func replace(
    _ path: String, with parts: [Part], permissions: UInt16
  ) throws(FileError) {
    try stage(parts, permissions: permissions).place(at: path)
  }

  /// Writes a file that gets its place later.
  public func stage(_ parts: [Part], permissions: UInt16) throws(FileError) -> StagedFile {
    let path = "\(temporary)/\(try RandomName.make())"
    let descriptor = try attempt("open", path) { () throws(Errno) -> Int32 in
      try fileSystem.open(path, flags: O_RDWR | O_CREAT | O_EXCL, permissions: permissions)
    }
    let file = StagedFile(path, descriptor, fileSystem)
    for (index, part) in parts.enumerated() {
      switch part {
      case .bytes(let bytes):
        try attempt("write", path) { () throws(Errno) in
          try fileSystem.writeAll(descriptor, bytes)
        }
      case .file(let source, let offset, let length):
        let isWhole = index == 0 && offset == 0
        try copy(source, at: offset, length: length, to: descriptor, path: path, mayShare: isWhole)
      }
    }
    return file
  }

  /// Makes `path` unless it is there; returns whether it was made. What is there stays.
  @discardableResult
  public func create(
    _ path: String, with bytes: [UInt8], permissions: UInt16 = 0o644
  ) throws(FileError) -> Bool {
    if try fileSystem.infoIfAny(path) != nil { return false }
    return try stage([.bytes(bytes)], permissions: permissions).link(to: path)
  }

  /// Removes `path`, if it is there, durably.
  public func remove(_ path: String) throws(FileError) {
    do throws(Errno) {
      try fileSystem.remove(path)
    } catch .noSuchFileOrDirectory {
      return
    } catch {
      throw FileError(error, call: "unlink", path: path)
    }
    try fileSystem.synchronizeFolder(Self.folder(of: path))
  }

  private func copy(
    _ source: Int32, at offset: UInt64, length: UInt64, to target: Int32, path: String,
    mayShare: Bool
  ) throws(FileError) {
    if mayShare, try share(source, length: length, with: target, path: path) { return }
    var done: UInt64 = 0
    do throws(Errno) {
      while done < length {
        let count = try fileSystem.copyRange(
          from: source, at: offset + done, count: length - done, to: target)
        if count == 0 { break }
        done += count
      }
    } catch {
      guard Self.meansUnsupported(error) else {
        throw FileError(error, call: "copy_file_range", path: path)
      }
      done += try copyBytes(
        source, at: offset + done, length: length - done, to: target, path: path)
    }
    guard done == length else {
      throw FileError(.corrupt, path: path, expected: "\(length) bytes", found: "\(done) bytes")
    }
  }

  /// Shares all blocks of a whole file, on file systems that can.
  private func share(
    _ source: Int32, length: UInt64, with target: Int32, path: String
  ) throws(FileError) -> Bool {
    let info = try attempt("statx", path) { () throws(Errno) -> FileInfo in
      try fileSystem.info(of: source)
    }
    guard info.size == length else { return false }
    do throws(Errno) {
      try fileSystem.clone(source, to: target)
      try fileSystem.seekToEnd(target)
      return true
    } catch {
      guard Self.meansUnsupported(error) else {
        throw FileError(error, call: "ioctl", path: path)
      }
      return false
    }
  }

  private func copyBytes(
    _ source: Int32, at offset: UInt64, length: UInt64, to target: Int32, path: String
  ) throws(FileError) -> UInt64 {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
    defer { buffer.deallocate() }
    var done: UInt64 = 0
    while done < length {
      let room = UnsafeMutableRawBufferPointer(
        rebasing: buffer[..<Int(min(UInt64(buffer.count), length - done))])
      let got = try attempt("read", path) { () throws(Errno) -> Int in
        try fileSystem.read(source, at: offset + done, into: room)
      }
      if got == 0 { break }
      try attempt("write", path) { () throws(Errno) in
        try fileSystem.writeAll(target, UnsafeRawBufferPointer(rebasing: room[..<got]))
      }
      done += UInt64(got)
    }
    return done
  }

  private static func meansUnsupported(_ error: Errno) -> Bool {
    let answers: [Errno] = [
      .notSupported, .invalidArgument, .improperLink, .noFunction, .inappropriateIOCTLForDevice,
      .permissionDenied, .notPermitted,
    ]
    return answers.contains(error)
  }

  /// The folder that a path is in; `.` for a name alone.
  public static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
