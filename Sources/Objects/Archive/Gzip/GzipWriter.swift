import CZlib

/// Compresses to gzip (RFC 1952) with nothing of its own in the header: no name, no time, and the
/// operating system given as unknown.
public struct GzipWriter: ~Copyable {
  // zlib keeps the address of the stream and of the header, so that neither may move.
  private let stream: UnsafeMutablePointer<z_stream>
  private let header: UnsafeMutablePointer<gz_header>
  private let buffer: UnsafeMutableRawBufferPointer

  /// The level every layer of ours is made with.
  public static let defaultLevel: Int32 = 6

  private static let unknownSystem: Int32 = 255

  /// - Parameter level: 1 to 9.
  public init(level: Int32 = defaultLevel) throws(ArchiveError) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    header = .allocate(capacity: 1)
    header.initialize(to: gz_header())
    header.pointee.os = Self.unknownSystem
    buffer = .allocate(byteCount: 128 << 10, alignment: 16)
    let result = czlib_deflate_gzip_start(stream, level)
    // Cannot fail once the start has not.
    if result == Z_OK { deflateSetHeader(stream, header) }
    guard result == Z_OK else { throw .badCompression("deflate cannot start (\(result))") }
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
    header.deallocate()
    buffer.deallocate()
  }

  /// Takes the next bytes and hands what is ready to `sink`.
  public mutating func write(
    _ bytes: UnsafeRawBufferPointer, to sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    // zlib counts its input in 32 bits.
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = rest.prefix(1 << 30)
      rest = rest.dropFirst(piece.count)
      try pump(UnsafeRawBufferPointer(rebasing: piece), flush: Z_NO_FLUSH, to: sink)
    }
  }

  /// Hands over the rest and the gzip trailer. The writer is spent.
  public mutating func finish(to sink: (UnsafeRawBufferPointer) throws -> Void) throws {
    try pump(UnsafeRawBufferPointer(start: nil, count: 0), flush: Z_FINISH, to: sink)
  }

  private func pump(
    _ input: UnsafeRawBufferPointer, flush: Int32,
    to sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = UInt32(input.count)
    repeat {
      stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = UInt32(buffer.count)
      let result = deflate(stream, flush)
      guard result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR else {
        throw ArchiveError.badCompression("deflate failed (\(result))")
      }
      let made = buffer.count - Int(stream.pointee.avail_out)
      if made > 0 { try sink(UnsafeRawBufferPointer(rebasing: buffer[..<made])) }
    } while stream.pointee.avail_out == 0
  }
}
