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
  /// - Throws: `badRuntime` for a file that is no program of a known machine, or that already
  ///   carries an app; `store` when it cannot be read.
  public init(path: String) throws(ImageError) {
    self.path = path
    let opened = open(path, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else {
      throw .store(StoreError(Errno(rawValue: errno), call: "open", path: path))
    }
    descriptor = opened
    do throws(ImageError) {
      let file = try wrapping { try FileSource(descriptor: opened) }
      size = file.length
      guard file.length >= 64 else {
        throw .badRuntime(path: path, reason: "\(file.length) bytes are no program")
      }
      let header = try wrapping { try file.bytes(at: 0, count: 64) }
      platform = try Self.platform(of: header, path: path)
      let trailer = try wrapping { try BinaryTrailer.read(from: opened) }
      guard trailer == nil else {
        throw .badRuntime(path: path, reason: "it already carries an app")
      }
    } catch {
      close(opened)
      throw error
    }
  }

  deinit { close(descriptor) }

  /// Reference: System V ABI, "ELF Header".
  static func platform(
    of header: [UInt8], path: String
  ) throws(ImageError) -> Descriptor.Platform {
    guard header.count >= 20, Array(header[0..<4]) == [0x7f] + Array("ELF".utf8) else {
      throw .badRuntime(path: path, reason: "no ELF header")
    }
    guard header[4] == 2, header[5] == 1 else {
      throw .badRuntime(path: path, reason: "not 64-bit little-endian")
    }
    let machine = UInt16(header[18]) | UInt16(header[19]) << 8
    switch machine {
    case 62: return Descriptor.Platform(architecture: "amd64")
    case 183: return Descriptor.Platform(architecture: "arm64")
    default: throw .badRuntime(path: path, reason: "machine \(machine) of the ELF header")
    }
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
