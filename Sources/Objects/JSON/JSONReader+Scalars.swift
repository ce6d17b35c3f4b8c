import Encodings

extension JSONReader {
  /// A number; the reader stands on its first byte.
  mutating func number() throws(JSONError) -> JSONValue {
    let start = at
    let isNegative = bytes[at] == UInt8(ascii: "-")
    if isNegative { at += 1 }
    let firstDigit = at
    var magnitude: Int64 = 0
    var isLarge = false
    while at < bytes.count, let digit = digit(at) {
      if magnitude <= Self.maxInteger { magnitude = magnitude * 10 + digit }
      if magnitude > Self.maxInteger { isLarge = true }
      at += 1
    }
    let digits = at - firstDigit
    guard digits > 0, digits == 1 || bytes[firstDigit] != UInt8(ascii: "0") else {
      throw JSONError(.malformedNumber, offset: start)
    }
    let isFraction = try fractionAndExponent(start)
    if isStrict {
      if isFraction { throw JSONError(.fraction, offset: start) }
      if isLarge { throw JSONError(.integerTooLarge, offset: start) }
      if isNegative && magnitude == 0 { throw JSONError(.negativeZero, offset: start) }
    } else if isFraction || isLarge {
      return .decimal(String(decoding: bytes[start..<at], as: UTF8.self))
    }
    return .integer(isNegative ? -magnitude : magnitude)
  }

  private func digit(_ index: Int) -> Int64? {
    let byte = bytes[index]
    return byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
      ? Int64(byte - UInt8(ascii: "0")) : nil
  }

  private mutating func fractionAndExponent(_ start: Int) throws(JSONError) -> Bool {
    var found = false
    if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
      found = true
      at += 1
      try digits(start)
    }
    if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
      found = true
      at += 1
      if at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") {
        at += 1
      }
      try digits(start)
    }
    return found
  }

  private mutating func digits(_ start: Int) throws(JSONError) {
    let first = at
    while at < bytes.count, digit(at) != nil { at += 1 }
    if at == first { throw JSONError(.malformedNumber, offset: start) }
  }

  /// A string; the reader stands on the opening quote.
  mutating func string() throws(JSONError) -> String {
    at += 1
    let start = at
    while at < bytes.count {
      let byte = bytes[at]
      if byte == UInt8(ascii: "\"") {
        let text = try utf8(bytes[start..<at], offset: start)
        at += 1
        return text
      }
      if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
      if byte < 0x20 { throw JSONError(.controlCharacter(byte), offset: at) }
      at += 1
    }
    throw JSONError(.unexpectedEnd, offset: at)
  }

  private func utf8(_ slice: some Sequence<UInt8>, offset: Int) throws(JSONError) -> String {
    guard let text = String(validating: slice, as: UTF8.self) else {
      throw JSONError(.invalidUTF8, offset: offset)
    }
    return text
  }

  // The rest of a string whose first escape the reader stands on.
  private mutating func escapedString(from start: Int) throws(JSONError) -> String {
    var out = Array(bytes[start..<at])
    while at < bytes.count {
      let byte = bytes[at]
      switch byte {
      case UInt8(ascii: "\""):
        at += 1
        return try utf8(out, offset: start)
      case UInt8(ascii: "\\"): try escape(into: &out)
      case 0..<0x20: throw JSONError(.controlCharacter(byte), offset: at)
      default:
        out.append(byte)
        at += 1
      }
    }
    throw JSONError(.unexpectedEnd, offset: at)
  }

  mutating func escape(into out: inout [UInt8]) throws(JSONError) {
    let start = at
    guard at + 1 < bytes.count else { throw JSONError(.unexpectedEnd, offset: at) }
    at += 2
    switch bytes[at - 1] {
    case UInt8(ascii: "\""): out.append(UInt8(ascii: "\""))
    case UInt8(ascii: "\\"): out.append(UInt8(ascii: "\\"))
    case UInt8(ascii: "/"): out.append(UInt8(ascii: "/"))
    case UInt8(ascii: "b"): out.append(0x08)
    case UInt8(ascii: "f"): out.append(0x0c)
    case UInt8(ascii: "n"): out.append(0x0a)
    case UInt8(ascii: "r"): out.append(0x0d)
    case UInt8(ascii: "t"): out.append(0x09)
    case UInt8(ascii: "u"):
      let scalar = try unicodeScalar(start)
      out.append(contentsOf: Array(String(Character(scalar)).utf8))
    default: throw JSONError(.invalidEscape, offset: start)
    }
  }

  // The scalar of a `\u` escape whose four digits come next, and of the second half of its pair.
  private mutating func unicodeScalar(_ start: Int) throws(JSONError) -> Unicode.Scalar {
    let first = try fourDigits(start)
    if let scalar = Unicode.Scalar(first) { return scalar }
    let isHigh = first < 0xdc00
    if isHigh, at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"),
      bytes[at + 1] == UInt8(ascii: "u")
    {
      let resume = at
      at += 2
      let second = try fourDigits(start)
      if (0xdc00...0xdfff).contains(second),
        let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
      {
        return scalar
      }
      at = resume
    }
    if isStrict { throw JSONError(.loneSurrogate, offset: start) }
    return "\u{fffd}"
  }

  private mutating func fourDigits(_ start: Int) throws(JSONError) -> UInt32 {
    guard at + 4 <= bytes.count else { throw JSONError(.unexpectedEnd, offset: start) }
    var value: UInt32 = 0
    for byte in bytes[at..<at + 4] {
      guard let digit = Hex.valueOfAnyCase(byte) else {
        throw JSONError(.invalidEscape, offset: start)
      }
      value = value << 4 | UInt32(digit)
    }
    at += 4
    return value
  }
}
