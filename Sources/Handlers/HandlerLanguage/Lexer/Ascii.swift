/// Names for the bytes that the lexer looks at.
enum Ascii {
  static let tab: UInt8 = 0x09
  static let lineFeed: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D
  static let space: UInt8 = 0x20
  static let bang: UInt8 = 0x21
  static let doubleQuote: UInt8 = 0x22
  static let hash: UInt8 = 0x23
  static let dollar: UInt8 = 0x24
  static let percent: UInt8 = 0x25
  static let ampersand: UInt8 = 0x26
  static let singleQuote: UInt8 = 0x27
  static let star: UInt8 = 0x2A
  static let plus: UInt8 = 0x2B
  static let minus: UInt8 = 0x2D
  static let dot: UInt8 = 0x2E
  static let slash: UInt8 = 0x2F
  static let zero: UInt8 = 0x30
  static let nine: UInt8 = 0x39
  static let semicolon: UInt8 = 0x3B
  static let less: UInt8 = 0x3C
  static let equal: UInt8 = 0x3D
  static let greater: UInt8 = 0x3E
  static let question: UInt8 = 0x3F
  static let A: UInt8 = 0x41
  static let Z: UInt8 = 0x5A
  static let bracketOpen: UInt8 = 0x5B
  static let backslash: UInt8 = 0x5C
  static let bracketClose: UInt8 = 0x5D
  static let underscore: UInt8 = 0x5F
  static let backtick: UInt8 = 0x60
  static let a: UInt8 = 0x61
  static let z: UInt8 = 0x7A
  static let braceOpen: UInt8 = 0x7B
  static let bar: UInt8 = 0x7C
  static let braceClose: UInt8 = 0x7D

  @inline(__always) static func isDigit(_ byte: UInt8) -> Bool { byte >= zero && byte <= nine }

  /// Letters, digits, `$`, `_`.
  @inline(__always) static func isWordByte(_ byte: UInt8) -> Bool {
    (byte >= a && byte <= z) || (byte >= A && byte <= Z) || isDigit(byte) || byte == underscore
      || byte == dollar
  }
}
