import Archive
import ContentStore
import Digests
import Files

/// The runtime program that is packed, kept open so that every use sees the same file.
public final class RuntimeFile: Sendable {
  private let file: OpenFile
  /// In bytes.
  public let size: UInt64
  /// What it runs on, by its ELF header.
  public let platform: Descriptor.Platform

  /// Opens a runtime.
  ///
  /// - Throws: `badRuntime` for anything but a program of a known machine that has the note of a
  ///   zigttp runtime, and for one that already carries an app; `store` when it cannot be read.
  public init(path: String) throws(ImageError) {
    do throws(FileError) {
      file = try LinuxFileSystem().openFile(path, .throughLinks)
    } catch {
      guard error.code == .malformed else { throw .store(StoreError(error)) }
      throw .badRuntime(path: path, reason: "it is not a file")
    }
    (size, platform) = try Self.examine(file.descriptor, path)
  }

  /// As it was given.
  public var path: String { file.path }

  /// Open for reading as long as this value is there.
  public var descriptor: Int32 { file.descriptor }

  private static func examine(
    _ opened: Int32, _ path: String
  ) throws(ImageError) -> (size: UInt64, platform: Descriptor.Platform) {
    let file = try wrapping(archive: FileSource(descriptor: opened))
    guard file.length >= UInt64(ProgramHeader.size) else {
      throw .badRuntime(path: path, reason: "\(file.length) bytes are no program")
    }
    let header = try ProgramHeader(
      wrapping(archive: file.bytes(at: 0, count: ProgramHeader.size)), path: path)
    guard try header.isRuntime(file) else {
      throw .badRuntime(path: path, reason: "a program, but not zigttp-runtime")
    }
    let trailer = try wrapping(archive: BinaryTrailer.read(from: opened))
    guard trailer == nil else {
      throw .badRuntime(path: path, reason: "it already carries an app")
    }
    return (file.length, header.platform)
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
