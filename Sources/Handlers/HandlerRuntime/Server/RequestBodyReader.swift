import Encodings
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
  private var trailerBytes = 0

  /// - Throws: ``RequestRefusal/bodyTooLarge`` at once when the announced length is beyond the limit.
  init(_ framing: RequestHead.Framing, limits: ServerLimits) throws(RequestRefusal) {
    limit = limits.bodyBytes
    headBytes = limits.headBytes
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
        let size = try Self.chunkSize(line)
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
        if line.isEmpty { step = .done }
      }
    }
  }

  private mutating func take(_ buffer: inout ByteBuffer, atMost count: Int) -> Int {
    let taken = min(count, buffer.readableBytes)
    buffer.withUnsafeReadableBytes { bytes.append(contentsOf: $0.prefix(taken)) }
    buffer.moveReaderIndex(forwardBy: taken)
    return taken
  }

  private func line(
    _ buffer: inout ByteBuffer, limit: Int, beyond refusal: RequestRefusal
  ) throws(RequestRefusal) -> [UInt8]? {
    let view = buffer.readableBytesView
    guard let end = view.prefix(limit + 2).firstIndex(of: 10) else {
      guard view.count < limit + 2 else { throw refusal }
      return nil
    }
    let line = Array(view[..<end])
    guard line.last == 13, !line.dropLast().contains(13), !line.contains(0) else {
      throw .bad("malformed chunk")
    }
    buffer.moveReaderIndex(forwardBy: line.count + 1)
    return line.dropLast()
  }

  private static func chunkSize(_ line: [UInt8]) throws(RequestRefusal) -> Int {
    var size = 0
    var index = 0
    while index < line.count, let digit = Hex.valueOfAnyCase(line[index]) {
      guard index < 15 else { throw .bad("malformed chunk") }
      size = size << 4 | Int(digit)
      index += 1
    }
    // After the size only an extension may stand, which is ignored.
    var rest = line[index...]
    while rest.first == 0x20 || rest.first == 0x09 { rest.removeFirst() }
    guard index > 0, rest.isEmpty || rest.first == UInt8(ascii: ";") else {
      throw .bad("malformed chunk")
    }
    return size
  }
}
