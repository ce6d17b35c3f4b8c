extension Lexer {
  func startsIdentifier(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isIDStart
  }

  /// Scans a name or reserved word whose first character is known to start one.
  mutating func scanWord() -> Token.Kind {
    let start = offset
    var isPlain = true
    while !isAtEnd {
      let next = bytes[offset]
      if Ascii.isWordByte(next) {
        offset += 1
      } else if next >= 0x80 {
        let scalar = scalar(at: offset)
        guard
          scalar.properties.isIDContinue || scalar == "\u{200C}" || scalar == "\u{200D}"
        else { break }
        isPlain = false
        advance(over: scalar)
      } else {
        break
      }
    }
    let length = offset - start
    guard isPlain, length >= 2, length <= 10, bytes[start] >= Ascii.a else { return .identifier }
    return Token.keywords[String(decoding: bytes[start..<offset], as: UTF8.self)] ?? .identifier
  }

  /// Scans a punctuator, the longest that fits; nil if none does. Of those that start with `>`
  /// only the one character is taken: two closing type lists look like a shift.
  mutating func scanPunctuator() -> Token.Kind? {
    let first = bytes[offset]
    let (kind, length) = punctuator(first, byte(1), byte(2), byte(3))
    guard length > 0 else { return nil }
    offset += length
    return kind
  }

  private func punctuator(
    _ first: UInt8, _ second: UInt8, _ third: UInt8, _ fourth: UInt8
  ) -> (Token.Kind, Int) {
    let equal = Ascii.equal
    switch first {
    case Ascii.braceOpen: return (.braceOpen, 1)
    case Ascii.braceClose: return (.braceClose, 1)
    case 0x28: return (.parenOpen, 1)
    case 0x29: return (.parenClose, 1)
    case Ascii.bracketOpen: return (.bracketOpen, 1)
    case Ascii.bracketClose: return (.bracketClose, 1)
    case Ascii.dot:
      return second == Ascii.dot && third == Ascii.dot ? (.ellipsis, 3) : (.dot, 1)
    case Ascii.semicolon: return (.semicolon, 1)
    case 0x2C: return (.comma, 1)
    case 0x3A: return (.colon, 1)
    case 0x40: return (.at, 1)
    case 0x7E: return (.tilde, 1)
    case Ascii.question:
      if second == Ascii.question { return third == equal ? (.coalesceAssign, 3) : (.coalesce, 2) }
      if second == Ascii.dot && !Ascii.isDigit(third) { return (.questionDot, 2) }
      return (.question, 1)
    case Ascii.less:
      if second == Ascii.less { return third == equal ? (.shiftLeftAssign, 3) : (.shiftLeft, 2) }
      return second == equal ? (.lessEqual, 2) : (.less, 1)
    case Ascii.greater: return (.greater, 1)
    case equal:
      if second == equal { return third == equal ? (.identical, 3) : (.equalEqual, 2) }
      return second == Ascii.greater ? (.arrow, 2) : (.assign, 1)
    case Ascii.bang:
      guard second == equal else { return (.bang, 1) }
      return third == equal ? (.notIdentical, 3) : (.notEqual, 2)
    case Ascii.plus:
      if second == Ascii.plus { return (.plusPlus, 2) }
      return second == equal ? (.plusAssign, 2) : (.plus, 1)
    case Ascii.minus:
      if second == Ascii.minus { return (.minusMinus, 2) }
      return second == equal ? (.minusAssign, 2) : (.minus, 1)
    case Ascii.star:
      if second == Ascii.star { return third == equal ? (.starStarAssign, 3) : (.starStar, 2) }
      return second == equal ? (.starAssign, 2) : (.star, 1)
    case Ascii.slash: return second == equal ? (.slashAssign, 2) : (.slash, 1)
    case Ascii.percent: return second == equal ? (.percentAssign, 2) : (.percent, 1)
    case Ascii.ampersand:
      if second == Ascii.ampersand { return third == equal ? (.andAssign, 3) : (.andAnd, 2) }
      return second == equal ? (.ampersandAssign, 2) : (.ampersand, 1)
    case Ascii.bar:
      if second == Ascii.bar { return third == equal ? (.orAssign, 3) : (.orOr, 2) }
      if second == Ascii.greater { return (.pipe, 2) }
      return second == equal ? (.barAssign, 2) : (.bar, 1)
    case 0x5E: return second == equal ? (.caretAssign, 2) : (.caret, 1)
    default: return (.endOfFile, 0)
    }
  }

  /// Where an operator can stand: takes the rest of a `>=`, `>>`, `>>>` or their assignments.
  mutating func extendGreater(_ token: inout Token) {
    guard token.kind == .greater else { return }
    let second = byte(0)
    let third = byte(1)
    let fourth = byte(2)
    let (kind, more): (Token.Kind, Int) =
      if second == Ascii.equal {
        (.greaterEqual, 1)
      } else if second != Ascii.greater {
        (.greater, 0)
      } else if third == Ascii.equal {
        (.shiftRightAssign, 2)
      } else if third != Ascii.greater {
        (.shiftRight, 1)
      } else if fourth == Ascii.equal {
        (.shiftRightUnsignedAssign, 3)
      } else {
        (.shiftRightUnsigned, 2)
      }
    token.kind = kind
    offset += more
    token.end = offset
  }
}
