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
    let staged = StagedFile(
      try fileSystem.openFile(path, [.write, .new], permissions: permissions))
    for (index, part) in parts.enumerated() {
      switch part {
      case .bytes(let bytes): try staged.file.write(bytes)
      case .file(let source, let offset, let length):
        let isWhole = index == 0 && offset == 0
        try copy(source, at: offset, length: length, to: staged.file, mayShare: isWhole)
      }
    }
    return staged
  }

  /// Makes `path` unless it is there; returns whether it was made. What is there stays.
  @discardableResult
  public func create(
    _ path: String, with bytes: [UInt8], permissions: UInt16 = 0o644
  ) throws(FileError) -> Bool {
    // An empty one may be what ``FileSystem/move(_:toNew:)`` reserved the name with.
    if let info = try fileSystem.infoIfAny(path), info.kind != .file || info.size > 0 {
      return false
    }
    return try stage([.bytes(bytes)], permissions: permissions).place(atNew: path)
  }

  /// Removes `path`, if it is there, durably.
  public func remove(_ path: String) throws(FileError) {
    guard try fileSystem.removeIfAny(path) else { return }
    try fileSystem.synchronizeFolder(Paths.folder(of: path))
  }

  private func copy(
    _ source: Int32, at offset: UInt64, length: UInt64, to target: borrowing OpenFile,
    mayShare: Bool
  ) throws(FileError) {
    if mayShare, try share(source, length: length, with: target) { return }
    var done: UInt64 = 0
    do throws(Errno) {
      while done < length {
        let count = try fileSystem.copyRange(
          from: source, at: offset + done, count: length - done, to: target.descriptor)
        if count == 0 { break }
        done += count
      }
    } catch {
      guard error.meansNoSharing else {
        throw FileError(error, call: "copy_file_range", path: target.path)
      }
      done += try copyBytes(source, at: offset + done, length: length - done, to: target)
    }
    guard done == length else {
      throw FileError(
        .corrupt, path: target.path, expected: "\(length) bytes", found: "\(done) bytes")
    }
  }

  /// Shares all blocks of a whole file, on file systems that can.
  private func share(
    _ source: Int32, length: UInt64, with target: borrowing OpenFile
  ) throws(FileError) -> Bool {
    let info = try attempt("statx", target.path) { () throws(Errno) -> FileInfo in
      try fileSystem.info(of: source)
    }
    guard info.size == length else { return false }
    do throws(Errno) {
      try fileSystem.clone(source, to: target.descriptor)
      try fileSystem.seekToEnd(target.descriptor)
      return true
    } catch {
      guard error.meansNoSharing else { throw FileError(error, call: "ioctl", path: target.path) }
      return false
    }
  }

  private func copyBytes(
    _ source: Int32, at offset: UInt64, length: UInt64, to target: borrowing OpenFile
  ) throws(FileError) -> UInt64 {
    let buffer = FileBuffer(256 << 10)
    var done: UInt64 = 0
    while done < length {
      let room = buffer.first(length - done)
      let got = try attempt("read", target.path) { () throws(Errno) -> Int in
        try fileSystem.read(source, at: offset + done, into: room)
      }
      if got == 0 { break }
      try target.write(UnsafeRawBufferPointer(rebasing: room[..<got]))
      done += UInt64(got)
    }
    return done
  }
}

extension Errno {
  /// Whether it says that the kernel cannot copy or share between these two, so that we have to.
  var meansNoSharing: Bool {
    meansUnsupported || self == .improperLink || self == .inappropriateIOCTLForDevice
      || self == .permissionDenied
  }
}
