extension Parser {
  /// Reads `const …` or `let …`, the word being the current token.
  mutating func parseVariables(_ kind: DeclarationKind) throws(SyntaxFailure) -> Statement {
    let start = token
    try advance()
    var declarators: [Declarator] = []
    repeat {
      declarators.append(try parseDeclarator(kind))
    } while try take(.comma)
    try expectStatementEnd()
    return statement(.variables(kind, declarators), at: start)
  }

  private mutating func parseDeclarator(
    _ kind: DeclarationKind
  ) throws(SyntaxFailure) -> Declarator {
    let start = token
    let pattern = try parsePattern(kind == .const ? .const : .let)
    if token.kind == .bang { try advance() }
    try skipTypeAnnotation()
    guard try take(.assign) else {
      if case .name(let name) = pattern {
        if kind == .let { return Declarator(pattern: pattern, value: nil) }
        throw SyntaxFailure(
          .missingInitializer, "the constant `\(name.name)` has no value", "write `= …`, or `let`",
          start)
      }
      throw SyntaxFailure(
        .missingInitializer, "a destructuring declaration has no value", "write `= …`", start)
    }
    var value = try parseAssignment()
    if case .name(let name) = pattern { value = named(value, name.name) }
    return Declarator(pattern: pattern, value: value)
  }

  /// Gives a function without a name the name of what it is the value of.
  mutating func named(_ value: Expression, _ name: String) -> Expression {
    guard case .function(var function) = value.kind, function.name == nil else { return value }
    function.name = name
    return Expression(position: value.position, id: value.id, kind: .function(function))
  }

  // MARK: Patterns

  /// Reads what a declaration or parameter binds.
  mutating func parsePattern(_ kind: Binding.Kind) throws(SyntaxFailure) -> Pattern {
    try nested { parser throws(SyntaxFailure) in
      switch parser.token.kind {
      case .braceOpen: try parser.parseObjectPattern(kind)
      case .bracketOpen: try parser.parseArrayPattern(kind)
      default: .name(try parser.parseBindingName(kind))
      }
    }
  }

  /// Reads a name that is being declared.
  mutating func parseBindingName(_ kind: Binding.Kind) throws(SyntaxFailure) -> BindingName {
    guard token.kind == .identifier else { throw nameFailure() }
    let name = try declare(token, kind)
    try advance()
    return name
  }

  func nameFailure() -> SyntaxFailure {
    if token.kind.isKeyword {
      return SyntaxFailure(
        .reservedWord, "`\(text(token))` is a reserved word, not a name", "choose another name",
        token)
    }
    return unexpected("expected a name")
  }

  private mutating func parseObjectPattern(_ kind: Binding.Kind) throws(SyntaxFailure) -> Pattern {
    try advance()
    var properties: [Pattern.Property] = []
    var rest: BindingName?
    while token.kind != .braceClose {
      if try take(.ellipsis) {
        rest = try parseBindingName(kind)
        break
      }
      let keyToken = token
      let key = try parsePropertyKey()
      let target: Pattern
      if try take(.colon) {
        target = try parsePattern(kind)
      } else if keyToken.kind == .identifier {
        target = .name(try declare(keyToken, kind))
      } else if keyToken.kind.isKeyword {
        throw SyntaxFailure(
          .reservedWord, "`\(text(keyToken))` is a reserved word, not a name",
          "write `\(text(keyToken)): name`", keyToken)
      } else {
        throw unexpected("expected `:`")
      }
      let fallback = try parseFallback(for: target)
      properties.append(Pattern.Property(key: key, target: target, fallback: fallback))
      guard try take(.comma) else { break }
    }
    try expect(.braceClose, "}")
    return .object(properties, rest: rest)
  }

  private mutating func parseArrayPattern(_ kind: Binding.Kind) throws(SyntaxFailure) -> Pattern {
    try advance()
    var elements: [Pattern.Element?] = []
    var rest: Pattern?
    while token.kind != .bracketClose {
      if try take(.comma) {
        elements.append(nil)
        continue
      }
      if try take(.ellipsis) {
        rest = try parsePattern(kind)
        break
      }
      let target = try parsePattern(kind)
      let fallback = try parseFallback(for: target)
      elements.append(Pattern.Element(target: target, fallback: fallback))
      try expectSeparator(before: .bracketClose, "]")
    }
    try expect(.bracketClose, "]")
    return .array(elements, rest: rest)
  }

  /// Reads `= value` if it stands there.
  mutating func parseFallback(for target: Pattern) throws(SyntaxFailure) -> Expression? {
    guard try take(.assign) else { return nil }
    let value = try unrestricted { parser throws(SyntaxFailure) in try parser.parseAssignment() }
    if case .name(let name) = target { return named(value, name.name) }
    return value
  }
}
