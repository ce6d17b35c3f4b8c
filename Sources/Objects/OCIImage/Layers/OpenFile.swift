import Archive
import ContentStore
import Glibc
import SystemPackage

/// A file that is open for reading for as long as the value lives.
struct OpenFile: ~Copyable {
  private let source: FileSource
  private let descriptor: Int32

  init(_ path: String) throws {
    let opened = open(path, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else {
      throw StoreError(Errno(rawValue: errno), call: "open", path: path)
    }
    do {
      source = try FileSource(descriptor: opened)
    } catch {
      close(opened)
      throw error
    }
    descriptor = opened
  }

  deinit { close(descriptor) }

  /// Hands over everything; the file stays open meanwhile.
  borrowing func stream(to sink: (UnsafeRawBufferPointer) throws -> Void) throws {
    try source.stream(to: sink)
  }
}
