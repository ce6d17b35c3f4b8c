import CZlib

/// Compresses to gzip (RFC 1952) with nothing of its own in the header: no name, no time, and the
/// operating system given as unknown.
public struct GzipWriter: ~Copyable {
  private let stream = ZlibStream()
  // zlib keeps its address too.
  private let header: UnsafeMutablePointer<gz_header>

  /// The level every layer of ours is made with.
  public static let defaultLevel: Int32 = 6

  private static let unknownSystem: Int32 = 255

  /// - Parameter level: 1 to 9.
  public init(level: Int32 = defaultLevel) throws(ArchiveError) {
    header = .allocate(capacity: 1)
    header.initialize(to: gz_header())
    header.pointee.os = Self.unknownSystem
    let result = czlib_deflate_gzip_start(stream.state, level)
    // Cannot fail once the start has not.
    if result == Z_OK { deflateSetHeader(stream.state, header) }
    guard result == Z_OK else { throw .badCompression("deflate cannot start (\(result))") }
  }

  deinit {
    deflateEnd(stream.state)
    header.deallocate()
  }

  /// Takes the next bytes and hands what is ready to `sink`.
  public mutating func write<Failure: ArchiveFailure>(
    _ bytes: UnsafeRawBufferPointer, to sink: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    var rest = bytes
    while !rest.isEmpty {
      let used = try pump(rest, flush: Z_NO_FLUSH, to: sink)
      rest = UnsafeRawBufferPointer(rebasing: rest[used...])
    }
  }

  /// Hands over the rest and the gzip trailer. The writer is spent.
  public mutating func finish<Failure: ArchiveFailure>(
    to sink: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    _ = try pump(UnsafeRawBufferPointer(start: nil, count: 0), flush: Z_FINISH, to: sink)
  }

  /// Returns how much of the input was used.
  private func pump<Failure: ArchiveFailure>(
    _ input: UnsafeRawBufferPointer, flush: Int32,
    to sink: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) -> Int {
    stream.offer(input)
    let offered = stream.unread
    repeat {
      switch stream.step({ deflate($0, flush) }) {
      case .success((made: let made, isAtEnd: _)): if !made.isEmpty { try sink(made) }
      case .failure(let failure):
        throw Failure(.badCompression("deflate failed (\(failure.code))"))
      }
    } while stream.isFull
    return offered - stream.unread
  }
}
