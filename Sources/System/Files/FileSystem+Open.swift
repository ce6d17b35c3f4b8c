import Glibc
import SystemPackage

/// Opening files so that they close themselves.
extension FileSystem {
  /// Opens a regular file.
  ///
  /// - Throws: `malformed` for whatever else has the name; `system` with `errno` where there is
  ///   nothing (``FileError/isAbsence``).
  public func openFile(
    _ path: String, _ options: OpenOptions = [], permissions: UInt16 = 0o644
  ) throws(FileError) -> OpenFile {
    let descriptor: Int32
    do throws(Errno) {
      descriptor = try open(path, flags: options.flags, permissions: permissions)
    } catch {
      // Asked only now, because most opens succeed.
      if !error.isAbsence, !options.contains(.anyKind),
        let info = try? info(path, followingLink: options.contains(.throughLinks)),
        info.kind != .file
      {
        throw Self.irregular(path, info.kind)
      }
      throw FileError(error, call: "open", path: path)
    }
    let file = OpenFile(descriptor, path: path, fileSystem: self)
    // Nothing else is ever new.
    if options.contains(.new) || options.contains(.anyKind) { return file }
    let kind = try file.info().kind
    guard kind == .file else { throw Self.irregular(path, kind) }
    return file
  }

  /// Opens a regular file, or returns nil where there is none.
  ///
  /// - Throws: what ``openFile(_:_:permissions:)`` throws of all else.
  public func openFileIfAny(
    _ path: String, _ options: OpenOptions = []
  ) throws(FileError) -> OpenFile? {
    do throws(FileError) {
      return try openFile(path, options)
    } catch {
      guard error.isAbsence else { throw error }
      return nil
    }
  }

  /// Opens a folder, for the entries to be synchronised or locked.
  public func openFolder(_ path: String) throws(FileError) -> OpenFile {
    let descriptor = try attempt("open", path) { () throws(Errno) -> Int32 in
      try open(path, flags: O_RDONLY | O_DIRECTORY, permissions: 0)
    }
    return OpenFile(descriptor, path: path, fileSystem: self)
  }

  /// Makes a file without a name in a folder; ``linkUnnamed(_:to:)`` gives it one.
  public func openUnnamedFile(in folder: String, permissions: UInt16) throws(FileError) -> OpenFile
  {
    let descriptor = try attempt("open", folder) { () throws(Errno) -> Int32 in
      try openUnnamed(in: folder, permissions: permissions)
    }
    return OpenFile(descriptor, path: folder, fileSystem: self)
  }

  private static func irregular(_ path: String, _ kind: FileInfo.Kind) -> FileError {
    FileError(.malformed, path: path, expected: "a regular file", found: kind.words)
  }
}

extension Errno {
  /// Whether it says that nothing has the name.
  var isAbsence: Bool { self == .noSuchFileOrDirectory || self == .notDirectory }
}

extension FileError {
  /// Whether it says that nothing has the name.
  public var isAbsence: Bool { errno?.isAbsence ?? false }
}
