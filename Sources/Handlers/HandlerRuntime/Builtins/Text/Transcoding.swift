/// Between UTF-8, as it crosses the process's border, and UTF-16 units, as the language counts.
enum Transcoding {
  /// What stands for a byte sequence or a surrogate that is no text.
  static let replacement: UInt16 = 0xFFFD

  /// UTF-8 of a text; a lone surrogate becomes U+FFFD.
  static func appendUTF8<Unit: CodeUnit>(
    _ text: UnsafeBufferPointer<Unit>, to out: inout [UInt8]
  ) {
    out.reserveCapacity(out.count + text.count)
    var index = 0
    while index < text.count {
      let (scalar, length) = scalar(in: text, at: index)
      appendUTF8(scalar ?? UInt32(replacement), to: &out)
      index += length
    }
  }

  /// UTF-8 of one scalar value.
  @inline(__always)
  static func appendUTF8(_ scalar: UInt32, to out: inout [UInt8]) {
    if scalar < 0x80 {
      out.append(UInt8(truncatingIfNeeded: scalar))
    } else if scalar < 0x800 {
      out.append(UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6))
      out.append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
    } else if scalar < 0x10000 {
      out.append(UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12))
      out.append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F))
      out.append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
    } else {
      out.append(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18))
      out.append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 12 & 0x3F))
      out.append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F))
      out.append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
    }
  }

  /// The scalar value that starts at an index and how many units it has; nil for a lone surrogate.
  @inline(__always)
  static func scalar<Unit: CodeUnit>(
    in text: UnsafeBufferPointer<Unit>, at index: Int
  ) -> (scalar: UInt32?, length: Int) {
    let unit = text[index]
    guard Unit.bitWidth == 16, unit.isHighSurrogate || unit.isLowSurrogate else {
      return (UInt32(unit), 1)
    }
    guard unit.isHighSurrogate, index + 1 < text.count, text[index + 1].isLowSurrogate else {
      return (nil, 1)
    }
    return (0x10000 + (UInt32(unit) & 0x3FF) << 10 + UInt32(text[index + 1]) & 0x3FF, 2)
  }

  /// UTF-16 of a scalar value.
  @inline(__always)
  static func appendUTF16(_ scalar: UInt32, to out: inout [UInt16]) {
    if scalar < 0x10000 {
      out.append(UInt16(truncatingIfNeeded: scalar))
    } else {
      out.append(UInt16(truncatingIfNeeded: 0xD800 + (scalar - 0x10000) >> 10))
      out.append(UInt16(truncatingIfNeeded: 0xDC00 + scalar & 0x3FF))
    }
  }

  /// UTF-16 of bytes, each ill-formed sequence replaced by U+FFFD as the web does: one for the
  /// longest prefix of a sequence that could have become a character.
  ///
  /// Reference: Unicode 15, 3.9, "Substitution of Maximal Subparts".
  static func utf16(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt16] {
    var out: [UInt16] = []
    out.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      let (scalar, length) = decode(bytes, at: index)
      appendUTF16(scalar ?? UInt32(replacement), to: &out)
      index += length
    }
    return out
  }

  /// The scalar value that starts at a byte and how many bytes it has. An ill-formed sequence is
  /// nil and as long as its longest well-formed start, at least one.
  static func decode(
    _ bytes: UnsafeBufferPointer<UInt8>, at index: Int
  ) -> (scalar: UInt32?, length: Int) {
    let lead = bytes[index]
    if lead < 0x80 { return (UInt32(lead), 1) }
    let needed: Int
    var lower: UInt8 = 0x80
    var upper: UInt8 = 0xBF
    var scalar: UInt32
    switch lead {
    case 0xC2...0xDF: (needed, scalar) = (1, UInt32(lead & 0x1F))
    case 0xE0...0xEF:
      (needed, scalar) = (2, UInt32(lead & 0x0F))
      if lead == 0xE0 { lower = 0xA0 }
      if lead == 0xED { upper = 0x9F }
    case 0xF0...0xF4:
      (needed, scalar) = (3, UInt32(lead & 0x07))
      if lead == 0xF0 { lower = 0x90 }
      if lead == 0xF4 { upper = 0x8F }
    default: return (nil, 1)
    }
    for offset in 1...needed {
      guard index + offset < bytes.count else { return (nil, offset) }
      let byte = bytes[index + offset]
      guard byte >= lower, byte <= upper else { return (nil, offset) }
      scalar = scalar << 6 | UInt32(byte & 0x3F)
      (lower, upper) = (0x80, 0xBF)
    }
    return (scalar, needed + 1)
  }
}
