import ContentStore
import Digests
import Files
import SystemPackage

/// The store as the ledger uses it, in the ledger's error.
struct LedgerFolder: Sendable {
  let store: ContentStore

  private var fileSystem: any FileSystem { store.fileSystem }

  /// Opens a regular file; nil when it does not exist and is not to be made. Whatever else has the
  /// name is refused.
  func open(_ path: String, _ options: OpenOptions = []) throws(LedgerError) -> SharedFile? {
    guard let file = try ledgering(fileSystem.openFileIfAny(path, options)) else { return nil }
    return SharedFile(file)
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
    do throws(FileError) {
      let bytes = try fileSystem.contents(of: path, limit: limit)
      return bytes.map(Content.bytes) ?? .absent
    } catch {
      guard error.code == .malformed || error.code == .tooLarge else {
        throw .store(StoreError(error))
      }
      return .unfit
    }
  }

  /// Puts a file in place of another in one step that a crash cannot halve.
  func replace(_ path: String, with bytes: [UInt8]) throws(LedgerError) {
    try replace(path, with: [.bytes(bytes)])
  }

  /// The same with its parts one after the other.
  func replace(_ path: String, with parts: [AtomicFile.Part]) throws(LedgerError) {
    try ensureFolder(store.layout.temporary)
    try ledgering(store.files.replace(path, with: parts, permissions: 0o644))
  }

  /// The same without waiting for the folder's entry: after a crash the old file may be back, but
  /// never without what stood beside it then, since a file system keeps the order of names in one
  /// folder. Only for what `append.next` can do again.
  func replaceInOrder(_ path: String, with bytes: [UInt8]) throws(LedgerError) {
    try ensureFolder(store.layout.temporary)
    let unfinished = store.layout.temporary + "/checkpoint.next"
    let file = try ledgering(
      fileSystem.openFile(unfinished, [.write, .create, .truncate]))
    try ledgering(file.write(bytes))
    try ledgering(file.synchronize())
    do throws(Errno) { try fileSystem.rename(unfinished, to: path) } catch {
      throw .store(StoreError(error, call: "rename", path: path))
    }
  }

  /// Removes a file that may be gone already. Not made durable: should the file come back after a
  /// crash, it finds everything that it promises done.
  func remove(_ path: String) throws(LedgerError) {
    try ledgering(fileSystem.removeIfAny(path))
  }

  /// Makes the names in a folder last.
  func synchronizeFolder(_ path: String) throws(LedgerError) {
    try ledgering(fileSystem.synchronizeFolder(path))
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
    try ledgering(fileSystem.ensureDirectory(path))
  }
}
