import CSys
import Glibc
import SystemPackage

/// The calls, made.
public struct LinuxFileSystem: FileSystem {
  /// The one of this machine.
  public init() {}

  private func check(_ body: () -> Int32) throws(Errno) -> Int32 {
    while true {
      let result = body()
      if result >= 0 { return result }
      if Glibc.errno != EINTR { throw Errno(rawValue: Glibc.errno) }
    }
  }

  // C ends a path at its first NUL, and would take what is before it for another file.
  private static func refuseNUL(_ path: String) throws(Errno) {
    if path.utf8.contains(0) { throw .invalidArgument }
  }

  private func check(_ path: String, _ body: (UnsafePointer<CChar>) -> Int32) throws(Errno) -> Int32
  {
    try Self.refuseNUL(path)
    return try check { path.withCString(body) }
  }

  private func check(
    _ path: String, _ other: String,
    _ body: (UnsafePointer<CChar>, UnsafePointer<CChar>) -> Int32
  ) throws(Errno) -> Int32 {
    try Self.refuseNUL(path)
    return try check(other) { other in path.withCString { body($0, other) } }
  }

  /// open(2).
  public func open(
    _ path: String, flags: Int32, permissions: UInt16
  ) throws(Errno) -> Int32 {
    try check(path) { Glibc.open($0, flags | O_CLOEXEC, mode_t(permissions)) }
  }

  /// openat(2) with O_TMPFILE.
  public func openUnnamed(in folder: String, permissions: UInt16) throws(Errno) -> Int32 {
    let directory = try open(folder, flags: O_RDONLY | O_DIRECTORY, permissions: 0)
    defer { close(directory) }
    return try check { csys_open_unnamed(directory, mode_t(permissions)) }
  }

  /// linkat(2) by way of `/proc/self/fd`.
  public func linkUnnamed(_ descriptor: Int32, to path: String) throws(Errno) {
    _ = try check(path) { csys_link_unnamed(descriptor, csys_here(), $0) }
  }

  /// link(2).
  public func link(_ path: String, to other: String) throws(Errno) {
    _ = try check(path, other) { Glibc.link($0, $1) }
  }

  /// close(2).
  public func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }

  /// pread(2); for a pipe, which has no places, read(2).
  public func read(
    _ descriptor: Int32, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(Errno) -> Int {
    while true {
      var got = pread(descriptor, buffer.baseAddress, buffer.count, off_t(clamping: offset))
      if got < 0, Glibc.errno == ESPIPE {
        got = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      }
      if got >= 0 { return got }
      if Glibc.errno != EINTR { throw Errno(rawValue: Glibc.errno) }
    }
  }

  /// write(2).
  public func write(
    _ descriptor: Int32, _ bytes: UnsafeRawBufferPointer
  ) throws(Errno) -> Int {
    while true {
      let count = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
      if count >= 0 { return count }
      if Glibc.errno != EINTR { throw Errno(rawValue: Glibc.errno) }
    }
  }

  /// copy_file_range(2).
  public func copyRange(
    from source: Int32, at offset: UInt64, count: UInt64, to target: Int32
  ) throws(Errno) -> UInt64 {
    while true {
      let done = csys_copy_range(source, Int64(clamping: offset), target, count)
      if done >= 0 { return UInt64(done) }
      if Glibc.errno != EINTR { throw Errno(rawValue: Glibc.errno) }
    }
  }

  /// ioctl(2) with FICLONE.
  public func clone(_ source: Int32, to target: Int32) throws(Errno) {
    _ = try check { csys_clone(source, target) }
  }

  /// lseek(2).
  public func seekToEnd(_ descriptor: Int32) throws(Errno) {
    guard lseek(descriptor, 0, SEEK_END) >= 0 else { throw Errno(rawValue: Glibc.errno) }
  }

  /// ftruncate(2).
  public func truncate(_ descriptor: Int32, to size: UInt64) throws(Errno) {
    _ = try check { ftruncate(descriptor, off_t(clamping: size)) }
  }

  /// sync_file_range(2).
  public func startWriteback(_ descriptor: Int32) { _ = csys_start_writeback(descriptor) }

  /// fsync(2).
  public func synchronize(_ descriptor: Int32) throws(Errno) {
    _ = try check { fsync(descriptor) }
  }

  /// syncfs(2).
  public func synchronizeAll(_ descriptor: Int32) throws(Errno) {
    _ = try check { csys_sync_file_system(descriptor) }
  }

  /// rename(2).
  public func rename(_ path: String, to other: String) throws(Errno) {
    _ = try check(path, other) { Glibc.rename($0, $1) }
  }

  /// renameat2(2) with RENAME_NOREPLACE.
  public func renameNew(_ path: String, to other: String) throws(Errno) {
    _ = try check(path, other) { csys_rename_new(csys_here(), $0, csys_here(), $1) }
  }

  /// unlink(2).
  public func remove(_ path: String) throws(Errno) {
    _ = try check(path) { unlink($0) }
  }

  /// chmod(2).
  public func setPermissions(_ path: String, to permissions: UInt16) throws(Errno) {
    _ = try check(path) { chmod($0, mode_t(permissions)) }
  }

  /// mkdir(2).
  public func makeDirectory(_ path: String, permissions: UInt16) throws(Errno) {
    _ = try check(path) { mkdir($0, mode_t(permissions)) }
  }

  /// statx(2).
  public func info(_ path: String, followingLink: Bool) throws(Errno) -> FileInfo {
    var found = csys_file_info()
    _ = try check(path) { csys_info_at(csys_here(), $0, followingLink ? 1 : 0, &found) }
    return FileInfo(found)
  }

  /// statx(2) of an open file.
  public func info(of descriptor: Int32) throws(Errno) -> FileInfo {
    var found = csys_file_info()
    _ = try check { csys_info(descriptor, &found) }
    return FileInfo(found)
  }

  /// readdir(3).
  public func eachName(in folder: String, _ body: (FileName) -> Void) throws(Errno) {
    try Self.refuseNUL(folder)
    guard let listing = csys_list_open(csys_here(), folder) else {
      throw Errno(rawValue: Glibc.errno)
    }
    defer { csys_list_close(listing) }
    var kind: Int32 = 0
    let room = UnsafeMutablePointer<CChar>.allocate(capacity: 256)
    defer { room.deallocate() }
    while true {
      let result = csys_list_next(listing, room, &kind)
      if result == 0 { return }
      guard result > 0 else { throw Errno(rawValue: Glibc.errno) }
      body(FileName(cString: room))
    }
  }

  /// realpath(3). `illegalByteSequence` where the answer is no text.
  public func resolve(_ path: String) throws(Errno) -> String {
    try Self.refuseNUL(path)
    guard let found = realpath(path, nil) else { throw Errno(rawValue: Glibc.errno) }
    defer { free(found) }
    guard let text = FileName(cString: found).text else { throw .illegalByteSequence }
    return text
  }

  /// access(2).
  public func isWritable(_ path: String) -> Bool {
    !path.utf8.contains(0) && access(path, W_OK) == 0
  }

  /// fcntl(2) with F_OFD_SETLK or F_OFD_SETLKW.
  public func lock(_ descriptor: Int32, wait: Bool) throws(Errno) -> Bool {
    do throws(Errno) {
      _ = try check {
        wait ? csys_lock_wait(descriptor, 1) : csys_lock_try(descriptor, 1)
      }
      return true
    } catch .resourceTemporarilyUnavailable {
      return false
    }
  }

  /// fcntl(2) with F_OFD_GETLK.
  public func isLocked(_ descriptor: Int32) throws(Errno) -> Bool {
    try check { csys_lock_is_held(descriptor) } == 1
  }
}
