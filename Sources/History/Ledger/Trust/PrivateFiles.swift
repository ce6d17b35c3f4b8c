import ContentStore
import Files
import Glibc

/// Files of the user's own, outside of any store: keys, and what was seen.
struct PrivateFiles: Sendable {
  let fileSystem: any FileSystem

  /// A file's bytes with its permissions; nil where there is none.
  func read(_ path: String, limit: Int) throws(LedgerError) -> (bytes: [UInt8], mode: UInt16)? {
    let descriptor: Int32
    do {
      descriptor = try fileSystem.open(path, flags: O_RDONLY | O_NONBLOCK, permissions: 0)
    } catch {
      if [ENOENT, ENOTDIR].contains(error.rawValue) { return nil }
      throw .store(StoreError(error, call: "open", path: path))
    }
    let file = OpenFile(descriptor, path: path, fileSystem: fileSystem)
    try file.requireRegular()
    let info: FileInfo
    do { info = try fileSystem.info(of: descriptor) } catch {
      throw .store(StoreError(error, call: "statx", path: path))
    }
    guard info.size <= UInt64(limit) else {
      throw .malformedFile(path: path, reason: "\(info.size) bytes, expected at most \(limit)")
    }
    return (try file.read(at: 0, count: Int(info.size)), info.permissions)
  }

  /// The bytes of whatever can be read, a pipe too, for which it waits; nil where there is none.
  func readAny(_ path: String, limit: Int) throws(LedgerError) -> [UInt8]? {
    let descriptor: Int32
    do { descriptor = try fileSystem.open(path, flags: O_RDONLY | O_NOCTTY, permissions: 0) } catch
    {
      if [ENOENT, ENOTDIR].contains(error.rawValue) { return nil }
      throw .store(StoreError(error, call: "open", path: path))
    }
    let file = OpenFile(descriptor, path: path, fileSystem: fileSystem)
    let bytes = try file.read(at: 0, count: limit + 1)
    guard bytes.count <= limit else {
      throw .malformedFile(path: path, reason: "more than \(limit) bytes")
    }
    return bytes
  }

  /// Makes a file that only its owner can read, unless it is there. Lasts when this returns.
  ///
  /// - Returns: whether it was made.
  func create(_ path: String, with bytes: [UInt8]) throws(LedgerError) -> Bool {
    let folder = Self.folder(of: path)
    try ensureFolder(folder)
    do {
      return try AtomicFile(fileSystem: fileSystem, temporary: folder)
        .create(path, with: bytes, permissions: 0o600)
    } catch { throw .store(StoreError(error)) }
  }

  /// Replaces a file that only its owner can read. Lasts when this returns.
  func replace(_ path: String, with bytes: [UInt8]) throws(LedgerError) {
    let folder = Self.folder(of: path)
    try ensureFolder(folder)
    do {
      try AtomicFile(fileSystem: fileSystem, temporary: folder)
        .replace(path, with: [.bytes(bytes)], permissions: 0o600)
    } catch { throw .store(StoreError(error)) }
  }

  /// The same without waiting for the disk: for what may be a moment behind after a crash.
  func replaceSoon(_ path: String, with bytes: [UInt8]) throws(LedgerError) {
    let folder = Self.folder(of: path)
    try ensureFolder(folder)
    let descriptor: Int32
    let unfinished: String
    do { unfinished = "\(path).\(try RandomName.make())" } catch {
      throw .store(StoreError(error))
    }
    do {
      descriptor = try fileSystem.open(
        unfinished, flags: O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, permissions: 0o600)
    } catch { throw .store(StoreError(error, call: "open", path: unfinished)) }
    try OpenFile(descriptor, path: unfinished, fileSystem: fileSystem).append(bytes)
    do { try fileSystem.rename(unfinished, to: path) } catch {
      throw .store(StoreError(error, call: "rename", path: path))
    }
  }

  /// Removes a file that is there.
  func remove(_ path: String) throws(LedgerError) {
    do { try fileSystem.remove(path) } catch {
      throw .store(StoreError(error, call: "unlink", path: path))
    }
  }

  /// Names in a folder, sorted; none where there is no folder.
  func names(in folder: String) throws(LedgerError) -> [String] {
    do { return try fileSystem.names(in: folder).sorted() } catch {
      if [ENOENT, ENOTDIR].contains(error.rawValue) { return [] }
      throw .store(StoreError(error, call: "readdir", path: folder))
    }
  }

  // A folder of which only its owner sees the names, and those above it where they are missing.
  private func ensureFolder(_ path: String) throws(LedgerError) {
    do { try fileSystem.makeDirectory(path, permissions: 0o700) } catch {
      switch error.rawValue {
      case EEXIST: return
      case ENOENT where path != "/" && path.utf8.contains(UInt8(ascii: "/")):
        try ensureFolder(Self.folder(of: path))
        do { try fileSystem.makeDirectory(path, permissions: 0o700) } catch {
          throw .store(StoreError(error, call: "mkdir", path: path))
        }
      default: throw .store(StoreError(error, call: "mkdir", path: path))
      }
    }
    try synchronize(Self.folder(of: path))
  }

  private func synchronize(_ folder: String) throws(LedgerError) {
    do {
      let descriptor = try fileSystem.open(folder, flags: O_RDONLY | O_DIRECTORY, permissions: 0)
      defer { fileSystem.close(descriptor) }
      try fileSystem.synchronize(descriptor)
    } catch { throw .store(StoreError(error, call: "fsync", path: folder)) }
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
