/// Text in URLs.
///
/// Reference: RFC 3986, section 2.1.
public enum PercentEncoding {
  /// The text; nil where an escape is none, or the bytes are no UTF-8.
  public static func decode(_ text: some StringProtocol) -> String? {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
    var bytes: [UInt8] = []
    var units = text.utf8.makeIterator()
    while let unit = units.next() {
      guard unit == UInt8(ascii: "%") else {
        bytes.append(unit)
        continue
      }
      guard let high = units.next().flatMap(Hex.valueOfAnyCase),
        let low = units.next().flatMap(Hex.valueOfAnyCase)
      else { return nil }
      bytes.append(high << 4 | low)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// The text with everything escaped that could end a value of a query.
  public static func encode(_ text: String) -> String { encode(text, keeping: ":/,") }

  /// The text as one segment of a path: everything escaped but what is never anything else than
  /// itself.
  /// Reference: RFC 3986, section 2.3.
  public static func encodeSegment(_ text: String) -> String { encode(text, keeping: "") }

  private static func encode(_ text: String, keeping kept: String) -> String {
    var out = ""
    for unit in text.utf8 {
      switch unit {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        out.unicodeScalars.append(Unicode.Scalar(unit))
      case _ where kept.utf8.contains(unit):
        out.unicodeScalars.append(Unicode.Scalar(unit))
      default:
        out += "%"
        out.unicodeScalars.append(Unicode.Scalar(Hex.upperDigit(unit >> 4)))
        out.unicodeScalars.append(Unicode.Scalar(Hex.upperDigit(unit & 15)))
      }
    }
    return out
  }
}
