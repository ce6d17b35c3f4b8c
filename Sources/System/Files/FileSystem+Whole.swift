import SystemPackage

/// What several callers do with the bytes of open files.
extension FileSystem {
  /// Writes all of it at the descriptor's position.
  public func writeAll(
    _ descriptor: Int32, _ bytes: UnsafeRawBufferPointer
  ) throws(Errno) {
    var rest = bytes
    while !rest.isEmpty {
      let count = try write(descriptor, rest)
      guard count > 0 else { throw .ioError }
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

  /// Fills the buffer from an offset as far as the file goes; returns how many bytes it got.
  public func readAll(
    _ descriptor: Int32, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(Errno) -> Int {
    var done = 0
    while done < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let got = try read(descriptor, at: offset + UInt64(done), into: rest)
      if got == 0 { break }
      done += got
    }
    return done
  }
}

/// What several callers do with whole files and folders.
extension FileSystem {
  /// The content of a file of at most `limit` bytes; nil when there is no such file.
  ///
  /// - Throws: `tooLarge`, `malformed` for what is no file, or the failed call.
  public func contents(
    of path: String, limit: Int, _ options: OpenOptions = []
  ) throws(FileError) -> [UInt8]? {
    guard let file = try openFileIfAny(path, options) else { return nil }
    return try file.contents(limit: limit)
  }

  /// What is known of a path; nil when there is nothing.
  ///
  /// - Throws: what the call fails with.
  public func infoIfAny(_ path: String, followingLink: Bool = false) throws(FileError) -> FileInfo?
  {
    do throws(Errno) {
      return try info(path, followingLink: followingLink)
    } catch {
      if error.isAbsence { return nil }
      throw FileError(error, call: "statx", path: path)
    }
  }

  /// Whether a folder, or a link to one, has the name.
  public func isFolder(_ path: String) throws(FileError) -> Bool {
    try infoIfAny(path, followingLink: true)?.kind == .directory
  }

  /// The path from the root without links; nil where there is nothing.
  public func resolvedIfAny(_ path: String) throws(FileError) -> String? {
    do throws(Errno) {
      return try resolve(path)
    } catch {
      if error.isAbsence { return nil }
      throw FileError(error, call: "realpath", path: path)
    }
  }

  /// Names in a folder that are text, in no order; none where there is no folder.
  public func namesIfAny(in folder: String) throws(FileError) -> [String] {
    do throws(Errno) {
      return try names(in: folder)
    } catch {
      if error.isAbsence { return [] }
      throw FileError(error, call: "readdir", path: folder)
    }
  }

  /// Removes a name of a file that may be gone already.
  ///
  /// - Returns: whether it was there.
  @discardableResult
  public func removeIfAny(_ path: String) throws(FileError) -> Bool {
    do throws(Errno) {
      try remove(path)
      return true
    } catch {
      if error.isAbsence { return false }
      throw FileError(error, call: "unlink", path: path)
    }
  }

  /// Renames what may be gone already, replacing what has the other name.
  ///
  /// - Returns: whether it was there.
  @discardableResult
  public func renameIfAny(_ path: String, to other: String) throws(FileError) -> Bool {
    do throws(Errno) {
      try rename(path, to: other)
      return true
    } catch {
      if error == .noSuchFileOrDirectory { return false }
      throw FileError(error, call: "rename", path: path)
    }
  }

  /// Makes the entries of a folder durable.
  public func synchronizeFolder(_ path: String) throws(FileError) {
    try openFolder(path).synchronize()
  }

  /// Makes a folder unless it is there; a link to one is none.
  public func ensureDirectory(_ path: String, permissions: UInt16 = 0o777) throws(FileError) {
    do throws(Errno) {
      try makeDirectory(path, permissions: permissions)
    } catch .fileExists {
      let kind = try infoIfAny(path)?.kind
      guard kind == .directory else {
        throw FileError(
          .malformed, path: path, expected: "a folder", found: kind?.words ?? "nothing any more")
      }
    } catch {
      throw FileError(error, call: "mkdir", path: path)
    }
  }

  /// Makes a folder unless it is there, and those above it that are missing; each lasts when this
  /// returns.
  public func ensureFolders(_ path: String, permissions: UInt16) throws(FileError) {
    if try isFolder(path) { return }
    let parent = Paths.folder(of: path)
    if parent != path { try ensureFolders(parent, permissions: permissions) }
    try ensureDirectory(path, permissions: permissions)
    try synchronizeFolder(parent)
  }
}
