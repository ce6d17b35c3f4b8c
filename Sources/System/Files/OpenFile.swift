import Glibc
import SystemPackage

/// An open file or folder, closed once: when the value goes away.
public struct OpenFile: ~Copyable, Sendable {
  /// What it was opened as.
  public let path: String
  /// Its number, for calls that need one; valid as long as the value is there.
  public let descriptor: Int32
  let fileSystem: any FileSystem

  /// Takes over an open descriptor.
  public init(_ descriptor: Int32, path: String, fileSystem: any FileSystem) {
    self.descriptor = descriptor
    self.path = path
    self.fileSystem = fileSystem
  }

  deinit { fileSystem.close(descriptor) }

  /// What is known of it.
  public func info() throws(FileError) -> FileInfo {
    try attempt("statx", path) { () throws(Errno) in try fileSystem.info(of: descriptor) }
  }

  /// Cuts the file, or fills it up with zeros.
  public func truncate(to size: UInt64) throws(FileError) {
    try attempt("truncate", path) { () throws(Errno) in
      try fileSystem.truncate(descriptor, to: size)
    }
  }

  /// Writes all of it at the file's position, or at the end of a file opened to append.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    try attempt("write", path) { () throws(Errno) in try fileSystem.writeAll(descriptor, bytes) }
  }

  /// Writes all of it at the file's position, or at the end of a file opened to append.
  public func write(_ bytes: [UInt8]) throws(FileError) {
    try attempt("write", path) { () throws(Errno) in try fileSystem.writeAll(descriptor, bytes) }
  }

  /// Returns when it is on the device; after a failure it must not be relied on.
  public func synchronize() throws(FileError) {
    try attempt("fsync", path) { () throws(Errno) in try fileSystem.synchronize(descriptor) }
  }

  /// The same for everything on its file system.
  public func synchronizeAll() throws(FileError) {
    try attempt("syncfs", path) { () throws(Errno) in try fileSystem.synchronizeAll(descriptor) }
  }

  /// Lets the disk begin; promises nothing.
  public func startWriteback() { fileSystem.startWriteback(descriptor) }

  /// Takes the advisory lock of the file; false when another open file has it and `wait` is false.
  public func lock(wait: Bool) throws(FileError) -> Bool {
    try attempt("fcntl", path) { () throws(Errno) in try fileSystem.lock(descriptor, wait: wait) }
  }

  /// Whether another open file has that lock.
  public func isLocked() throws(FileError) -> Bool {
    try attempt("fcntl", path) { () throws(Errno) in try fileSystem.isLocked(descriptor) }
  }
}

/// Reading, which moves no position.
extension OpenFile {
  /// Fills the buffer from an offset as far as the file goes; returns how many bytes it got.
  public func read(
    at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(FileError) -> Int {
    try attempt("read", path) { () throws(Errno) in
      try fileSystem.readAll(descriptor, at: offset, into: buffer)
    }
  }

  /// Up to `count` bytes from an offset, fewer where the file ends before.
  public func read(at offset: UInt64, count: Int) throws(FileError) -> [UInt8] {
    var problem: FileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      let room = UnsafeMutableRawBufferPointer(buffer)
      do throws(FileError) { filled = try read(at: offset, into: room) } catch { problem = error }
    }
    if let problem { throw problem }
    return bytes
  }

  /// The next bytes from an offset, which moves on by so many; nil at the end.
  public func next(
    _ offset: inout UInt64, in buffer: UnsafeMutableRawBufferPointer
  ) throws(FileError) -> UnsafeRawBufferPointer? {
    let place = offset
    let got = try attempt("read", path) { () throws(Errno) in
      try fileSystem.read(descriptor, at: place, into: buffer)
    }
    offset += UInt64(got)
    return got == 0 ? nil : UnsafeRawBufferPointer(rebasing: buffer[..<got])
  }

  /// All of it, to the end that it has when that is reached.
  ///
  /// - Throws: `tooLarge` for more than `limit` bytes.
  public func contents(limit: Int) throws(FileError) -> [UInt8] {
    let limit = max(0, limit)
    let size = try info().size
    guard size <= UInt64(limit) else { throw tooLarge(limit, found: "\(size) bytes") }
    // One byte more than is told: the short read that says where the end is brings all of it. What
    // the kernel makes as it is read tells of no size at all.
    var room = size == 0 ? 64 << 10 : Int(size) + 1
    var bytes: [UInt8] = []
    while true {
      let more = try readOnce(at: UInt64(bytes.count), count: room)
      bytes += more
      guard bytes.count <= limit else { throw tooLarge(limit, found: "more") }
      if more.isEmpty || more.count < room && bytes.count == Int(size) { return bytes }
      room = max(64 << 10, bytes.count)
    }
  }

  private func readOnce(at offset: UInt64, count: Int) throws(FileError) -> [UInt8] {
    var problem: Errno?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      let room = UnsafeMutableRawBufferPointer(buffer)
      do throws(Errno) {
        filled = try fileSystem.read(descriptor, at: offset, into: room)
      } catch { problem = error }
    }
    if let problem { throw FileError(problem, call: "read", path: path) }
    return bytes
  }

  private func tooLarge(_ limit: Int, found: String) -> FileError {
    FileError(.tooLarge, path: path, expected: "at most \(limit) bytes", found: found)
  }
}

/// An open file that several threads, or several values, have: closed with the last of them.
public final class SharedFile: Sendable {
  /// The file.
  public let file: OpenFile

  /// Shares a file.
  public init(_ file: consuming OpenFile) { self.file = file }
}
