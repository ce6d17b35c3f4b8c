import Encodings

/// Turns the inside of a string or template piece into UTF-16 units.
/// Reference: ECMA-262 12.9.4 (string literals) and 12.9.6 (template literals).
struct EscapeDecoder {
  /// What went wrong and at which byte.
  struct Failure: Error {
    var offset: Int
    var message: String
  }

  private let bytes: [UInt8]
  private var offset: Int
  private let end: Int
  private let isTemplate: Bool
  private var units: [UInt16] = []

  /// Decodes the bytes in a range, which holds neither quotes nor the braces of substitutions.
  static func decode(
    _ bytes: [UInt8], _ range: Range<Int>, isTemplate: Bool
  ) throws(Failure) -> StringLiteral {
    var decoder = EscapeDecoder(bytes, range, isTemplate: isTemplate)
    return try decoder.run()
  }

  private init(_ bytes: [UInt8], _ range: Range<Int>, isTemplate: Bool) {
    self.bytes = bytes
    offset = range.lowerBound
    end = range.upperBound
    self.isTemplate = isTemplate
    units.reserveCapacity(range.count)
  }

  private mutating func run() throws(Failure) -> StringLiteral {
    while offset < end {
      let next = bytes[offset]
      if next == Ascii.backslash {
        try decodeEscape()
      } else if next >= 0x80 {
        takeScalar()
      } else if isTemplate && next == Ascii.carriageReturn {
        // A template's line ends are all line feeds, whatever the file has.
        units.append(0x0A)
        offset += byte(1) == Ascii.lineFeed ? 2 : 1
      } else {
        units.append(UInt16(next))
        offset += 1
      }
    }
    return StringLiteral(units: units)
  }

  private func byte(_ ahead: Int) -> UInt8 { offset + ahead < end ? bytes[offset + ahead] : 0 }

  private mutating func takeScalar() {
    let length = bytes[offset] < 0xE0 ? 2 : bytes[offset] < 0xF0 ? 3 : 4
    let last = min(offset + length, end)
    units.append(contentsOf: String(decoding: bytes[offset..<last], as: UTF8.self).utf16)
    offset = last
  }

  private mutating func decodeEscape() throws(Failure) {
    let start = offset
    let escaped = byte(1)
    offset += 2
    switch escaped {
    case 0x6E: units.append(0x0A)
    case 0x74: units.append(0x09)
    case 0x72: units.append(0x0D)
    case 0x62: units.append(0x08)
    case 0x66: units.append(0x0C)
    case 0x76: units.append(0x0B)
    case Ascii.zero where !Ascii.isDigit(byte(0)): units.append(0)
    case Ascii.zero...Ascii.nine:
      throw Failure(
        offset: start, message: "the octal escape `\\\(Unicode.Scalar(escaped))` is not allowed")
    case 0x78: units.append(UInt16(try hexDigits(2, from: start)))
    case 0x75: try decodeUnicodeEscape(from: start)
    case Ascii.carriageReturn:
      if byte(0) == Ascii.lineFeed { offset += 1 }
    case Ascii.lineFeed: break
    case 0x80...:
      offset -= 1
      // An escaped line or paragraph separator continues the line.
      if byte(0) == 0xE2 && byte(1) == 0x80 && (byte(2) == 0xA8 || byte(2) == 0xA9) {
        offset += 3
      } else {
        takeScalar()
      }
    default: units.append(UInt16(escaped))
    }
  }

  private mutating func decodeUnicodeEscape(from start: Int) throws(Failure) {
    guard byte(0) == Ascii.braceOpen else {
      units.append(UInt16(try hexDigits(4, from: start)))
      return
    }
    offset += 1
    var value: UInt32 = 0
    var count = 0
    while let digit = Hex.valueOfAnyCase(byte(0)) {
      value = value << 4 | UInt32(digit)
      guard value <= 0x10FFFF else {
        throw Failure(offset: start, message: "a `\\u{…}` escape is above 10FFFF")
      }
      count += 1
      offset += 1
    }
    guard count > 0, byte(0) == Ascii.braceClose else {
      throw Failure(offset: start, message: "a `\\u{…}` escape needs hexadecimal digits")
    }
    offset += 1
    if value < 0x10000 {
      units.append(UInt16(value))
    } else {
      units.append(UInt16(0xD800 + (value - 0x10000) >> 10))
      units.append(UInt16(0xDC00 + (value - 0x10000) & 0x3FF))
    }
  }

  private mutating func hexDigits(_ count: Int, from start: Int) throws(Failure) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<count {
      guard let digit = Hex.valueOfAnyCase(byte(0)) else {
        let form = count == 2 ? "\\xHH" : "\\uHHHH"
        throw Failure(offset: start, message: "a `\(form)` escape needs \(count) digits")
      }
      value = value << 4 | UInt32(digit)
      offset += 1
    }
    return value
  }
}
