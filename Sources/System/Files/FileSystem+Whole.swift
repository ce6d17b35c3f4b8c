import Glibc
import SystemPackage

/// What several callers do with whole files.
extension FileSystem {
  /// Writes all of it at the descriptor's position.
  public func writeAll(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) throws(Errno) {
    var rest = bytes
    while !rest.isEmpty {
      let count = try write(descriptor, rest)
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  /// Writes all of it at the descriptor's position.
  public func writeAll(_ descriptor: Int32, _ bytes: [UInt8]) throws(Errno) {
    var problem: Errno?
    bytes.withUnsafeBytes { buffer in
      do throws(Errno) { try writeAll(descriptor, buffer) } catch { problem = error }
    }
    if let problem { throw problem }
  }

  /// `size` bytes from the start of an open file; fewer when it ends before.
  public func readAll(_ descriptor: Int32, size: Int) throws(Errno) -> [UInt8] {
    var problem: Errno?
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
      let room = UnsafeMutableRawBufferPointer(buffer)
      do throws(Errno) {
        while filled < size {
          let rest = UnsafeMutableRawBufferPointer(rebasing: room[filled...])
          let got = try read(descriptor, at: UInt64(filled), into: rest)
          if got == 0 { break }
          filled += got
        }
      } catch { problem = error }
    }
    if let problem { throw problem }
    return bytes
  }

  /// The content of a file of at most `limit` bytes; nil when there is no such file.
  ///
  /// - Throws: `tooLarge`, or the failed call.
  public func contents(of path: String, limit: Int) throws(FileError) -> [UInt8]? {
    let descriptor: Int32
    do throws(Errno) {
      descriptor = try open(path, flags: O_RDONLY | O_NONBLOCK, permissions: 0)
    } catch .noSuchFileOrDirectory {
      return nil
    } catch {
      throw FileError(error, call: "open", path: path)
    }
    defer { close(descriptor) }
    let info = try attempt("statx", path) { () throws(Errno) -> FileInfo in
      try self.info(of: descriptor)
    }
    guard info.kind == .file else {
      throw FileError(.malformed, path: path, expected: "a file", found: "something else")
    }
    guard info.size <= UInt64(limit) else {
      throw FileError(
        .tooLarge, path: path, expected: "at most \(limit) bytes", found: "\(info.size) bytes")
    }
    return try attempt("read", path) { () throws(Errno) -> [UInt8] in
      try readAll(descriptor, size: Int(info.size))
    }
  }

  /// What is known of a path; nil when there is nothing.
  ///
  /// - Throws: what the call fails with.
  public func infoIfAny(_ path: String, followingLink: Bool = false) throws(FileError) -> FileInfo?
  {
    do throws(Errno) {
      return try info(path, followingLink: followingLink)
    } catch .noSuchFileOrDirectory, .notDirectory {
      return nil
    } catch {
      throw FileError(error, call: "statx", path: path)
    }
  }

  /// Makes the entries of a folder durable.
  public func synchronizeFolder(_ path: String) throws(FileError) {
    let descriptor = try attempt("open", path) { () throws(Errno) -> Int32 in
      try open(path, flags: O_RDONLY | O_DIRECTORY, permissions: 0)
    }
    defer { close(descriptor) }
    try attempt("fsync", path) { () throws(Errno) in try synchronize(descriptor) }
  }

  /// Makes a folder unless it is there.
  public func ensureDirectory(_ path: String) throws(FileError) {
    do throws(Errno) {
      try makeDirectory(path, permissions: 0o777)
    } catch .fileExists {
      let there = try infoIfAny(path, followingLink: true)
      guard there?.kind == .directory else {
        throw FileError(.malformed, path: path, expected: "a folder", found: "a file")
      }
    } catch {
      throw FileError(error, call: "mkdir", path: path)
    }
  }
}
