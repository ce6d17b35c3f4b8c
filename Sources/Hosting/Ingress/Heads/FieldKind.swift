/// Fields that mean something to whoever passes them on.
enum FieldKind: UInt8 {
  /// Passed on as it is.
  case other
  case host
  case connection
  case contentLength
  case transferEncoding
  case expect
  case upgrade
  /// Of this connection alone.
  case hopByHop
  case forwardedFor
  case forwardedProto
  case forwardedHost
  case forwarded
  /// Others by which proxies tell of clients.
  case forwardedOther

  /// By a field's name.
  ///
  /// Reference: RFC 9110, section 7.6.1; RFC 7239.
  init(_ name: UnsafeRawBufferPointer) {
    self = .other
    switch name.count {
    case 2 where ByteClasses.equal(name, "te"): self = .hopByHop
    case 4 where ByteClasses.equal(name, "host"): self = .host
    case 6 where ByteClasses.equal(name, "expect"): self = .expect
    case 7:
      if ByteClasses.equal(name, "upgrade") { self = .upgrade }
      if ByteClasses.equal(name, "trailer") { self = .hopByHop }
    case 9:
      if ByteClasses.equal(name, "forwarded") { self = .forwarded }
      if ByteClasses.equal(name, "x-real-ip") { self = .forwardedOther }
    case 10:
      if ByteClasses.equal(name, "connection") { self = .connection }
      if ByteClasses.equal(name, "keep-alive") { self = .hopByHop }
    case 14:
      if ByteClasses.equal(name, "content-length") { self = .contentLength }
      if ByteClasses.equal(name, "true-client-ip") { self = .forwardedOther }
      if ByteClasses.equal(name, "http2-settings") { self = .hopByHop }
    case 15 where ByteClasses.equal(name, "x-forwarded-for"): self = .forwardedFor
    case 16:
      if ByteClasses.equal(name, "x-forwarded-host") { self = .forwardedHost }
      if ByteClasses.equal(name, "x-forwarded-port") { self = .forwardedOther }
      if ByteClasses.equal(name, "proxy-connection") { self = .hopByHop }
      if ByteClasses.equal(name, "cf-connecting-ip") { self = .forwardedOther }
    case 17:
      if ByteClasses.equal(name, "transfer-encoding") { self = .transferEncoding }
      if ByteClasses.equal(name, "x-forwarded-proto") { self = .forwardedProto }
    case 18 where ByteClasses.equal(name, "proxy-authenticate"): self = .hopByHop
    case 19 where ByteClasses.equal(name, "proxy-authorization"): self = .hopByHop
    default: break
    }
    if self == .other, name.count > 12, name[11] == UInt8(ascii: "-"),
      ByteClasses.equal(UnsafeRawBufferPointer(rebasing: name[..<12]), "x-forwarded-")
    {
      self = .forwardedOther
    }
  }
}

/// A field of a head, by where it stands.
struct FieldPlace {
  var kind: FieldKind
  var name: Range<Int>
  /// Without white space at both ends.
  var value: Range<Int>

  /// Reads the line that begins at `position`, which moves behind it; nil for the empty one.
  static func next(
    _ bytes: UnsafeRawBufferPointer, _ position: inout Int
  ) throws(Refusal) -> FieldPlace? {
    let start = position
    if bytes[start] == UInt8(ascii: "\r") {
      position = start + 2
      return nil
    }
    var index = start
    while ByteClasses.isToken(bytes[index]) { index += 1 }
    guard index > start, bytes[index] == UInt8(ascii: ":") else {
      throw .bad("malformed header field")
    }
    let name = start..<index
    index += 1
    let content = index
    while ByteClasses.isValue(bytes[index]) { index += 1 }
    // The scanner has seen that each LF has a CR before it.
    guard bytes[index] == UInt8(ascii: "\r"), bytes[index + 1] == UInt8(ascii: "\n") else {
      throw .bad("control character in a header field")
    }
    position = index + 2
    var (low, high) = (content, index)
    while low < high, bytes[low] == 0x20 || bytes[low] == 0x09 { low += 1 }
    while high > low, bytes[high - 1] == 0x20 || bytes[high - 1] == 0x09 { high -= 1 }
    return FieldPlace(
      kind: FieldKind(UnsafeRawBufferPointer(rebasing: bytes[name])), name: name, value: low..<high)
  }
}
