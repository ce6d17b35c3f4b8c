import NIOCore

/// Gathers the body of one request up to a limit, from a counted or a chunked message.
/// Reference: RFC 9112, section 7.1.
struct RequestBodyReader {
  private enum Step {
    case counted(left: Int)
    case chunkSize
    case chunkData(left: Int)
    case chunkEnd
    case trailers
    case done
  }

  private var step: Step
  private var bytes: [UInt8] = []
  private let limit: Int
  private let headBytes: Int
  private let fieldLimit: Int
  private var trailerBytes = 0
  private var trailerFields = 0
  private var extensionBytes = 0
  // How much of the unread bytes is known to hold no end of a line.
  private var scanned = 0

  /// - Throws: ``RequestRefusal/bodyTooLarge`` at once when the announced length is beyond the limit.
  init(_ framing: RequestHead.Framing, limits: ServerLimits) throws(RequestRefusal) {
    limit = limits.bodyBytes
    headBytes = limits.headBytes
    fieldLimit = limits.headFields
    switch framing {
    case .none: step = .done
    case .length(let count):
      guard count <= limits.bodyBytes else { throw .bodyTooLarge }
      step = .counted(left: count)
      // What a peer announces is not what it sends: memory is taken as bytes arrive.
      bytes.reserveCapacity(min(count, 64 << 10))
    case .chunked: step = .chunkSize
    }
  }

  /// Takes what it can from `buffer`; the body once it is whole.
  mutating func next(_ buffer: inout ByteBuffer) throws(RequestRefusal) -> [UInt8]? {
    while true {
      switch step {
      case .done: return bytes
      case .counted(let left):
        let taken = take(&buffer, atMost: left)
        step = taken == left ? .done : .counted(left: left - taken)
        if taken < left { return nil }
      case .chunkSize:
        guard let line = try line(&buffer, limit: 256, beyond: .bad("malformed chunk")) else {
          return nil
        }
        let size = try ChunkLine.size(line)
        // Chunks of one byte with much beside them cost more than they bring.
        extensionBytes += line.contains(UInt8(ascii: ";")) ? line.count : 0
        guard extensionBytes <= headBytes else { throw .bad("chunk extensions too large") }
        guard size <= limit - bytes.count else { throw .bodyTooLarge }
        step = size == 0 ? .trailers : .chunkData(left: size)
      case .chunkData(let left):
        let taken = take(&buffer, atMost: left)
        step = taken == left ? .chunkEnd : .chunkData(left: left - taken)
        if taken < left { return nil }
      case .chunkEnd:
        guard let mark = buffer.getInteger(at: buffer.readerIndex, as: UInt16.self) else {
          return nil
        }
        guard mark == 0x0D0A else { throw .bad("malformed chunk") }
        buffer.moveReaderIndex(forwardBy: 2)
        step = .chunkSize
      case .trailers:
        let left = headBytes - trailerBytes
        guard let line = try line(&buffer, limit: left, beyond: .headTooLarge) else { return nil }
        // Trailer fields are read and dropped: nothing a handler sees may arrive after the head.
        trailerBytes += line.count + 2
        if line.isEmpty {
          step = .done
        } else {
          trailerFields += 1
          guard trailerFields <= fieldLimit else { throw .tooManyFields }
          try Self.check(trailer: line)
        }
      }
    }
  }

  private static func check(trailer line: [UInt8]) throws(RequestRefusal) {
    let result = line.withUnsafeBytes { bytes in
      Result { () throws(RequestRefusal) in _ = try FieldLine(bytes) }
    }
    try result.get()
  }

  private mutating func take(_ buffer: inout ByteBuffer, atMost count: Int) -> Int {
    let taken = min(count, buffer.readableBytes)
    buffer.withUnsafeReadableBytes { bytes.append(contentsOf: $0.prefix(taken)) }
    buffer.moveReaderIndex(forwardBy: taken)
    return taken
  }

  private mutating func line(
    _ buffer: inout ByteBuffer, limit: Int, beyond refusal: RequestRefusal
  ) throws(RequestRefusal) -> [UInt8]? {
    let view = buffer.readableBytesView
    let known = view.startIndex + scanned
    guard let end = view[known...].prefix(limit + 2 - scanned).firstIndex(of: 10) else {
      guard view.count < limit + 2 else { throw refusal }
      scanned = view.count
      return nil
    }
    scanned = 0
    let line = Array(view[..<end])
    guard line.last == 13, !line.dropLast().contains(13), !line.contains(0) else {
      throw .bad("malformed chunk")
    }
    buffer.moveReaderIndex(forwardBy: line.count + 1)
    return line.dropLast()
  }
}
