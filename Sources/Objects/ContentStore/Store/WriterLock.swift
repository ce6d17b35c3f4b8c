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

  private let file: OpenFile

  init(
    path: String, fileSystem: any FileSystem, command: String,
    waiting: (Holder?) throws(StoreError) -> Void
  ) throws(StoreError) {
    let file = try storing(fileSystem.openFile(path, [.write, .create]))
    if try !storing(file.lock(wait: false)) {
      try waiting(Self.holder(file))
      _ = try storing(file.lock(wait: true))
    }
    let line = "\(getpid()) \(command.filter { !$0.isNewline })\n"
    do throws(FileError) {
      try file.truncate(to: 0)
      try file.write(Array(line.utf8))
    } catch {
      // A full disk has no room for the name of the holder; the lock itself needs none.
      guard error.code == .diskFull else { throw StoreError(error) }
    }
    // Last, because whoever throws when everything is set is taken down by `deinit` as well.
    self.file = file
  }

  // Closing is what releases; an empty file says that nobody is there.
  deinit { do throws(FileError) { try file.truncate(to: 0) } catch {} }

  private static func holder(_ file: borrowing OpenFile) -> Holder? {
    guard let bytes = try? file.read(at: 0, count: 4096) else { return nil }
    let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
    guard let space = line.firstIndex(of: UInt8(ascii: " ")),
      let pid = Int32(String(decoding: line[..<space], as: UTF8.self))
    else { return nil }
    return Holder(pid: pid, command: String(decoding: line[(space + 1)...], as: UTF8.self))
  }
}
