import Encodings

/// Text in URLs.
///
/// Reference: RFC 3986, section 2.1.
enum PercentEncoding {
  /// The text; nil where an escape is none, or the bytes are no UTF-8.
  static func decode(_ text: some StringProtocol) -> String? {
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
  static func encode(_ text: String) -> String {
    var out = ""
    for unit in text.utf8 {
      switch unit {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: ":"), UInt8(ascii: "/"):
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

/// The values behind the question mark of a URL. Of a repeated name the first counts.
struct QueryItems: Sendable {
  private var items: [(name: String, value: String)] = []

  /// What cannot be decoded is left out.
  init(_ query: (some StringProtocol)?) {
    guard let query else { return }
    for part in query.split(separator: "&") {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      // A plus is itself: the protocol knows no forms, and media types have one.
      guard let name = PercentEncoding.decode(pair[0]),
        let value = pair.count > 1 ? PercentEncoding.decode(pair[1]) : ""
      else { continue }
      items.append((name, value))
    }
  }

  /// The value of a name.
  subscript(_ name: String) -> String? { items.first { $0.name == name }?.value }

  /// Every value of a name, in order.
  func all(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }
}
