import ContentStore
import Files
import Synchronization
import SystemPackage

/// The machine's file system until a chosen call that changes something; that call and all after
/// it fail, as if the process had died there. A write may get half of its bytes down first.
final class CrashingFileSystem: FileSystem {
  enum Way: CaseIterable {
    /// Everything fails from there on.
    case dead
    /// The same, and a write at that point does half of its work.
    case torn
    /// Only that one call fails, for want of room.
    case full
  }
  private let real = LinuxFileSystem()
  private let way: Way
  private let left: Mutex<Int>

  /// - Parameter calls: so many changes succeed.
  init(after calls: Int, _ way: Way) {
    left = Mutex(calls)
    self.way = way
  }

  /// Whether the chosen call was reached.
  var isReached: Bool { left.withLock { $0 < 0 } }

  // True at the chosen call, throws after it.
  private func change() throws(Errno) -> Bool {
    let now = left.withLock { left in
      left -= 1
      return left
    }
    if now >= 0 { return false }
    if now == -1 { return true }
    if way != .full { throw .ioError }
    return false
  }

  private func refuse(_ isChosen: Bool) throws(Errno) {
    if isChosen { throw way == .full ? .noSpace : .ioError }
  }

  func open(_ path: String, flags: Int32, permissions: UInt16) throws(Errno) -> Int32 {
    if flags & 0o100 != 0 { try refuse(change()) }
    return try real.open(path, flags: flags, permissions: permissions)
  }
  func openUnnamed(in folder: String, permissions: UInt16) throws(Errno) -> Int32 {
    try refuse(change())
    return try real.openUnnamed(in: folder, permissions: permissions)
  }
  func linkUnnamed(_ descriptor: Int32, to path: String) throws(Errno) {
    try refuse(change())
    try real.linkUnnamed(descriptor, to: path)
  }
  func link(_ path: String, to other: String) throws(Errno) {
    try refuse(change())
    try real.link(path, to: other)
  }
  func close(_ descriptor: Int32) { real.close(descriptor) }
  func read(
    _ descriptor: Int32, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(Errno) -> Int { try real.read(descriptor, at: offset, into: buffer) }
  func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) throws(Errno) -> Int {
    if try change() {
      if way != .dead {
        let half = UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count / 2)])
        if !half.isEmpty { _ = try real.write(descriptor, half) }
      }
      try refuse(true)
    }
    return try real.write(descriptor, bytes)
  }
  func copyRange(
    from source: Int32, at offset: UInt64, count: UInt64, to target: Int32
  ) throws(Errno) -> UInt64 {
    try refuse(change())
    return try real.copyRange(from: source, at: offset, count: count, to: target)
  }
  func clone(_ source: Int32, to target: Int32) throws(Errno) {
    try refuse(change())
    try real.clone(source, to: target)
  }
  func seekToEnd(_ descriptor: Int32) throws(Errno) { try real.seekToEnd(descriptor) }
  func truncate(_ descriptor: Int32, to size: UInt64) throws(Errno) {
    try refuse(change())
    try real.truncate(descriptor, to: size)
  }
  func startWriteback(_ descriptor: Int32) { real.startWriteback(descriptor) }
  func synchronize(_ descriptor: Int32) throws(Errno) {
    try refuse(change())
    try real.synchronize(descriptor)
  }
  func synchronizeAll(_ descriptor: Int32) throws(Errno) {
    try refuse(change())
    try real.synchronizeAll(descriptor)
  }
  func rename(_ path: String, to other: String) throws(Errno) {
    try refuse(change())
    try real.rename(path, to: other)
  }
  func renameNew(_ path: String, to other: String) throws(Errno) {
    try refuse(change())
    try real.renameNew(path, to: other)
  }
  func setPermissions(_ path: String, to permissions: UInt16) throws(Errno) {
    try refuse(change())
    try real.setPermissions(path, to: permissions)
  }
  func remove(_ path: String) throws(Errno) {
    try refuse(change())
    try real.remove(path)
  }
  func makeDirectory(_ path: String, permissions: UInt16) throws(Errno) {
    try refuse(change())
    try real.makeDirectory(path, permissions: permissions)
  }
  func info(_ path: String, followingLink: Bool) throws(Errno) -> FileInfo {
    try real.info(path, followingLink: followingLink)
  }
  func info(of descriptor: Int32) throws(Errno) -> FileInfo { try real.info(of: descriptor) }
  func eachName(in folder: String, _ body: (FileName) -> Void) throws(Errno) {
    try real.eachName(in: folder, body)
  }
  func resolve(_ path: String) throws(Errno) -> String { try real.resolve(path) }
  func isWritable(_ path: String) -> Bool { real.isWritable(path) }
  func lock(_ descriptor: Int32, wait: Bool) throws(Errno) -> Bool {
    try real.lock(descriptor, wait: wait)
  }
  func isLocked(_ descriptor: Int32) throws(Errno) -> Bool { try real.isLocked(descriptor) }
}
