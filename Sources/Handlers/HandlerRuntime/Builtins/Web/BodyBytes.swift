import Encodings

/// The bytes behind the text of a body.
enum BodyBytes {
  /// Those that a text was decoded from as it was received, else its UTF-8.
  static func of(_ text: StringRef, _ heap: Heap) throws(Fault) -> [UInt8] {
    if let source = text.source { return Array(source) }
    var bytes: [UInt8] = []
    try heap.flat(text).appendUTF8(to: &bytes)
    return bytes
  }

  /// All of a body, whatever its bytes are; empty text where there is none.
  static func base64(_ body: Value, _ c: CallContext) throws(Fault) -> Value {
    if body.isNullish { return try c.text("") }
    let bytes = try of(try c.toText(body), c.heap)
    try c.spend(bytes.count)
    return try c.value(utf8: Base64.encodedUTF8(bytes))
  }
}
