/// One field of a head or of trailers: `name: value`.
/// Reference: RFC 9112, section 5; RFC 9110, section 5.5.
struct FieldLine {
  /// A token.
  var name: UnsafeRawBufferPointer
  /// Without spaces and tabs at both ends; no control bytes, and UTF-8.
  var value: String

  /// - Parameter line: without its CR LF; valid as long as the field's name is.
  init(_ line: UnsafeRawBufferPointer) throws(RequestRefusal) {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0 else {
      throw .bad("malformed header field")
    }
    name = UnsafeRawBufferPointer(rebasing: line[..<colon])
    guard name.allSatisfy(HTTPFields.isTokenByte) else { throw .bad("malformed header field") }
    var (start, end) = (colon + 1, line.count)
    while start < end, line[start] == 0x20 || line[start] == 0x09 { start += 1 }
    while end > start, line[end - 1] == 0x20 || line[end - 1] == 0x09 { end -= 1 }
    let value = UnsafeRawBufferPointer(rebasing: line[start..<end])
    var all: UInt8 = 0
    for byte in value {
      guard byte >= 0x20 && byte != 0x7F || byte == 0x09 else {
        throw .bad("control character in a header field")
      }
      all |= byte
    }
    guard let text = Self.text(value, isASCII: all < 0x80) else {
      throw .bad("header field is not UTF-8")
    }
    self.value = text
  }

  /// The bytes as text; nil when they are not UTF-8, since another reader may take them for
  /// something else.
  static func text(_ bytes: UnsafeRawBufferPointer, isASCII: Bool) -> String? {
    isASCII ? String(decoding: bytes, as: UTF8.self) : String(validating: bytes, as: UTF8.self)
  }
}
