import Archive
import ContentStore
import Digests
import Glibc
import SystemPackage

/// The runtime program that is packed, kept open so that every use sees the same file.
public final class RuntimeFile: Sendable {
  /// As it was given.
  public let path: String
  /// Open for reading; closed with this value.
  public let descriptor: Int32
  /// In bytes.
  public let size: UInt64
  /// What it runs on, by its ELF header.
  public let platform: Descriptor.Platform

  /// Opens a runtime.
  ///
  /// - Throws: `badRuntime` for anything but a program of a known machine that has the note of a
  ///   zigttp runtime, and for one that already carries an app; `store` when it cannot be read.
  public init(path: String) throws(ImageError) {
    self.path = path
    // Without waiting: a pipe would wait for a writer.
    let opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard opened >= 0 else {
      throw .store(StoreError(Errno(rawValue: errno), call: "open", path: path))
    }
    do throws(ImageError) {
      (size, platform) = try Self.examine(opened, path)
    } catch {
      close(opened)
      throw error
    }
    // Last, because whoever throws when everything is set is taken down by `deinit` as well.
    descriptor = opened
  }

  deinit { close(descriptor) }

  private static func examine(
    _ opened: Int32, _ path: String
  ) throws(ImageError) -> (size: UInt64, platform: Descriptor.Platform) {
    guard isRegular(opened) else {
      throw .badRuntime(path: path, reason: "it is not a file")
    }
    let file = try wrapping { try FileSource(descriptor: opened) }
    guard file.length >= UInt64(ProgramHeader.size) else {
      throw .badRuntime(path: path, reason: "\(file.length) bytes are no program")
    }
    let header = try ProgramHeader(
      wrapping { try file.bytes(at: 0, count: ProgramHeader.size) }, path: path)
    guard try header.isRuntime(file) else {
      throw .badRuntime(path: path, reason: "a program, but not zigttp-runtime")
    }
    let trailer = try wrapping { try BinaryTrailer.read(from: opened) }
    guard trailer == nil else {
      throw .badRuntime(path: path, reason: "it already carries an app")
    }
    return (file.length, header.platform)
  }

  private static func isRegular(_ descriptor: Int32) -> Bool {
    var info = stat()
    return fstat(descriptor, &info) == 0 && info.st_mode & S_IFMT == S_IFREG
  }
}

// Whoever reads it keeps it open.
extension RuntimeFile: ByteSource {
  /// In bytes.
  public var length: UInt64 { size }

  /// Reads at a place, as every source does.
  public func read(
    at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(ArchiveError) -> Int {
    try FileSource(descriptor: descriptor, length: size).read(at: offset, into: buffer)
  }
}
