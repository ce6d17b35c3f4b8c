import NIOCore

/// Takes a body out of what arrives, piece by piece, without keeping any of it.
///
/// Reference: RFC 9112, sections 6 and 7.
struct BodyReader {
  private enum Step {
    case counted(left: Int)
    case untilClose
    case chunkSize
    case chunkData(left: Int)
    case chunkEnd
    case trailers
    case done
  }

  /// What there is next.
  enum Piece {
    case bytes(ByteBuffer)
    case end
    /// Nothing more before more arrives.
    case wait
  }

  private static let mostLine = 1024
  // Chunks of one byte with much beside them cost more than they bring.
  private static let mostBeside = 64 << 10

  private var step: Step
  private var left: Int
  private var beside = 0

  /// - Parameter limit: most bytes of the body.
  init(_ framing: Framing, limit: Int = .max) throws(Refusal) {
    left = limit
    switch framing {
    case .none: step = .done
    case .length(let length):
      guard length <= limit else { throw .bodyTooLarge }
      step = length == 0 ? .done : .counted(left: length)
    case .chunked: step = .chunkSize
    case .untilClose: step = .untilClose
    }
  }

  /// Whether all of it was taken.
  var isDone: Bool {
    if case .done = step { true } else { false }
  }

  /// Whether the end of the connection is its end.
  var endsWithConnection: Bool {
    if case .untilClose = step { true } else { false }
  }

  /// Takes the next piece from the front of the buffer.
  mutating func next(_ buffer: inout ByteBuffer) throws(Refusal) -> Piece {
    while true {
      switch step {
      case .done: return .end
      case .untilClose: return take(&buffer, atMost: .max)
      case .counted(let rest):
        let piece = take(&buffer, atMost: rest)
        guard case .bytes(let bytes) = piece else { return .wait }
        step = bytes.readableBytes == rest ? .done : .counted(left: rest - bytes.readableBytes)
        return piece
      case .chunkSize:
        guard let line = try line(&buffer) else { return .wait }
        let size = try Self.size(of: line)
        guard size <= left else { throw .bodyTooLarge }
        left -= size
        step = size == 0 ? .trailers : .chunkData(left: size)
      case .chunkData(let rest):
        let piece = take(&buffer, atMost: rest)
        guard case .bytes(let bytes) = piece else { return .wait }
        step =
          bytes.readableBytes == rest ? .chunkEnd : .chunkData(left: rest - bytes.readableBytes)
        return piece
      case .chunkEnd:
        guard let mark = buffer.getInteger(at: buffer.readerIndex, as: UInt16.self) else {
          return .wait
        }
        guard mark == 0x0D0A else { throw .bad("malformed chunk") }
        buffer.moveReaderIndex(forwardBy: 2)
        step = .chunkSize
      case .trailers:
        // Read, checked and dropped: nothing arrives after the head that somebody relied on.
        guard let line = try line(&buffer) else { return .wait }
        if line.isEmpty { step = .done } else { try Self.check(line) }
      }
    }
  }

  private func take(_ buffer: inout ByteBuffer, atMost count: Int) -> Piece {
    let count = min(count, buffer.readableBytes)
    guard count > 0, let bytes = buffer.readSlice(length: count) else { return .wait }
    return .bytes(bytes)
  }

  // Without its end.
  private mutating func line(_ buffer: inout ByteBuffer) throws(Refusal) -> [UInt8]? {
    let view = buffer.readableBytesView
    guard let end = view.prefix(Self.mostLine).firstIndex(of: UInt8(ascii: "\n")) else {
      guard view.count < Self.mostLine else { throw .bad("malformed chunk") }
      return nil
    }
    let line = Array(view[..<end])
    guard line.last == UInt8(ascii: "\r") else { throw .bad("malformed chunk") }
    buffer.moveReaderIndex(forwardBy: line.count + 1)
    if line.count > 18 || line.contains(UInt8(ascii: ";")) { beside += line.count }
    guard beside <= Self.mostBeside else { throw .bad("chunk extensions too large") }
    return line.dropLast()
  }

  // Digits, then nothing or extensions, of which none is passed on.
  private static func size(of line: [UInt8]) throws(Refusal) -> Int {
    var (size, index) = (0, 0)
    while index < line.count, let digit = digit(line[index]) {
      guard index < 15 else { throw .bad("malformed chunk") }
      size = size << 4 | digit
      index += 1
    }
    guard index > 0, index == line.count || line[index] == UInt8(ascii: ";"),
      line[index...].allSatisfy(ByteClasses.isValue), line.last != UInt8(ascii: ";")
    else { throw .bad("malformed chunk") }
    return size
  }

  private static func digit(_ byte: UInt8) -> Int? {
    switch byte {
    case 0x30...0x39: Int(byte & 0x0F)
    case 0x41...0x46, 0x61...0x66: Int(byte & 0x07) + 9
    default: nil
    }
  }

  private static func check(_ trailer: [UInt8]) throws(Refusal) {
    let name = trailer.prefix(while: ByteClasses.isToken)
    guard !name.isEmpty, name.count < trailer.count, trailer[name.count] == UInt8(ascii: ":"),
      trailer[name.count...].allSatisfy(ByteClasses.isValue)
    else { throw .bad("malformed trailer") }
  }
}

/// Puts a body together again.
enum BodyWriter {
  // Below that, one piece of memory is cheaper than two.
  private static let small = 16 << 10

  /// A piece of a body that has a length or ends with the connection, behind what is to go out already.
  static func write(
    _ bytes: ByteBuffer, as framing: Framing, to out: inout ByteBuffer, flush: (ByteBuffer) -> Void
  ) {
    var bytes = bytes
    if framing == .chunked {
      out.writeString(String(bytes.readableBytes, radix: 16))
      out.writeStaticString("\r\n")
    }
    if bytes.readableBytes <= small {
      out.writeBuffer(&bytes)
    } else {
      if out.readableBytes > 0 { flush(out) }
      out = ByteBuffer()
      flush(bytes)
    }
    if framing == .chunked { out.writeStaticString("\r\n") }
  }

  /// The end of a body.
  static func end(_ framing: Framing, to out: inout ByteBuffer) {
    if framing == .chunked { out.writeStaticString("0\r\n\r\n") }
  }
}
