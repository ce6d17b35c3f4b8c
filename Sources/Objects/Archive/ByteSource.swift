import Files
import SystemPackage

/// Bytes that can be read at any place: memory, or a stretch of an open file.
public protocol ByteSource: Sendable {
  /// How many there are.
  var length: UInt64 { get }

  /// Fills `buffer` from `offset` on and returns how many bytes it got: fewer than asked only at
  /// the end.
  func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError)
    -> Int
}

extension ByteSource {
  /// `count` bytes at `offset`.
  ///
  /// - Throws: `truncated` when there are fewer.
  public func bytes(at offset: UInt64, count: Int) throws(ArchiveError) -> [UInt8] {
    guard offset <= length, UInt64(count) <= length - offset else {
      throw .truncated(offset: length)
    }
    var out = [UInt8](repeating: 0, count: count)
    var problem: ArchiveError?
    let got = out.withUnsafeMutableBytes { buffer -> Int in
      do throws(ArchiveError) {
        return try read(at: offset, into: buffer)
      } catch {
        problem = error
        return 0
      }
    }
    if let problem { throw problem }
    guard got == count else { throw .truncated(offset: offset + UInt64(got)) }
    return out
  }
}

/// Bytes in memory.
public struct MemorySource: ByteSource {
  private let content: [UInt8]

  /// Reads these bytes.
  public init(_ content: [UInt8]) { self.content = content }

  /// In bytes.
  public var length: UInt64 { UInt64(content.count) }

  /// Copies from `offset` on; fewer bytes than asked at the end.
  public func read(
    at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(ArchiveError) -> Int {
    guard offset < length else { return 0 }
    let start = Int(offset)
    let count = min(buffer.count, content.count - start)
    content.withUnsafeBytes { all in
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: all[start..<start + count]))
    }
    return count
  }
}

/// A stretch of an open file, which the caller keeps open. Its own position is not moved.
public struct FileSource: ByteSource {
  /// The open file.
  public let descriptor: Int32
  /// Where the stretch begins.
  public let offset: UInt64
  /// In bytes.
  public let length: UInt64

  /// `length` bytes of `descriptor` from `offset`.
  public init(descriptor: Int32, offset: UInt64 = 0, length: UInt64) {
    self.descriptor = descriptor
    self.offset = offset
    self.length = length
  }

  /// The whole of `descriptor`.
  public init(descriptor: Int32) throws(ArchiveError) {
    do throws(Errno) {
      let size = try LinuxFileSystem().info(of: descriptor).size
      self.init(descriptor: descriptor, length: size)
    } catch {
      throw .system(call: "statx", errno: error.rawValue)
    }
  }

  /// Copies from `offset` on; fewer bytes than asked at the end.
  public func read(
    at start: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(ArchiveError) -> Int {
    guard start < length else { return 0 }
    let wanted = Int(min(UInt64(buffer.count), length - start))
    let room = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
    do throws(Errno) {
      return try LinuxFileSystem().readAll(descriptor, at: offset &+ start, into: room)
    } catch {
      throw .system(call: "pread", errno: error.rawValue)
    }
  }
}
