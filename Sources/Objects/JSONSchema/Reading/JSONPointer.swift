/// Places in a document.
/// Reference: RFC 6901.
enum JSONPointer {
  /// A key as a pointer writes it.
  static func escaped(_ key: String) -> String {
    var out: [UInt8] = []
    for byte in key.utf8 {
      switch byte {
      case UInt8(ascii: "~"): out += "~0".utf8
      case UInt8(ascii: "/"): out += "~1".utf8
      default: out.append(byte)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
