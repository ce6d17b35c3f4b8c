/// Room for a stretch of a file, aligned to a page and given back with the value.
public struct FileBuffer: ~Copyable {
  /// The room.
  public let bytes: UnsafeMutableRawBufferPointer

  /// Room for so many bytes, at least one.
  public init(_ count: Int) {
    bytes = .allocate(byteCount: max(1, count), alignment: 4096)
  }

  deinit { bytes.deallocate() }

  /// The first of it, all where `count` is more.
  public func first(_ count: UInt64) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(rebasing: bytes[..<Int(min(UInt64(bytes.count), count))])
  }
}
