import ContentStore
import Files
import SystemPackage

/// Files of the user's own, outside of any store: keys, and what was seen.
struct PrivateFiles: Sendable {
  let fileSystem: any FileSystem

  /// A file's bytes with its permissions; nil where there is none.
  func read(_ path: String, limit: Int) throws(LedgerError) -> (bytes: [UInt8], mode: UInt16)? {
    do throws(FileError) {
      guard let file = try fileSystem.openFileIfAny(path, .throughLinks) else { return nil }
      return (try file.contents(limit: limit), try file.info().permissions)
    } catch {
      guard error.code == .tooLarge, let expected = error.expected, let found = error.found else {
        throw .store(StoreError(error))
      }
      throw .malformedFile(path: path, reason: "\(found), expected \(expected)")
    }
  }

  /// The bytes of whatever can be read, a pipe too, for which it waits; nil where there is none.
  func readAny(_ path: String, limit: Int) throws(LedgerError) -> [UInt8]? {
    do throws(FileError) {
      return try fileSystem.contents(of: path, limit: limit, .anyKind)
    } catch {
      guard error.code == .tooLarge else { throw .store(StoreError(error)) }
      throw .malformedFile(path: path, reason: "more than \(limit) bytes")
    }
  }

  /// Makes a file that only its owner can read, unless it is there. Lasts when this returns.
  ///
  /// - Returns: whether it was made.
  func create(_ path: String, with bytes: [UInt8]) throws(LedgerError) -> Bool {
    try ledgering(files(beside: path).create(path, with: bytes, permissions: 0o600))
  }

  /// Replaces a file that only its owner can read. Lasts when this returns.
  func replace(_ path: String, with bytes: [UInt8]) throws(LedgerError) {
    try ledgering(files(beside: path).replace(path, with: [.bytes(bytes)], permissions: 0o600))
  }

  // What is unfinished stands beside, in a folder of which only its owner sees the names.
  private func files(beside path: String) throws(FileError) -> AtomicFile {
    let folder = Paths.folder(of: path)
    try fileSystem.ensureFolders(folder, permissions: 0o700)
    return AtomicFile(fileSystem: fileSystem, temporary: folder)
  }

  /// The same without waiting for the disk: for what may be a moment behind after a crash.
  func replaceSoon(_ path: String, with bytes: [UInt8]) throws(LedgerError) {
    try ledgering(fileSystem.ensureFolders(Paths.folder(of: path), permissions: 0o700))
    let unfinished = "\(path).\(try ledgering(RandomName.make()))"
    let file = try ledgering(
      fileSystem.openFile(unfinished, [.write, .new], permissions: 0o600))
    try ledgering(file.write(bytes))
    do throws(Errno) { try fileSystem.rename(unfinished, to: path) } catch {
      throw .store(StoreError(error, call: "rename", path: path))
    }
  }

  /// Removes a file that is there.
  func remove(_ path: String) throws(LedgerError) {
    do throws(Errno) { try fileSystem.remove(path) } catch {
      throw .store(StoreError(error, call: "unlink", path: path))
    }
  }

  /// Names in a folder, sorted; none where there is no folder.
  func names(in folder: String) throws(LedgerError) -> [String] {
    try ledgering(fileSystem.namesIfAny(in: folder)).sorted()
  }
}
