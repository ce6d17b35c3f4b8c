import NIOCore

/// Reads request heads strictly: what two servers could read in two ways is refused, because that
/// is how requests are smuggled past a proxy.
///
/// Lines end in CR LF; a bare LF, a folded field, white space before a colon, more than one
/// `content-length`, `content-length` beside `transfer-encoding`, and any `transfer-encoding` but
/// `chunked` are refused.
/// Reference: RFC 9112, sections 2.2, 3, 5, 6.1 and 11.2.
struct RequestHeadParser {
  private static let cr: UInt8 = 13
  private static let lf: UInt8 = 10
  private let limits: ServerLimits
  // How much of the unread bytes is known to hold no end of a head.
  private var scanned = 0

  init(limits: ServerLimits) { self.limits = limits }

  /// Takes one head from the front of `buffer`; nil when there is not a whole one yet.
  mutating func next(_ buffer: inout ByteBuffer) throws(RequestRefusal) -> RequestHead? {
    skipEmptyLines(&buffer)
    let result: Result<(RequestHead, Int)?, RequestRefusal> = buffer.withUnsafeReadableBytes {
      bytes in
      let known = scanned
      guard let end = findEnd(bytes) else {
        if Self.hasBareLineEnd(bytes, from: known) { return .failure(.bad("line without CR LF")) }
        return bytes.count > limits.headBytes ? .failure(tooLarge(bytes)) : .success(nil)
      }
      guard end <= limits.headBytes else { return .failure(tooLarge(bytes)) }
      do throws(RequestRefusal) {
        return .success((try parse(UnsafeRawBufferPointer(rebasing: bytes[..<end])), end))
      } catch {
        return .failure(error)
      }
    }
    guard let (head, length) = try result.get() else { return nil }
    buffer.moveReaderIndex(forwardBy: length)
    scanned = 0
    return head
  }

  private func tooLarge(_ bytes: UnsafeRawBufferPointer) -> RequestRefusal {
    bytes.prefix(limits.headBytes).contains(Self.lf) ? .headTooLarge : .targetTooLong
  }

  // A peer may send an empty line after a body. One or two, not a stream of them.
  private mutating func skipEmptyLines(_ buffer: inout ByteBuffer) {
    guard scanned == 0 else { return }
    for _ in 0..<2 {
      guard buffer.getInteger(at: buffer.readerIndex, as: UInt16.self) == 0x0D0A else { return }
      buffer.moveReaderIndex(forwardBy: 2)
    }
  }

  private mutating func findEnd(_ bytes: UnsafeRawBufferPointer) -> Int? {
    var index = max(0, scanned - 3)
    while index + 3 < bytes.count {
      // The fourth byte of the mark decides how far to go on.
      switch bytes[index + 3] {
      case Self.lf:
        if bytes[index + 2] == Self.cr, bytes[index + 1] == Self.lf, bytes[index] == Self.cr {
          return index + 4
        }
        index += 2
      case Self.cr: index += 1
      default: index += 4
      }
    }
    scanned = min(index, bytes.count)
    return nil
  }

  // Without this, a head of bare LFs or CRs would wait for its end until it times out.
  private static func hasBareLineEnd(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Bool {
    for index in max(0, start - 1)..<bytes.count {
      switch bytes[index] {
      case lf: if index == 0 || bytes[index - 1] != cr { return true }
      case cr: if index + 1 < bytes.count, bytes[index + 1] != lf { return true }
      default: break
      }
    }
    return false
  }

  private func parse(_ bytes: UnsafeRawBufferPointer) throws(RequestRefusal) -> RequestHead {
    var position = 0
    let line = try Self.line(bytes, &position)
    var (head, authority) = try requestLine(line)
    var framing = FramingFields()
    head.headers.reserveCapacity(8)
    while true {
      let field = try Self.line(bytes, &position)
      if field.isEmpty { break }
      guard head.headers.count < limits.headFields else { throw .tooManyFields }
      let read = try FieldLine(field)
      try framing.take(read.name, read.value)
      head.headers.append((String(decoding: read.name, as: UTF8.self), read.value))
    }
    try framing.settle(&head)
    if let authority { head.replaceHost(authority) }
    return head
  }

  private static func line(
    _ bytes: UnsafeRawBufferPointer, _ position: inout Int
  ) throws(RequestRefusal) -> UnsafeRawBufferPointer {
    let start = position
    var index = start
    while index < bytes.count, bytes[index] != lf { index += 1 }
    guard index < bytes.count, index > start, bytes[index - 1] == cr else {
      throw .bad("line without CR LF")
    }
    position = index + 1
    return UnsafeRawBufferPointer(rebasing: bytes[start..<(index - 1)])
  }

  // MARK: Request line

  private func requestLine(
    _ line: UnsafeRawBufferPointer
  ) throws(RequestRefusal) -> (RequestHead, authority: String?) {
    guard let first = line.firstIndex(of: 32), let last = line.lastIndex(of: 32), last > first
    else { throw .bad("malformed request line") }
    let method = UnsafeRawBufferPointer(rebasing: line[..<first])
    let target = UnsafeRawBufferPointer(rebasing: line[(first + 1)..<last])
    let version = UnsafeRawBufferPointer(rebasing: line[(last + 1)...])
    guard !method.isEmpty, method.allSatisfy(HTTPFields.isTokenByte) else {
      throw .bad("malformed method")
    }
    let isVersion10 = try Self.isVersion10(version)
    let name = String(decoding: method, as: UTF8.self)
    // Its target has a form of its own, and what follows it is no HTTP.
    guard name != "CONNECT" else { throw .method }
    let asked = try RequestTarget(target, method: name)
    let head = RequestHead(
      method: name, target: asked.text, headers: [], framing: .none, keepsAlive: !isVersion10,
      expectsContinue: false, isVersion10: isVersion10)
    return (head, asked.authority)
  }

  private static func isVersion10(
    _ version: UnsafeRawBufferPointer
  ) throws(RequestRefusal) -> Bool {
    guard version.count == 8, version.starts(with: "HTTP/".utf8), version[6] == 0x2E else {
      throw .bad("malformed request line")
    }
    guard version[5] == UInt8(ascii: "1") else { throw .version }
    switch version[7] {
    case UInt8(ascii: "1"): return false
    case UInt8(ascii: "0"): return true
    default: throw .version
    }
  }
}
