/// A unit of a string in the arena: one byte for text in Latin-1, two for the rest.
///
/// A string function is written once over this protocol and compiled for both widths.
protocol CodeUnit: FixedWidthInteger, UnsignedInteger {}

extension UInt8: CodeUnit {}
extension UInt16: CodeUnit {}

extension CodeUnit {
  /// The unit of an ASCII character.
  @inline(__always)
  init(ascii character: Unicode.Scalar) { self.init(truncatingIfNeeded: character.value) }

  /// `0` to `9`.
  @inline(__always)
  var isDecimalDigit: Bool { self >= 0x30 && self <= 0x39 }

  /// White space and line ends as `trim` and number parsing know them.
  ///
  /// Reference: ECMAScript 2023, 12.2 and 12.3.
  var isWhiteSpace: Bool {
    switch UInt16(truncatingIfNeeded: self) {
    case 0x09...0x0D, 0x20, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000,
      0xFEFF:
      true
    default: false
    }
  }

  /// The first half of a surrogate pair.
  @inline(__always)
  var isHighSurrogate: Bool { UInt16(truncatingIfNeeded: self) & 0xFC00 == 0xD800 }

  /// The second half of a surrogate pair.
  @inline(__always)
  var isLowSurrogate: Bool { UInt16(truncatingIfNeeded: self) & 0xFC00 == 0xDC00 }
}
