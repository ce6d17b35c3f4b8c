/// What a request line asks for.
/// Reference: RFC 9112, section 3.2.
struct RequestTarget {
  /// Path and query, or `*`.
  var text: String
  /// Host and port of an absolute target, which count in place of the `host` field.
  var authority: String?

  init(_ bytes: UnsafeRawBufferPointer, method: String) throws(RequestRefusal) {
    // A fragment is never sent; where one is, readers differ on what is asked for.
    var all: UInt8 = 0
    for byte in bytes {
      guard byte > 0x20 && byte != 0x7F && byte != UInt8(ascii: "#") else {
        throw .bad("malformed request target")
      }
      all |= byte
    }
    guard !bytes.isEmpty, let text = FieldLine.text(bytes, isASCII: all < 0x80) else {
      throw .bad("malformed request target")
    }
    if bytes[0] == UInt8(ascii: "/") || text == "*" {
      self.text = text
      return
    }
    guard let rest = Self.afterScheme(bytes) else { throw .bad("malformed request target") }
    let end =
      rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
    guard Authority.isValid(rest[..<end]) else { throw .bad("malformed request target") }
    authority = String(decoding: rest[..<end], as: UTF8.self)
    let path = String(decoding: rest[end...], as: UTF8.self)
    if path.isEmpty {
      self.text = method == "OPTIONS" ? "*" : "/"
    } else {
      self.text = path.utf8.first == UInt8(ascii: "?") ? "/" + path : path
    }
  }

  private static func afterScheme(
    _ bytes: UnsafeRawBufferPointer
  ) -> Slice<UnsafeRawBufferPointer>? {
    for scheme: StaticString in ["http://", "https://"] {
      let count = scheme.utf8CodeUnitCount
      guard bytes.count > count else { continue }
      let isEqual = (0..<count).allSatisfy {
        let byte = bytes[$0]
        return (byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte) == scheme.utf8Start[$0]
      }
      if isEqual { return bytes[count...] }
    }
    return nil
  }
}
