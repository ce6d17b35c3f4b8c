extension Parser {
  /// Reads an operand with its prefix operators.
  mutating func parseUnary() throws(SyntaxFailure) -> Expression {
    let start = token
    switch token.kind {
    case .minus: return try parsePrefix(.minus)
    case .plus: return try parsePrefix(.plus)
    case .bang: return try parsePrefix(.not)
    case .tilde: return try parsePrefix(.bitNot)
    case .kwTypeof: return try parsePrefix(.typeOf)
    case .kwVoid: return try parsePrefix(.void)
    case .kwDelete:
      refuse(
        .deleteOperator, "`delete` is not part of the language",
        "build an object without the field: `const { field, ...rest } = value`", token)
      return try parsePrefix(.void)
    case .kwAwait:
      refuseAsync(token)
      try advance()
      return try nested { parser throws(SyntaxFailure) in try parser.parseUnary() }
    case .plusPlus, .minusMinus:
      refuseIncrement(start)
      try advance()
      return try nested { parser throws(SyntaxFailure) in try parser.parseUnary() }
    default:
      let operand = try parsePostfix()
      if token.kind == .plusPlus || token.kind == .minusMinus, !token.newlineBefore {
        refuseIncrement(token)
        try advance()
      }
      return operand
    }
  }

  private mutating func parsePrefix(_ operation: UnaryOperator) throws(SyntaxFailure) -> Expression
  {
    let start = token
    try advance()
    try addLink()
    let operand = try nested { parser throws(SyntaxFailure) in try parser.parseUnary() }
    return make(.unary(operation, operand), at: start)
  }

  private mutating func refuseIncrement(_ sign: Token) {
    let assignment = sign.kind == .plusPlus ? "+= 1" : "-= 1"
    refuse(
      .increment, "`\(text(sign))` is not part of the language", "write `\(assignment)`", sign)
  }

  // MARK: Members and calls

  /// Reads a primary expression and what follows it: members, calls, elements, `!`.
  private mutating func parsePostfix() throws(SyntaxFailure) -> Expression {
    let start = token
    var expression = try parsePrimary()
    var hasOptional = false
    while true {
      switch token.kind {
      case .dot:
        try advance()
        expression = try parseMember(of: expression, isOptional: false, start)
      case .questionDot:
        hasOptional = true
        try advance()
        switch token.kind {
        case .parenOpen: expression = try parseCall(expression, isOptional: true, start)
        case .bracketOpen: expression = try parseIndex(expression, isOptional: true, start)
        case .template, .templateHead: try refuseTag()
        default: expression = try parseMember(of: expression, isOptional: true, start)
        }
      case .bracketOpen: expression = try parseIndex(expression, isOptional: false, start)
      case .parenOpen:
        expression = try parseCall(expression, isOptional: false, start)
        if let match = try parseMatchBody(expression, start) { expression = match }
      case .bang where !token.newlineBefore: try advance()
      case .template, .templateHead: try refuseTag()
      case .less where try skipTypeArgumentsOfCall(): break
      default:
        return hasOptional ? make(.optionalChain(expression), at: start) : expression
      }
      try addLink()
    }
  }

  private mutating func parseMember(
    of object: Expression, isOptional: Bool, _ start: Token
  ) throws(SyntaxFailure) -> Expression {
    if token.kind == .privateName { throw privateNameFailure() }
    guard token.kind.isWord else { throw unexpected("expected a property name") }
    let name = text(token)
    try advance()
    return make(.member(object, name: name, isOptional: isOptional), at: start)
  }

  func privateNameFailure() -> SyntaxFailure {
    SyntaxFailure(
      .privateName, "private names such as `\(text(token))` are not part of the language",
      "keep what is private in a closure", token)
  }

  private mutating func parseIndex(
    _ object: Expression, isOptional: Bool, _ start: Token
  ) throws(SyntaxFailure) -> Expression {
    try advance()
    let index = try unrestricted { parser throws(SyntaxFailure) in try parser.parseExpression() }
    try expect(.bracketClose, "]")
    return make(.index(object, index, isOptional: isOptional), at: start)
  }

  private mutating func parseCall(
    _ callee: Expression, isOptional: Bool, _ start: Token
  ) throws(SyntaxFailure) -> Expression {
    let arguments = try parseArguments()
    return make(.call(callee, arguments: arguments, isOptional: isOptional), at: start)
  }

  mutating func parseArguments() throws(SyntaxFailure) -> [Argument] {
    try expect(.parenOpen, "(")
    return try unrestricted { parser throws(SyntaxFailure) in
      var arguments: [Argument] = []
      while parser.token.kind != .parenClose {
        let isSpread = try parser.take(.ellipsis)
        arguments.append(Argument(value: try parser.parseAssignment(), isSpread: isSpread))
        try parser.expectSeparator(before: .parenClose, ")")
      }
      try parser.advance()
      return arguments
    }
  }

  private mutating func refuseTag() throws(SyntaxFailure) {
    refuse(
      .taggedTemplate, "tagged templates are not part of the language",
      "call the function with the template in parentheses", token)
    _ = try parseTemplate()
  }

  // MARK: Templates

  mutating func parseTemplate() throws(SyntaxFailure) -> Expression {
    let start = token
    var quasis: [StringLiteral] = []
    var values: [Expression] = []
    if token.kind == .template {
      quasis.append(try decode(token.start + 1, token.end - 1, isTemplate: true, start))
      try advance()
      return make(.template(quasis: quasis, values: []), at: start)
    }
    quasis.append(try decode(token.start + 1, token.end - 2, isTemplate: true, start))
    while true {
      try advance()
      values.append(
        try unrestricted { parser throws(SyntaxFailure) in try parser.parseExpression() })
      guard token.kind == .braceClose else { throw unexpected("expected `}`") }
      // The brace was read as a token of its own: the piece goes on right behind it.
      let isLast = try lexer.scanTemplatePiece(from: start)
      quasis.append(
        try decode(token.end, lexer.offset - (isLast ? 1 : 2), isTemplate: true, start))
      if isLast { break }
    }
    try advance()
    return make(.template(quasis: quasis, values: values), at: start)
  }

  /// The value of a string or template piece between two offsets.
  func decode(
    _ first: Int, _ last: Int, isTemplate: Bool, _ token: Token
  ) throws(SyntaxFailure) -> StringLiteral {
    do throws(EscapeDecoder.Failure) {
      return try EscapeDecoder.decode(file.bytes, first..<max(first, last), isTemplate: isTemplate)
    } catch {
      throw SyntaxFailure(.invalidEscape, error.message, nil, token)
    }
  }
}
