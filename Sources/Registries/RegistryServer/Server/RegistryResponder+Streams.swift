import Files
import Hummingbird
import NIOCore

/// Bodies, in memory that does not grow with them.
extension RegistryResponder {
  private static let piece = 256 << 10

  /// A stretch of a file as a body.
  func stream(
    _ file: SharedFile, at start: UInt64, count: UInt64, _ exchange: Exchange, status: Int
  ) -> ResponseBody {
    ResponseBody(contentLength: Int(clamping: count)) { writer in
      var sent: UInt64 = 0
      do {
        while sent < count {
          let offset = start + sent
          let wanted = Int(min(UInt64(Self.piece), count - sent))
          let buffer = try await onThread { try Self.read(file, at: offset, count: wanted) }
          // A reader that takes nothing any more is not waited for.
          let channel = exchange.channel
          let watch = channel.eventLoop.scheduleTask(in: .seconds(options.listener.limits.idle)) {
            channel.close(promise: nil)
          }
          defer { watch.cancel() }
          try await writer.write(buffer)
          sent += UInt64(wanted)
        }
        try await writer.finish(nil)
      } catch {
        report(exchange, status: status, sent: sent, isWhole: false)
        throw error
      }
      report(exchange, status: status, sent: sent, isWhole: true)
    }
  }

  private static func read(
    _ file: SharedFile, at offset: UInt64, count: Int
  ) throws -> ByteBuffer {
    var buffer = ByteBufferAllocator().buffer(capacity: count)
    let got = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { room in
      try file.file.read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: room[..<count]))
    }
    // Shorter than it was a moment ago: objects do not change, so the disk is broken.
    guard got == count else {
      throw RegistryError(.unknown, 500, "a blob ended too early")
    }
    return buffer
  }

  /// Hands over a body in pieces of about a megabyte, each on a thread that may write files.
  ///
  /// - Throws: `SIZE_INVALID` for more than `limit` bytes, or another number than the head says;
  ///   what the connection ends with; what `body` throws.
  func receive(
    _ exchange: Exchange, limit: UInt64,
    _ body: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void
  ) async throws {
    let tooLarge = RegistryError(.sizeInvalid, 413, "the body has more than \(limit) bytes")
    let length = exchange.declaredLength
    if let length, length > limit { throw tooLarge }
    var size: UInt64 = 0
    var gathered = ByteBuffer()
    func flush() async throws {
      guard gathered.readableBytes > 0 else { return }
      let full = gathered
      gathered = ByteBuffer()
      try await onThread { try full.withUnsafeReadableBytes { try body($0) } }
    }
    do {
      for try await piece in exchange.body {
        size += UInt64(piece.readableBytes)
        metrics.receive(piece.readableBytes)
        if size > limit { throw tooLarge }
        gathered.writeImmutableBuffer(piece)
        if gathered.readableBytes >= 1 << 20 { try await flush() }
      }
    } catch {
      // What came before the connection broke is kept, so that the client can go on behind it.
      if !(error is RegistryError) { try await flush() }
      throw error
    }
    try await flush()
    if let length, length != size {
      throw RegistryError(.sizeInvalid, 400, "the body has \(size) bytes, not \(length)")
    }
  }

  /// A whole body in memory.
  ///
  /// - Throws: `SIZE_INVALID` for more than `limit` bytes.
  func collect(_ exchange: Exchange, limit: Int) async throws -> [UInt8] {
    let tooLarge = RegistryError(.sizeInvalid, 413, "the body has more than \(limit) bytes")
    if let length = exchange.declaredLength, length > UInt64(limit) { throw tooLarge }
    var bytes: [UInt8] = []
    for try await piece in exchange.body {
      metrics.receive(piece.readableBytes)
      guard bytes.count + piece.readableBytes <= limit else { throw tooLarge }
      bytes.append(contentsOf: piece.readableBytesView)
    }
    return bytes
  }
}
