import Files
import Glibc
import SystemPackage

/// The lock of the one writer, held until it is released or its process ends.
///
/// The lock is the kernel's, not the file's content: the content only tells who waits for whom, and
/// a holder that died holds nothing.
public final class WriterLock: Sendable {
  /// Who has the lock, by its own word.
  public struct Holder: Sendable, Hashable {
    /// Process id.
    public let pid: Int32
    /// What it does.
    public let command: String
  }

  private let path: String
  private let fileSystem: any FileSystem
  private let descriptor: Int32

  init(
    path: String, fileSystem: any FileSystem, command: String, waiting: (Holder?) -> Void
  ) throws(StoreError) {
    self.path = path
    self.fileSystem = fileSystem
    let descriptor = try Self.open(path, fileSystem)
    do throws(StoreError) {
      let info = try attempt("statx", path) { () throws(Errno) -> FileInfo in
        try fileSystem.info(of: descriptor)
      }
      guard info.kind == .file else { throw Self.notAFile(path) }
      let taken = try attempt("fcntl", path) { () throws(Errno) -> Bool in
        try fileSystem.lock(descriptor, wait: false)
      }
      if !taken {
        waiting(Self.holder(descriptor, fileSystem))
        _ = try attempt("fcntl", path) { () throws(Errno) -> Bool in
          try fileSystem.lock(descriptor, wait: true)
        }
      }
      let line = "\(getpid()) \(command.filter { !$0.isNewline })\n"
      try attempt("write", path) { () throws(Errno) in
        try fileSystem.truncate(descriptor, to: 0)
        try fileSystem.writeAll(descriptor, Array(line.utf8))
      }
    } catch {
      fileSystem.close(descriptor)
      throw error
    }
    // Last, because whoever throws when everything is set is taken down by `deinit` as well.
    self.descriptor = descriptor
  }

  // Closing is what releases; an empty file says that nobody is there.
  deinit {
    do throws(Errno) { try fileSystem.truncate(descriptor, to: 0) } catch {}
    fileSystem.close(descriptor)
  }

  /// Its content is replaced, so it must not be a link to something else.
  private static func open(
    _ path: String, _ fileSystem: any FileSystem
  ) throws(StoreError) -> Int32 {
    do throws(Errno) {
      return try fileSystem.open(
        path, flags: O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, permissions: 0o644)
    } catch .tooManySymbolicLinkLevels, .isDirectory, .noSuchAddressOrDevice {
      throw notAFile(path)
    } catch {
      throw StoreError(error, call: "open", path: path)
    }
  }

  private static func notAFile(_ path: String) -> StoreError {
    StoreError(.malformed, path: path, expected: "a file", found: "something else")
  }

  private static func holder(_ descriptor: Int32, _ fileSystem: any FileSystem) -> Holder? {
    guard let bytes = try? fileSystem.readAll(descriptor, size: 4096) else { return nil }
    let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
    guard let space = line.firstIndex(of: UInt8(ascii: " ")),
      let pid = Int32(String(decoding: line[..<space], as: UTF8.self))
    else { return nil }
    return Holder(pid: pid, command: String(decoding: line[(space + 1)...], as: UTF8.self))
  }
}
