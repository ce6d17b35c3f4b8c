import ContentStore
import Digests
import Files
import Glibc

/// The store as the ledger uses it: every call that reaches the file system is in this file.
struct LedgerFolder: Sendable {
  let store: ContentStore

  private var fileSystem: any FileSystem { store.fileSystem }

  /// Opens a regular file; nil when it does not exist and is not to be made.
  ///
  /// Whatever else has the name is refused: a link could lead out of the store, and a FIFO would
  /// let us wait for ever.
  func open(_ path: String, _ flags: Int32) throws(LedgerError) -> OpenFile? {
    let descriptor: Int32
    do {
      descriptor = try fileSystem.open(
        path, flags: flags | O_NOFOLLOW | O_NONBLOCK, permissions: 0o644)
    } catch {
      if error.rawValue == ENOENT && flags & O_CREAT == 0 { return nil }
      if let kind = try? fileSystem.info(path, followingLink: false).kind, kind != .file {
        throw .store(OpenFile.irregular(path, kind))
      }
      throw .store(StoreError(error, call: "open", path: path))
    }
    let file = OpenFile(descriptor, path: path, fileSystem: fileSystem)
    try file.requireRegular()
    return file
  }

  /// What a name of a small file stands for.
  enum Content {
    case absent
    case bytes([UInt8])
    /// No regular file, or a larger one.
    case unfit
  }

  /// The content of a whole file of at most `limit` bytes.
  func contents(of path: String, limit: Int) throws(LedgerError) -> Content {
    do throws(LedgerError) {
      guard let file = try open(path, O_RDONLY) else { return .absent }
      let size = try file.stamp().size
      return size > Int64(limit) ? .unfit : .bytes(try file.read(at: 0, count: Int(size)))
    } catch {
      if case .store(let cause) = error, cause.code == .malformed { return .unfit }
      throw error
    }
  }

  /// Puts a file in place of another in one step that a crash cannot halve.
  func replace(_ path: String, with bytes: [UInt8]) throws(LedgerError) {
    try ensureFolder(store.layout.temporary)
    do { try store.files.replace(path, with: bytes) } catch { throw .store(StoreError(error)) }
  }

  /// The same without waiting for the folder's entry: after a crash the old file may be back, but
  /// never without what stood beside it then, since a file system keeps the order of names in one
  /// folder. Only for what `append.next` can do again.
  func replaceInOrder(_ path: String, with bytes: [UInt8]) throws(LedgerError) {
    try ensureFolder(store.layout.temporary)
    let unfinished = store.layout.temporary + "/checkpoint.next"
    guard let file = try open(unfinished, O_WRONLY | O_CREAT | O_TRUNC) else {
      throw .store(StoreError(.missing, path: unfinished))
    }
    try file.append(bytes)
    try file.synchronize()
    do { try fileSystem.rename(unfinished, to: path) } catch {
      throw .store(StoreError(error, call: "rename", path: path))
    }
  }

  /// Removes a file that may be gone already. Not made durable: should the file come back after a
  /// crash, it finds everything that it promises done.
  func remove(_ path: String) throws(LedgerError) {
    do { try fileSystem.remove(path) } catch {
      if error.rawValue != ENOENT { throw .store(StoreError(error, call: "unlink", path: path)) }
    }
  }

  /// Makes the names in a folder last.
  func synchronizeFolder(_ path: String) throws(LedgerError) {
    let descriptor: Int32
    do {
      descriptor = try fileSystem.open(path, flags: O_RDONLY | O_DIRECTORY, permissions: 0)
    } catch { throw .store(StoreError(error, call: "open", path: path)) }
    try OpenFile(descriptor, path: path, fileSystem: fileSystem).synchronize()
  }

  /// Keeps bytes in `quarantine/`; returns the path relative to the store.
  func setAside(_ bytes: [UInt8], as name: String) throws(LedgerError) -> String {
    do { return try store.setAside(bytes, as: name) } catch { throw .store(error) }
  }

  /// Moves whatever has a name to `quarantine/`; nil when nothing has it any more.
  func setAside(_ path: String, as name: String) throws(LedgerError) -> String? {
    do { return try store.setAside(path, as: name) } catch { throw .store(error) }
  }

  func ensureFolder(_ path: String) throws(LedgerError) {
    do { try fileSystem.makeDirectory(path, permissions: 0o777) } catch {
      if error.rawValue != EEXIST { throw .store(StoreError(error, call: "mkdir", path: path)) }
    }
  }
}

/// An open file, closed with its last reference.
final class OpenFile: Sendable {
  let path: String
  private let descriptor: Int32
  private let fileSystem: any FileSystem

  init(_ descriptor: Int32, path: String, fileSystem: any FileSystem) {
    self.descriptor = descriptor
    self.path = path
    self.fileSystem = fileSystem
  }

  deinit { fileSystem.close(descriptor) }

  func requireRegular() throws(LedgerError) {
    let kind: FileInfo.Kind
    do { kind = try fileSystem.info(of: descriptor).kind } catch {
      throw .store(StoreError(error, call: "statx", path: path))
    }
    if kind != .file { throw .store(Self.irregular(path, kind)) }
  }

  static func irregular(_ path: String, _ kind: FileInfo.Kind) -> StoreError {
    StoreError(.malformed, path: path, expected: "a regular file", found: kind.words)
  }

  func stamp() throws(LedgerError) -> LedgerStamp {
    do { return LedgerStamp(try fileSystem.info(of: descriptor)) } catch {
      throw .store(StoreError(error, call: "statx", path: path))
    }
  }

  /// Up to `count` bytes from an offset; fewer at the end of the file.
  func read(at offset: Int64, count: Int) throws(LedgerError) -> [UInt8] {
    var failure: LedgerError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      let room = UnsafeMutableRawBufferPointer(buffer)
      do throws(LedgerError) { filled = try read(at: offset, into: room) } catch { failure = error }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Fills the buffer from an offset as far as the file goes; returns the number of bytes.
  func read(
    at offset: Int64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(LedgerError) -> Int {
    var done = 0
    do {
      while done < buffer.count {
        let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
        let got = try fileSystem.read(descriptor, at: UInt64(offset) + UInt64(done), into: rest)
        if got == 0 { break }
        done += got
      }
    } catch { throw .store(StoreError(error, call: "read", path: path)) }
    return done
  }

  /// Writes all bytes at the end of a file that was opened to append.
  func append(_ bytes: [UInt8]) throws(LedgerError) {
    var failure: LedgerError?
    bytes.withUnsafeBytes { buffer in
      do throws(LedgerError) { try append(buffer) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  private func append(_ buffer: UnsafeRawBufferPointer) throws(LedgerError) {
    var rest = buffer
    do {
      while !rest.isEmpty {
        let put = try fileSystem.write(descriptor, rest)
        rest = UnsafeRawBufferPointer(rebasing: rest[put...])
      }
    } catch { throw .store(StoreError(error, call: "write", path: path)) }
  }

  func truncate(to size: Int64) throws(LedgerError) {
    do { try fileSystem.truncate(descriptor, to: UInt64(size)) } catch {
      throw .store(StoreError(error, call: "truncate", path: path))
    }
  }

  func synchronize() throws(LedgerError) {
    do { try fileSystem.synchronize(descriptor) } catch {
      throw .store(StoreError(error, call: "fsync", path: path))
    }
  }
}
