import Encodings

extension Lexer {
  /// Scans a number; its value is read by ``numberValue(of:)``.
  mutating func scanNumber(from token: Token) throws(SyntaxFailure) -> Token.Kind {
    let radix: UInt32? =
      if bytes[offset] == Ascii.zero {
        switch byte(1) | 0x20 {
        case 0x78: 16
        case 0x6F: 8
        case 0x62: 2
        default: nil
        }
      } else {
        nil
      }
    if let radix {
      offset += 2
      guard scanDigits(below: radix) else { throw invalidNumber(token, "has no digits") }
    } else {
      let first = bytes[offset]
      let hasInteger = first != Ascii.dot
      if hasInteger {
        if first == Ascii.zero && (Ascii.isDigit(byte(1)) || byte(1) == Ascii.underscore) {
          throw invalidNumber(token, "starts with 0", "write `0o` before an octal number")
        }
        guard scanDigits(below: 10) else { throw invalidNumber(token, "is malformed") }
      }
      try scanFractionAndExponent(token)
    }
    if byte(0) == 0x6E {
      offset += 1
      return .bigInteger
    }
    let next = byte(0)
    if Ascii.isWordByte(next) || (next >= 0x80 && startsIdentifier(scalar(at: offset))) {
      throw invalidNumber(token, "runs into a name")
    }
    return .number
  }

  private mutating func scanFractionAndExponent(_ token: Token) throws(SyntaxFailure) {
    if byte(0) == Ascii.dot {
      offset += 1
      if Ascii.isDigit(byte(0)) {
        guard scanDigits(below: 10) else { throw invalidNumber(token, "is malformed") }
      } else if byte(0) == Ascii.underscore {
        throw invalidNumber(token, "has a misplaced `_`")
      }
    }
    guard byte(0) | 0x20 == 0x65 else { return }
    let sign = byte(1) == Ascii.plus || byte(1) == Ascii.minus ? 1 : 0
    guard Ascii.isDigit(byte(1 + sign)) else { throw invalidNumber(token, "has no exponent") }
    offset += 1 + sign
    guard scanDigits(below: 10) else { throw invalidNumber(token, "is malformed") }
  }

  /// Takes digits with single underscores between them; false if there is none or an underscore
  /// is misplaced.
  private mutating func scanDigits(below radix: UInt32) -> Bool {
    var wasDigit = false
    while true {
      let next = byte(0)
      if next == Ascii.underscore {
        guard wasDigit else { return false }
        wasDigit = false
      } else if let value = Hex.valueOfAnyCase(next), value < radix {
        wasDigit = true
      } else {
        return wasDigit
      }
      offset += 1
    }
  }

  private mutating func invalidNumber(
    _ token: Token, _ what: String, _ advice: String? = nil
  ) -> SyntaxFailure {
    while Ascii.isWordByte(byte(0)) { offset += 1 }
    let text = String(decoding: bytes[token.start..<offset], as: UTF8.self)
    return SyntaxFailure(.invalidNumber, "the number `\(text)` \(what)", advice, token)
  }

  /// The value of a scanned number, correctly rounded.
  func numberValue(of token: Token) -> Double {
    var digits = bytes[token.start..<token.end].filter { $0 != Ascii.underscore }
    if digits.count > 2, digits[0] == Ascii.zero {
      switch digits[1] | 0x20 {
      case 0x78: return Self.integerValue(digits.dropFirst(2), bitsPerDigit: 4)
      case 0x6F: return Self.integerValue(digits.dropFirst(2), bitsPerDigit: 3)
      case 0x62: return Self.integerValue(digits.dropFirst(2), bitsPerDigit: 1)
      default: break
      }
    }
    if digits.first == Ascii.dot { digits.insert(Ascii.zero, at: 0) }
    if let dot = digits.firstIndex(of: Ascii.dot),
      dot + 1 == digits.count || !Ascii.isDigit(digits[dot + 1])
    {
      digits.remove(at: dot)
    }
    return Double(String(decoding: digits, as: UTF8.self)) ?? .infinity
  }

  /// Rounds half to even as a decimal literal of the same value would: the first 64 bits are kept
  /// exactly and whatever follows them only breaks ties.
  private static func integerValue(_ digits: ArraySlice<UInt8>, bitsPerDigit: Int) -> Double {
    var mantissa: UInt64 = 0
    var exponent = 0
    var sticky = false
    for digit in digits {
      let value = UInt64(Hex.valueOfAnyCase(digit) ?? 0)
      for bit in stride(from: bitsPerDigit - 1, through: 0, by: -1) {
        let next = (value >> UInt64(bit)) & 1
        if mantissa >> 62 == 0 {
          mantissa = mantissa << 1 | next
        } else {
          exponent += 1
          if next == 1 { sticky = true }
        }
      }
    }
    if sticky { mantissa |= 1 }
    guard exponent < 1_100 else { return .infinity }
    return Double(sign: .plus, exponent: exponent, significand: Double(mantissa))
  }

  // MARK: Strings and templates

  /// Scans a string without reading its value. Stands behind the closing quote afterwards.
  mutating func scanString(quote: UInt8, from token: Token) throws(SyntaxFailure) {
    offset += 1
    while !isAtEnd {
      let next = bytes[offset]
      if next == quote {
        offset += 1
        return
      }
      if next == Ascii.lineFeed || next == Ascii.carriageReturn { break }
      if next == Ascii.backslash {
        offset += 1
        if isAtEnd { break }
      }
      _ = takeAnyCharacter()
    }
    throw SyntaxFailure(
      .unterminatedString, "the string that starts here does not end on its line",
      "close it, or use a template for several lines", token)
  }

  /// Scans a piece of a template from behind its backtick or brace. Returns whether it ended with
  /// the closing backtick, rather than with `${`.
  mutating func scanTemplatePiece(from token: Token) throws(SyntaxFailure) -> Bool {
    while !isAtEnd {
      let next = bytes[offset]
      if next == Ascii.backtick {
        offset += 1
        return true
      }
      if next == Ascii.dollar && byte(1) == Ascii.braceOpen {
        offset += 2
        return false
      }
      if next == Ascii.backslash {
        offset += 1
        if isAtEnd { break }
      }
      _ = takeAnyCharacter()
    }
    throw SyntaxFailure(
      .unterminatedTemplate, "the template that starts here does not end",
      "close it with a backtick",
      token)
  }

  /// Steps behind a regular expression whose `/` stands at the token; false if it does not end on
  /// its line.
  mutating func skipRegularExpression(from token: Token) -> Bool {
    offset = token.start + 1
    var inClass = false
    while !isAtEnd {
      let next = bytes[offset]
      if next == Ascii.lineFeed || next == Ascii.carriageReturn { return false }
      if next == Ascii.backslash {
        offset += 1
        if isAtEnd { return false }
      } else if next == Ascii.bracketOpen {
        inClass = true
      } else if next == Ascii.bracketClose {
        inClass = false
      } else if next == Ascii.slash && !inClass {
        offset += 1
        while Ascii.isWordByte(byte(0)) { offset += 1 }
        return true
      }
      if bytes[offset] != Ascii.lineFeed { _ = takeAnyCharacter() }
    }
    return false
  }
}
