import SystemPackage

/// The calls that are made of the operating system, so that a test can let any of them fail.
///
/// Descriptors are plain numbers that the caller closes. Every method does one call (again after an
/// interruption) and throws what the call failed with.
public protocol FileSystem: Sendable {
  /// Opens `path` with the flags of open(2), close-on-exec always.
  func open(_ path: String, flags: Int32, permissions: UInt16) throws(Errno) -> Int32
  /// Opens a file without a name in a folder.
  func openUnnamed(in folder: String, permissions: UInt16) throws(Errno) -> Int32
  /// Names an unnamed file; never replaces.
  func linkUnnamed(_ descriptor: Int32, to path: String) throws(Errno)
  /// Gives a file a second name; never replaces.
  func link(_ path: String, to other: String) throws(Errno)
  /// Closes; what it reports is of no use any more.
  func close(_ descriptor: Int32)
  /// At most `buffer.count` bytes from `offset`; 0 at the end. What has no places, as a pipe, gives
  /// what comes next.
  func read(
    _ descriptor: Int32, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(Errno) -> Int
  /// Writes at the descriptor's position; may write less than all.
  func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) throws(Errno) -> Int
  /// Copies inside the kernel to the position of `target`; 0 at the end of the source.
  func copyRange(
    from source: Int32, at offset: UInt64, count: UInt64, to target: Int32
  ) throws(Errno) -> UInt64
  /// Lets `target` share the blocks of `source`.
  func clone(_ source: Int32, to target: Int32) throws(Errno)
  /// Moves the position behind the last byte.
  func seekToEnd(_ descriptor: Int32) throws(Errno)
  /// Cuts the file, or fills it up with zeros.
  func truncate(_ descriptor: Int32, to size: UInt64) throws(Errno)
  /// Starts writing back; never fails because it promises nothing.
  func startWriteback(_ descriptor: Int32)
  /// Returns when the file, or the folder's entries, are on the device. A descriptor whose
  /// synchronisation failed must be closed and not be synchronised again: the kernel forgets.
  func synchronize(_ descriptor: Int32) throws(Errno)
  /// The same for everything on the file system of `descriptor`.
  func synchronizeAll(_ descriptor: Int32) throws(Errno)
  /// Renames, replacing what is there.
  func rename(_ path: String, to other: String) throws(Errno)
  /// Renames; never replaces. `invalidArgument` or `noFunction` where the file system cannot do that
  /// in one step (see ``move(_:toNew:)``).
  func renameNew(_ path: String, to other: String) throws(Errno)
  /// Removes a name of a file.
  func remove(_ path: String) throws(Errno)
  /// Sets the permission bits of a file or folder.
  func setPermissions(_ path: String, to permissions: UInt16) throws(Errno)
  /// Makes a folder in one that exists.
  func makeDirectory(_ path: String, permissions: UInt16) throws(Errno)
  /// What is known of a path.
  func info(_ path: String, followingLink: Bool) throws(Errno) -> FileInfo
  /// What is known of an open file.
  func info(of descriptor: Int32) throws(Errno) -> FileInfo
  /// Hands over the names in a folder one by one, without `.` and `..`, in no order.
  func eachName(in folder: String, _ body: (FileName) -> Void) throws(Errno)
  /// The path from the root, without links; what it leads to has to be there.
  func resolve(_ path: String) throws(Errno) -> String
  /// Whether this process may write `path`.
  func isWritable(_ path: String) -> Bool
  /// Takes an advisory lock of the open file; false when another open file holds it and `wait` is
  /// false. It ends when the descriptor is closed, with the process at the latest.
  func lock(_ descriptor: Int32, wait: Bool) throws(Errno) -> Bool
  /// Whether another open file holds that lock.
  func isLocked(_ descriptor: Int32) throws(Errno) -> Bool
}

/// What every file system that stands on the machine's can do with the calls above.
extension FileSystem {
  /// Names in a folder that are text, in no order.
  public func names(in folder: String) throws(Errno) -> [String] {
    var names: [String] = []
    try eachName(in: folder) { if let name = $0.text { names.append(name) } }
    return names
  }
}
