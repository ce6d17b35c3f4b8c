extension Parser {
  mutating func parseObject() throws(SyntaxFailure) -> Expression {
    let start = token
    try advance()
    let members = try unrestricted { parser throws(SyntaxFailure) in
      var members: [ObjectMember] = []
      while parser.token.kind != .braceClose {
        members.append(try parser.parseObjectMember())
        try parser.expectSeparator(before: .braceClose, "}")
      }
      return members
    }
    try advance()
    return make(.object(members), at: start)
  }

  private mutating func parseObjectMember() throws(SyntaxFailure) -> ObjectMember {
    if try take(.ellipsis) { return .spread(try parseAssignment()) }
    try refuseModifiers()
    let start = token
    let key = try parsePropertyKey()
    if token.kind == .parenOpen || token.kind == .less {
      let name: String? = if case .literal(let literal) = key { literal.text } else { nil }
      return .property(key, try parseMethod(name: name, at: start))
    }
    if try take(.colon) {
      if case .literal(let literal) = key, literal.text == "__proto__" {
        refuse(
          .prototypeKey, "`__proto__` would set a prototype, which objects do not have",
          "use another name", start)
      }
      let value = try parseAssignment()
      if case .literal(let literal) = key { return .property(key, named(value, literal.text)) }
      return .property(key, value)
    }
    guard start.kind == .identifier else {
      if start.kind.isKeyword {
        throw SyntaxFailure(
          .reservedWord, "`\(text(start))` is a reserved word, not a name",
          "write `\(text(start)): value`", start)
      }
      throw unexpected("expected `:`")
    }
    if token.kind == .assign {
      throw SyntaxFailure(
        .destructuringAssignment, "destructuring cannot assign to what is already there",
        "declare new names with `const`, or assign one by one", token)
    }
    let name = text(start)
    return .property(key, make(name == "undefined" ? .undefined : .identifier(name), at: start))
  }

  /// Names `get`, `set`, `async` and `*` before a key, and steps over them.
  private mutating func refuseModifiers() throws(SyntaxFailure) {
    if token.kind == .star {
      refuseGenerator(token)
      try advance()
    }
    guard atWord("get") || atWord("set") || atWord("async") else { return }
    switch try peek().kind {
    case .comma, .colon, .parenOpen, .braceClose, .less, .assign: return
    default: break
    }
    if atWord("async") {
      refuseAsync(token)
    } else {
      refuse(
        .accessor, "getters and setters are not part of the language",
        "use a field or a function", token)
    }
    try advance()
    if token.kind == .star { try refuseModifiers() }
  }

  /// Reads the key of an object literal or pattern.
  mutating func parsePropertyKey() throws(SyntaxFailure) -> PropertyKey {
    switch token.kind {
    case .string:
      let value = try stringValue(token)
      try advance()
      return .literal(value)
    case .number:
      let value = lexer.numberValue(of: token)
      try advance()
      return .literal(StringLiteral(NumberKey.text(of: value)))
    case .bracketOpen:
      try advance()
      let key = try unrestricted { parser throws(SyntaxFailure) in try parser.parseAssignment() }
      try expect(.bracketClose, "]")
      return .computed(key)
    case .privateName: throw privateNameFailure()
    default:
      guard token.kind.isWord else { throw unexpected("expected a property name") }
      let name = text(token)
      try advance()
      return .literal(StringLiteral(name))
    }
  }
}
