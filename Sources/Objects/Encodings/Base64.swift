/// Base64 with the standard alphabet and padding.
/// Reference: RFC 4648, section 4.
public enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// Four characters for three bytes, padded with `=`.
  public static func encode(_ bytes: [UInt8]) -> String {
    String(decoding: encodedUTF8(bytes), as: UTF8.self)
  }

  /// ``encode(_:)`` as the bytes of its text.
  public static func encodedUTF8(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity((bytes.count + 2) / 3 * 4)
    var index = 0
    while index < bytes.count {
      let count = min(3, bytes.count - index)
      var group = UInt32(bytes[index]) << 16
      if count > 1 { group |= UInt32(bytes[index + 1]) << 8 }
      if count > 2 { group |= UInt32(bytes[index + 2]) }
      for place in 0..<4 {
        out.append(
          place <= count
            ? alphabet[Int(group >> UInt32(18 - 6 * place) & 63)] : UInt8(ascii: "="))
      }
      index += 3
    }
    return out
  }

  /// The bytes whose one spelling the text is; nil for anything else, also for padding that is
  /// missing and for bits beyond the last byte that are not zero.
  @inlinable
  public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? { decode(Array(text)) }

  /// ``decode(_:)`` of bytes that are an array already.
  public static func decode(_ text: [UInt8]) -> [UInt8]? {
    guard let bytes = decodeLenient(text), encodedUTF8(bytes) == text else { return nil }
    return bytes
  }

  /// The bytes; `-` and `_` are read as `+` and `/`, padding may be left out, and bits beyond the
  /// last byte are not looked at. nil for a character outside the alphabet, a length no encoding
  /// has, or padding in the middle.
  @inlinable
  public static func decodeLenient(_ text: some Collection<UInt8>) -> [UInt8]? {
    decodeLenient(Array(text))
  }

  /// ``decodeLenient(_:)`` of bytes that are an array already.
  public static func decodeLenient(_ text: [UInt8]) -> [UInt8]? {
    var digits = text[...]
    while digits.last == UInt8(ascii: "="), text.count - digits.count < 2 { digits.removeLast() }
    if digits.count < text.count && !text.count.isMultiple(of: 4) { return nil }
    guard digits.count % 4 != 1 else { return nil }
    var out: [UInt8] = []
    out.reserveCapacity(digits.count / 4 * 3 + 2)
    var group: UInt32 = 0
    var bits = 0
    for character in digits {
      guard let value = digit(character) else { return nil }
      group = group << 6 | UInt32(value)
      bits += 6
      if bits >= 8 {
        bits -= 8
        out.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
      }
    }
    return out
  }

  private static func digit(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
    case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
    default: nil
    }
  }
}
