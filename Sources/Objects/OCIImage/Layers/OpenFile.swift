import Archive
import ContentStore
import Glibc
import SystemPackage

/// A file that is open for reading for as long as the value lives.
struct OpenFile: ~Copyable {
  let source: FileSource
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

  /// Hands over everything, 1 MiB at a time.
  func stream(to sink: (UnsafeRawBufferPointer) throws -> Void) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
    defer { buffer.deallocate() }
    var offset: UInt64 = 0
    while offset < source.length {
      let got = try source.read(at: offset, into: buffer)
      if got == 0 { break }
      try sink(UnsafeRawBufferPointer(rebasing: buffer[..<got]))
      offset += UInt64(got)
    }
  }
}
