import NIOCore

/// The head of a service's answer, checked.
///
/// Reference: RFC 9112, sections 4 and 6.3.
struct ResponseHead {
  let status: Int
  /// Status and words.
  private let line: Range<Int>
  private let fields: [FieldPlace]
  private let framingFields: FramingFields
  /// Where its body ends, on the service's connection.
  let framing: Framing
  /// Whether the service's connection stays open.
  let keepsAlive: Bool

  /// - Parameters:
  ///   - bytes: from the first byte to the empty line.
  ///   - toHead: whether the request was HEAD.
  /// - Throws: for anything that is no answer of HTTP/1.1 or 1.0.
  init(_ bytes: UnsafeRawBufferPointer, toHead: Bool, mostFields: Int) throws(Refusal) {
    guard bytes.count >= 15, bytes.starts(with: "HTTP/1.".utf8), bytes[7] & 0xFE == 0x30,
      bytes[8] == 0x20, bytes[9...11].allSatisfy(ByteClasses.isDigit),
      bytes[12] == 0x20 || bytes[12] == UInt8(ascii: "\r")
    else { throw .malformed }
    var end = 12
    while ByteClasses.isValue(bytes[end]) { end += 1 }
    guard bytes[end] == UInt8(ascii: "\r"), bytes[end + 1] == UInt8(ascii: "\n") else {
      throw .malformed
    }
    line = 9..<end
    status = bytes[9...11].reduce(0) { $0 * 10 + Int($1 & 0x0F) }
    guard status >= 100 else { throw .malformed }
    var (fields, framingFields) = ([FieldPlace](), FramingFields())
    fields.reserveCapacity(12)
    var position = end + 2
    while let field = try FieldPlace.next(bytes, &position) {
      guard fields.count < mostFields else { throw .malformed }
      if field.kind != .other { try framingFields.take(field, bytes) }
      fields.append(field)
    }
    let isVersion10 = bytes[7] == UInt8(ascii: "0")
    keepsAlive = !framingFields.closes && (!isVersion10 || framingFields.keepsAlive)
    framing = try Self.framing(framingFields, status, toHead: toHead, isVersion10: isVersion10)
    (self.fields, self.framingFields) = (fields, framingFields)
  }

  private static func framing(
    _ fields: FramingFields, _ status: Int, toHead: Bool, isVersion10: Bool
  ) throws(Refusal) -> Framing {
    guard !fields.isChunked || fields.length == nil && !isVersion10 else { throw .malformed }
    if toHead || status < 200 || status == 204 || status == 304 { return .none }
    if fields.isChunked { return .chunked }
    return fields.length.map { .length($0) } ?? .untilClose
  }

  /// How an answer goes on to a client.
  struct Passing {
    /// Whether the client's connection stays open after it.
    var keepsAlive: Bool
    /// A client that has to be told that it does, and reads no chunks.
    var isVersion10: Bool
  }

  /// How the body is framed for the client: a service's that ends with its connection is made one of
  /// chunks, so that an end that comes too early is seen.
  func framing(for passing: Passing) -> Framing {
    guard framing == .chunked || framing == .untilClose else { return framing }
    return passing.isVersion10 ? .untilClose : .chunked
  }

  /// Writes the head for the client.
  func write(_ passing: Passing, _ bytes: UnsafeRawBufferPointer, to out: inout ByteBuffer) {
    out.writeStaticString("HTTP/1.1 ")
    out.writeBytes(bytes[line])
    // The space stands there even where no words follow.
    if line.count == 3 { out.writeInteger(UInt8(ascii: " ")) }
    out.writeStaticString("\r\n")
    for field in fields where !framingFields.drops(field, bytes) {
      out.writeBytes(bytes[field.name])
      out.writeStaticString(": ")
      out.writeBytes(bytes[field.value])
      out.writeStaticString("\r\n")
    }
    let framing = framing(for: passing)
    switch framing {
    case .none:
      // Of an answer to HEAD and of 304 it says what the body would have been.
      if let length = framingFields.length, status >= 200, status != 204 {
        out.writeString("content-length: \(length)\r\n")
      }
    case .length(let length): out.writeString("content-length: \(length)\r\n")
    case .chunked: out.writeStaticString("transfer-encoding: chunked\r\n")
    case .untilClose: break
    }
    if !passing.keepsAlive || framing == .untilClose {
      out.writeStaticString("connection: close\r\n")
    } else if passing.isVersion10 {
      out.writeStaticString("connection: keep-alive\r\n")
    }
    out.writeStaticString("\r\n")
  }
}
