import ContentStore
import Digests
import Encodings
import Files
import GRDBSQLite
import Glibc
import Ledger

/// The place of the SQLite file in a store, and what is there.
///
/// Kept as long as a database of that place is open.
final class GraphFile {
  /// What was found where the index belongs.
  enum State: Equatable {
    /// Nothing, or a file without a byte.
    case absent
    /// An index of ours, of whatever version, in whatever condition.
    case ours
    /// Something that is not ours to write or to remove, and why that is known.
    case foreign(String)
    /// A file that this user may not read.
    case unreadable(String)
  }

  /// Why the place cannot be given to SQLite.
  struct Unreachable: Error, CustomStringConvertible {
    var reason: String
    var description: String { reason }
  }

  /// `application_id` of an index: "zigt".
  static let applicationID: Int32 = 0x7a69_6774

  /// Longer paths, in bytes, are no names for SQLite.
  static let longestPath = ShortPaths.limit

  let store: ContentStore
  // Of the store, where the path is too long for SQLite; the paths it gets lead through it.
  private var folder: SharedFile?

  init(_ store: ContentStore) { self.store = store }

  private var path: String { store.layout.graph }
  private static let companions = ["-wal", "-shm", "-journal"]

  /// What SQLite is given to open, a `file:` URI where it has to be one.
  func name() throws -> String {
    if path.utf8.count <= ShortPaths.limit { return path }
    return "file:\(try shortPath())?vfs=\(try vfs())"
  }

  private func shortPath() throws -> String {
    let opened = try folder ?? SharedFile(store.fileSystem.openFolder(store.layout.history))
    folder = opened
    return "/proc/self/fd/\(opened.file.descriptor)/graph.sqlite"
  }

  private func vfs() throws -> String {
    guard let name = ShortPaths.vfs else {
      throw Unreachable(reason: "its path of \(path.utf8.count) bytes is too long for SQLite")
    }
    return name
  }

  /// Whether neither an index nor anything that belongs to one is there.
  var isFree: Bool {
    for name in Self.companions.map({ path + $0 }) + [path] {
      do {
        _ = try store.fileSystem.info(name, followingLink: false)
        return false
      } catch {
        if error.rawValue != ENOENT { return false }
      }
    }
    return true
  }

  /// Looks, without a change to anything.
  func state() throws -> State {
    var isThere = false
    for suffix in [""] + Self.companions {
      guard let info = try? store.fileSystem.info(path + suffix, followingLink: false) else {
        continue
      }
      if info.kind != .file { return .foreign("graph.sqlite\(suffix) is \(info.kind.words)") }
      if suffix.isEmpty { isThere = true }
    }
    return isThere ? try stateOfHeader() : .absent
  }

  // By SQLite's own descriptor: closing one of ours would give up the locks that this process has
  // on the file. `immutable` keeps it from looking at, and then mending, anything beside.
  private func stateOfHeader() throws -> State {
    let isLong = path.utf8.count > ShortPaths.limit
    let place = isLong ? try shortPath() : Self.escaped(path)
    let uri = "file:\(place)?immutable=1" + (isLong ? "&vfs=\(try vfs())" : "")
    var database: OpaquePointer?
    let code = sqlite3_open_v2(uri, &database, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, nil)
    defer { sqlite3_close_v2(database) }
    guard code == SQLITE_OK else {
      let cause = sqlite3_system_errno(database)
      if cause == ENOENT { return .absent }
      let words = cause == 0 ? sqlite3_errstr(code) : UnsafePointer(strerror(cause))
      let reason = words.map { String(cString: $0) } ?? "SQLite \(code)"
      if cause == EACCES || cause == EPERM { return .unreadable(reason) }
      // No fault of the file: too many open ones, no memory.
      throw Unreachable(reason: reason)
    }
    guard let header = Self.header(database) else {
      throw Unreachable(reason: "its header cannot be read")
    }
    if header.isEmpty { return .absent }
    guard header.starts(with: Array("SQLite format 3\0".utf8)), header.count == 100 else {
      return .foreign("it is no database")
    }
    let identifier = header[68..<72].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    return identifier == UInt32(bitPattern: Self.applicationID)
      ? .ours : .foreign("it is the database of something else")
  }

  // The first 100 bytes as they are in the file, fewer when it has fewer.
  private static func header(_ database: OpaquePointer?) -> [UInt8]? {
    var pointer: UnsafeMutablePointer<sqlite3_file>?
    let code = withUnsafeMutablePointer(to: &pointer) {
      sqlite3_file_control(database, "main", SQLITE_FCNTL_FILE_POINTER, $0)
    }
    guard code == SQLITE_OK, let file = pointer, let methods = file.pointee.pMethods,
      let read = methods.pointee.xRead, let length = methods.pointee.xFileSize
    else { return nil }
    var size: sqlite3_int64 = 0
    guard length(file, &size) == SQLITE_OK else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(min(size, 100)))
    if bytes.isEmpty { return [] }
    return read(file, &bytes, Int32(bytes.count), 0) == SQLITE_OK ? bytes : nil
  }

  private static func escaped(_ path: String) -> String {
    let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/-_.".utf8)
    return path.utf8.map { byte in
      plain.contains(byte) ? String(UnicodeScalar(byte)) : "%" + Hex.encode([byte])
    }.joined()
  }

  /// Moves whatever is there to quarantine; returns the new path, relative to the store. The caller
  /// holds the writer lock.
  func setAside() throws(StoreError) -> String? {
    try store.setAside(path, as: "graph.sqlite", with: Self.companions)
  }

  /// Removes an index and what belongs to it. The caller holds the writer lock.
  func remove() throws(StoreError) {
    for name in Self.companions.map({ path + $0 }) + [path] {
      try storing(store.fileSystem.removeIfAny(name))
    }
  }
}

/// What lets SQLite open a file whose path is longer than it takes.
private enum ShortPaths {
  /// Longer ones, in bytes, are gone around: SQLite takes 512 with its own suffixes, and follows the
  /// links of a path itself, so that a short name for a long path is a long path again.
  static let limit = 480

  /// Name of a VFS that is the usual one, but for taking each path as it is; nil where there can be
  /// none. SQLite keeps it until the process ends, in a list of its own.
  static let vfs: String? = {
    guard sqlite3_compileoption_used("USE_URI") != 0, let usual = sqlite3_vfs_find(nil),
      let name = strdup("zigttp-paths")
    else { return nil }
    let vfs = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
    vfs.initialize(to: usual.pointee)
    vfs.pointee.pNext = nil
    vfs.pointee.zName = UnsafePointer(name)
    vfs.pointee.xFullPathname = { _, path, room, full in
      guard let path, let full, strlen(path) < Int(room) else { return SQLITE_CANTOPEN }
      strcpy(full, path)
      return SQLITE_OK
    }
    return sqlite3_vfs_register(vfs, 0) == SQLITE_OK ? String(cString: name) : nil
  }()
}
