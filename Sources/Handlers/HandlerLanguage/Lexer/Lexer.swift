/// Cuts the bytes of one file into tokens, on demand: what a `/`, `<`, `}` or `>` means depends on
/// where the parser is. A copy of the value is a place to come back to.
struct Lexer: Sendable {
  let bytes: [UInt8]
  /// The next byte to look at.
  var offset = 0
  var line = 1
  /// Where the current line starts.
  var lineStart = 0
  /// How many bytes of the current line up to `offset` stand for no UTF-16 unit of their own.
  var extraBytes = 0

  /// - Parameter bytes: well-formed UTF-8.
  init(bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      offset = 3
      lineStart = 3
    }
    if byte(0) == Ascii.hash && byte(1) == Ascii.bang { skipToLineEnd() }
  }

  /// The byte that many places on; 0 behind the end.
  @inline(__always) func byte(_ ahead: Int) -> UInt8 {
    let index = offset + ahead
    return index < bytes.count ? bytes[index] : 0
  }

  var isAtEnd: Bool { offset >= bytes.count }
  /// Column of `offset`, from 1, in UTF-16 units.
  var column: Int { offset - lineStart - extraBytes + 1 }

  /// The next token.
  mutating func next() throws(SyntaxFailure) -> Token {
    let newline = try skipTrivia()
    var token = Token(
      kind: .endOfFile, start: offset, end: offset, line: line, column: column,
      newlineBefore: newline)
    guard !isAtEnd else { return token }
    let first = bytes[offset]
    switch first {
    case Ascii.a...Ascii.z, Ascii.A...Ascii.Z, Ascii.dollar, Ascii.underscore:
      token.kind = scanWord()
    case Ascii.zero...Ascii.nine:
      token.kind = try scanNumber(from: token)
    case Ascii.dot where Ascii.isDigit(byte(1)):
      token.kind = try scanNumber(from: token)
    case Ascii.doubleQuote, Ascii.singleQuote:
      try scanString(quote: first, from: token)
      token.kind = .string
    case Ascii.backtick:
      offset += 1
      token.kind = try scanTemplatePiece(from: token) ? .template : .templateHead
    case Ascii.hash:
      offset += 1
      guard Ascii.isWordByte(byte(0)) else { throw unexpectedCharacter(at: token) }
      _ = scanWord()
      token.kind = .privateName
    case Ascii.backslash:
      throw SyntaxFailure(
        .identifierEscape, "an escape cannot stand in a name", "write the character itself", token)
    case 0x80...:
      guard startsIdentifier(scalar(at: offset)) else { throw unexpectedCharacter(at: token) }
      token.kind = scanWord()
    default:
      guard let kind = scanPunctuator() else { throw unexpectedCharacter(at: token) }
      token.kind = kind
    }
    token.end = offset
    return token
  }

  private mutating func unexpectedCharacter(at token: Token) -> SyntaxFailure {
    let found = scalar(at: token.start)
    offset = token.start
    advance(over: found)
    let shown =
      found.value < 0x20 || found.value == 0x7F
      ? "U+00" + (found.value < 16 ? "0" : "") + String(found.value, radix: 16, uppercase: true)
      : "`\(found)`"
    return SyntaxFailure(.unexpectedCharacter, "unexpected character \(shown)", nil, token)
  }

  // MARK: White space and comments

  /// Skips white space and comments. Returns whether a line end was among them.
  private mutating func skipTrivia() throws(SyntaxFailure) -> Bool {
    var sawNewline = offset == 0
    while !isAtEnd {
      switch bytes[offset] {
      case Ascii.space, Ascii.tab, 0x0B, 0x0C: offset += 1
      case Ascii.lineFeed, Ascii.carriageReturn:
        takeNewline()
        sawNewline = true
      case Ascii.slash where byte(1) == Ascii.slash: skipToLineEnd()
      case Ascii.slash where byte(1) == Ascii.star:
        if try skipBlockComment() { sawNewline = true }
      case 0x80...:
        let next = scalar(at: offset)
        if next == "\u{2028}" || next == "\u{2029}" {
          takeNewline()
          sawNewline = true
        } else if next.properties.isWhitespace || next == "\u{FEFF}" {
          advance(over: next)
        } else {
          return sawNewline
        }
      default: return sawNewline
      }
    }
    return sawNewline
  }

  mutating func skipToLineEnd() {
    while !isAtEnd {
      let next = bytes[offset]
      if next == Ascii.lineFeed || next == Ascii.carriageReturn { return }
      if next < 0x80 {
        offset += 1
      } else {
        let scalar = scalar(at: offset)
        if scalar == "\u{2028}" || scalar == "\u{2029}" { return }
        advance(over: scalar)
      }
    }
  }

  private mutating func skipBlockComment() throws(SyntaxFailure) -> Bool {
    let start = place
    var sawNewline = false
    offset += 2
    while !isAtEnd {
      if bytes[offset] == Ascii.star && byte(1) == Ascii.slash {
        offset += 2
        return sawNewline
      }
      if takeAnyCharacter() { sawNewline = true }
    }
    throw SyntaxFailure(
      .unterminatedComment, "the comment that starts here does not end", "close it with `*/`",
      start)
  }

  // MARK: Moving on

  /// A token without extent at the current offset, for diagnostics.
  var place: Token {
    Token(
      kind: .endOfFile, start: offset, end: offset, line: line, column: column,
      newlineBefore: false)
  }

  /// Steps over one character and tells whether it ended a line.
  mutating func takeAnyCharacter() -> Bool {
    let next = bytes[offset]
    if next == Ascii.lineFeed || next == Ascii.carriageReturn {
      takeNewline()
      return true
    }
    if next < 0x80 {
      offset += 1
      return false
    }
    let scalar = scalar(at: offset)
    if scalar == "\u{2028}" || scalar == "\u{2029}" {
      takeNewline()
      return true
    }
    advance(over: scalar)
    return false
  }

  /// Steps over one line end; a carriage return and line feed are one.
  mutating func takeNewline() {
    if bytes[offset] >= 0x80 {
      offset += 3
    } else {
      offset += bytes[offset] == Ascii.carriageReturn && byte(1) == Ascii.lineFeed ? 2 : 1
    }
    line += 1
    lineStart = offset
    extraBytes = 0
  }

  /// Steps over one scalar that ends no line.
  mutating func advance(over scalar: Unicode.Scalar) {
    let length = UTF8.width(scalar)
    offset += length
    extraBytes += length - UTF16.width(scalar)
  }

  /// The scalar that starts at an offset. The bytes are well-formed.
  func scalar(at index: Int) -> Unicode.Scalar {
    let lead = UInt32(bytes[index])
    func tail(_ ahead: Int) -> UInt32 {
      index + ahead < bytes.count ? UInt32(bytes[index + ahead]) & 0x3F : 0
    }
    let value: UInt32
    switch lead {
    case ..<0x80: value = lead
    case ..<0xE0: value = (lead & 0x1F) << 6 | tail(1)
    case ..<0xF0: value = (lead & 0x0F) << 12 | tail(1) << 6 | tail(2)
    default: value = (lead & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3)
    }
    return Unicode.Scalar(value) ?? "\u{FFFD}"
  }
}
