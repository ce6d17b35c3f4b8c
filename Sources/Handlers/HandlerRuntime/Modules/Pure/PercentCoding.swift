import Encodings

/// Percent-encoding over bytes.
/// Reference: RFC 3986, section 2; WHATWG URL, application/x-www-form-urlencoded.
enum PercentCoding {
  /// Every byte but the unreserved ones (letters, digits, `-._~`) as `%XX`.
  static func encode(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    for byte in bytes {
      if isUnreserved(byte) {
        out.append(byte)
      } else {
        out += [UInt8(ascii: "%"), Hex.upperDigit(byte >> 4), Hex.upperDigit(byte & 15)]
      }
    }
    return out
  }

  /// The bytes behind `%XX`. A `%` without two hex digits stands for itself.
  /// - Parameter plusIsSpace: as in query strings and forms.
  static func decode(_ bytes: some Collection<UInt8>, plusIsSpace: Bool) -> [UInt8] {
    let input = Array(bytes)
    guard input.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
      return input
    }
    var out: [UInt8] = []
    out.reserveCapacity(input.count)
    var index = 0
    while index < input.count {
      let byte = input[index]
      if byte == UInt8(ascii: "%"), index + 2 < input.count,
        let high = Hex.valueOfAnyCase(input[index + 1]),
        let low = Hex.valueOfAnyCase(input[index + 2])
      {
        out.append(high << 4 | low)
        index += 3
      } else {
        out.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
        index += 1
      }
    }
    return out
  }

  /// Whether every `%` is followed by two hex digits.
  static func isWellFormed(_ bytes: [UInt8]) -> Bool {
    for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "%") {
      guard index + 2 < bytes.count, Hex.valueOfAnyCase(bytes[index + 1]) != nil,
        Hex.valueOfAnyCase(bytes[index + 2]) != nil
      else { return false }
    }
    return true
  }

  /// The pairs of a query string, decoded, in order. A leading `?` is skipped; a pair without `=`
  /// has an empty value; empty pairs are dropped.
  static func pairs(_ query: some Collection<UInt8>) -> [(name: [UInt8], value: [UInt8])] {
    let body = query.first == UInt8(ascii: "?") ? query.dropFirst() : query[...]
    return body.split(separator: UInt8(ascii: "&")).map { pair in
      guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else {
        return (decode(pair, plusIsSpace: true), [])
      }
      return (
        decode(pair[..<equals], plusIsSpace: true),
        decode(pair[pair.index(after: equals)...], plusIsSpace: true)
      )
    }
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"):
      true
    default: false
    }
  }
}
