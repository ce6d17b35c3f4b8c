import Encodings

/// JSX. Reference: the JSX specification, and the white-space rules that every compiler shares.
extension Parser {
  /// Reads an element or fragment, its `<` being the current token.
  mutating func parseElement() throws(SyntaxFailure) -> Expression {
    let element = try parseElementHere()
    try advance()
    return element
  }

  /// The closing `>` is the current token afterwards: what follows it may be text.
  private mutating func parseElementHere() throws(SyntaxFailure) -> Expression {
    let start = token
    try advance()
    let name = try parseTagName()
    let tag = try tagKind(name, start)
    var attributes: [JSXElement.Attribute] = []
    if !name.isEmpty {
      if token.kind == .less { try skipTypeArgumentsIfPresent() }
      attributes = try unrestricted { parser throws(SyntaxFailure) in
        try parser.parseAttributes()
      }
    }
    var children: [JSXElement.Child] = []
    if token.kind == .slash, !name.isEmpty {
      try advance()
      guard token.kind == .greater else { throw unexpected("expected `>`") }
    } else {
      guard token.kind == .greater else { throw unexpected("expected `>`") }
      children = try unrestricted { parser throws(SyntaxFailure) in
        try parser.parseChildren(of: name, start)
      }
    }
    return make(
      .jsx(JSXElement(tag: tag, attributes: attributes, children: children)), at: start)
  }

  /// Reads a name such as `my-element`, `svg:path` or `Table.Row`; empty for a fragment.
  private mutating func parseTagName() throws(SyntaxFailure) -> String {
    guard token.kind.isWord else { return "" }
    var name = try takeMarkupName()
    while token.kind == .dot {
      try advance()
      guard token.kind.isWord else { throw unexpected("expected a name") }
      name += "." + text(token)
      try advance()
    }
    return name
  }

  /// Takes a name that may hold `-` and one `:`.
  private mutating func takeMarkupName() throws(SyntaxFailure) -> String {
    let start = token.start
    while Ascii.isWordByte(lexer.byte(0)) || lexer.byte(0) == Ascii.minus
      || (lexer.byte(0) == 0x3A && Ascii.isWordByte(lexer.byte(1)))
    {
      lexer.offset += 1
    }
    let name = String(decoding: file.bytes[start..<lexer.offset], as: UTF8.self)
    try advance()
    return name
  }

  private mutating func tagKind(
    _ name: String, _ start: Token
  ) throws(SyntaxFailure) -> JSXElement.Tag {
    guard let first = name.utf8.first else { return .fragment }
    let parts = name.split(separator: ".")
    let isLowerCase = (Ascii.a...Ascii.z).contains(first)
    if parts.count == 1, isLowerCase || name.contains("-") || name.contains(":") {
      return .element(name)
    }
    var component = make(.identifier(String(parts[0])), at: start)
    for part in parts.dropFirst() {
      try addLink()
      component = make(.member(component, name: String(part), isOptional: false), at: start)
    }
    return .component(component)
  }

  // MARK: Attributes

  private mutating func parseAttributes() throws(SyntaxFailure) -> [JSXElement.Attribute] {
    var attributes: [JSXElement.Attribute] = []
    while token.kind != .greater && token.kind != .slash {
      if try take(.braceOpen) {
        guard try take(.ellipsis) else { throw unexpected("expected `...`") }
        attributes.append(.spread(try parseAssignment()))
        try expect(.braceClose, "}")
        continue
      }
      guard token.kind.isWord else { throw unexpected("expected an attribute, `/>` or `>`") }
      let name = try takeMarkupName()
      attributes.append(.named(name, try parseAttributeValue()))
    }
    return attributes
  }

  private mutating func parseAttributeValue() throws(SyntaxFailure) -> Expression? {
    guard token.kind == .assign else { return nil }
    if let text = try takeAttributeString() { return text }
    try advance()
    switch token.kind {
    case .braceOpen:
      try advance()
      if token.kind == .braceClose {
        throw unexpected("expected an expression")
      }
      let value = try parseExpression()
      try expect(.braceClose, "}")
      return value
    case .less: return try nested { p throws(SyntaxFailure) in try p.parseElement() }
    default: throw unexpected("expected a string or `{`")
    }
  }

  /// Takes a string behind the current `=`: it has entities instead of escapes and may span lines.
  private mutating func takeAttributeString() throws(SyntaxFailure) -> Expression? {
    while !lexer.isAtEnd,
      [Ascii.space, Ascii.tab, Ascii.lineFeed, Ascii.carriageReturn].contains(lexer.byte(0))
    {
      _ = lexer.takeAnyCharacter()
    }
    let quote = lexer.byte(0)
    guard quote == Ascii.doubleQuote || quote == Ascii.singleQuote else { return nil }
    let start = lexer.place
    lexer.offset += 1
    let first = lexer.offset
    while lexer.byte(0) != quote {
      guard !lexer.isAtEnd else {
        throw SyntaxFailure(
          .unterminatedString, "the attribute that starts here does not end", "close its quote",
          start)
      }
      _ = lexer.takeAnyCharacter()
    }
    let units = MarkupText.decodeEntities(file.bytes[first..<lexer.offset])
    lexer.offset += 1
    let value = make(.string(StringLiteral(units: units)), at: start)
    try advance()
    return value
  }

  // MARK: Children

  private mutating func parseChildren(
    of name: String, _ start: Token
  ) throws(SyntaxFailure) -> [JSXElement.Child] {
    var children: [JSXElement.Child] = []
    while true {
      if let text = try takeText() { children.append(.text(text)) }
      try advance()
      switch token.kind {
      case .braceOpen:
        if let child = try parseExpressionChild() { children.append(child) }
      case .less:
        if try peek().kind == .slash {
          try parseClosingTag(name, start)
          return children
        }
        children.append(
          .expression(try nested { p throws(SyntaxFailure) in try p.parseElementHere() }))
      default:
        throw SyntaxFailure(
          .mismatchedTag, "`<\(name)>` is not closed", "close it with `</\(name)>`", start)
      }
    }
  }

  private mutating func parseExpressionChild() throws(SyntaxFailure) -> JSXElement.Child? {
    try advance()
    if token.kind == .braceClose { return nil }
    let isSpread = try take(.ellipsis)
    let value = try parseExpression()
    guard token.kind == .braceClose else { throw unexpected("expected `}`") }
    // Arrays of children are flattened when they are rendered, so that a spread means the same.
    _ = isSpread
    return .expression(value)
  }

  private mutating func parseClosingTag(
    _ name: String, _ start: Token
  ) throws(SyntaxFailure) {
    let closing = token
    try advance()
    try advance()
    let found = try parseTagName()
    guard ByteName(found) == ByteName(name) else {
      throw SyntaxFailure(
        .mismatchedTag,
        "`</\(found)>` does not close `<\(name)>` from line \(start.line)",
        "close it with `</\(name)>`", closing)
    }
    guard token.kind == .greater else { throw unexpected("expected `>`") }
  }

  /// Takes the text up to the next `<` or `{`; nil if nothing of it is left after folding.
  private mutating func takeText() throws(SyntaxFailure) -> StringLiteral? {
    let first = lexer.offset
    while !lexer.isAtEnd, lexer.byte(0) != Ascii.less, lexer.byte(0) != Ascii.braceOpen {
      let next = lexer.byte(0)
      if next == Ascii.greater || next == Ascii.braceClose {
        let character = next == Ascii.greater ? ">" : "}"
        throw SyntaxFailure(
          .markupText, "`\(character)` cannot stand in the text of an element",
          "write `{\"\(character)\"}`", lexer.place)
      }
      _ = lexer.takeAnyCharacter()
    }
    let units = MarkupText.fold(file.bytes[first..<lexer.offset])
    return units.isEmpty ? nil : StringLiteral(units: units)
  }
}
