extension Parser {
  /// Reads an expression that no operator divides.
  mutating func parsePrimary() throws(SyntaxFailure) -> Expression {
    let start = token
    switch token.kind {
    case .identifier:
      if atWord("async"), let next = Optional(try peek()), next.kind == .kwFunction,
        !next.newlineBefore
      {
        refuseAsync(token)
        try advance()
        return try parseFunctionExpression()
      }
      let name = text(token)
      try advance()
      return make(name == "undefined" ? .undefined : .identifier(name), at: start)
    case .number:
      try advance()
      return make(.number(lexer.numberValue(of: start)), at: start)
    case .bigInteger:
      refuse(
        .bigInteger, "big integers such as `\(text(token))` are not part of the language",
        "use a number, or a string for large identifiers", token)
      try advance()
      return make(.number(0), at: start)
    case .string:
      let value = try stringValue(token)
      try advance()
      return make(.string(value), at: start)
    case .template, .templateHead: return try parseTemplate()
    case .kwTrue, .kwFalse:
      try advance()
      return make(.boolean(start.kind == .kwTrue), at: start)
    case .kwNull:
      try advance()
      return make(.null, at: start)
    case .parenOpen: return try parseGroup()
    case .bracketOpen: return try parseArray()
    case .braceOpen: return try parseObject()
    case .kwFunction: return try parseFunctionExpression()
    case .less: return try parseAngle()
    default: return try parseRefusedPrimary()
    }
  }

  func stringValue(_ token: Token) throws(SyntaxFailure) -> StringLiteral {
    try decode(token.start + 1, token.end - 1, isTemplate: false, token)
  }

  private mutating func parseGroup() throws(SyntaxFailure) -> Expression {
    let start = token
    if try peek().kind == .parenClose { throw unexpected("expected an expression") }
    let expression = try parseParenthesized()
    if case .logical = expression.kind { groupedLogicals.insert(expression.id) }
    // Where it starts is the parenthesis.
    return Expression(position: position(start), id: expression.id, kind: expression.kind)
  }

  private mutating func parseArray() throws(SyntaxFailure) -> Expression {
    let start = token
    try advance()
    let elements = try unrestricted { parser throws(SyntaxFailure) in
      var elements: [ArrayElement] = []
      while parser.token.kind != .bracketClose {
        if parser.token.kind == .comma {
          parser.refuse(
            .hole, "an array element is missing", "write `undefined`", parser.token)
          try parser.advance()
          continue
        }
        if try parser.take(.ellipsis) {
          elements.append(.spread(try parser.parseAssignment()))
        } else {
          elements.append(.value(try parser.parseAssignment()))
        }
        try parser.expectSeparator(before: .bracketClose, "]")
      }
      return elements
    }
    try advance()
    return make(.array(elements), at: start)
  }

  /// What starts with `<`: markup in a file that can hold it.
  private mutating func parseAngle() throws(SyntaxFailure) -> Expression {
    if file.allowsJSX { return try nested { p throws(SyntaxFailure) in try p.parseElement() } }
    throw SyntaxFailure(
      .markupOutsideMarkupFile, "`<` cannot start an expression in this file",
      "write markup in a .tsx or .jsx file, and a type assertion as `value as Type`", token)
  }

  // MARK: Refused

  private mutating func parseRefusedPrimary() throws(SyntaxFailure) -> Expression {
    let start = token
    switch token.kind {
    case .kwThis:
      refuseThis()
      try advance()
    case .kwSuper:
      refuse(.superKeyword, "`super` is not part of the language", "use functions", token)
      try advance()
    case .kwNew: return try refuseNew()
    case .kwClass: _ = try refuseClass()
    case .kwImport:
      refuse(
        .dynamicImport, "`import` inside of an expression is not part of the language",
        "write `import { name } from \"./file\"` at the top of the file", token)
      try advance()
      if token.kind == .dot {
        try advance()
        try advance()
      }
    case .slash, .slashAssign:
      refuse(
        .regularExpression, "regular expressions are not part of the language",
        "use `includes`, `startsWith`, `endsWith`, `split`, or a loop over the characters", token)
      if !lexer.skipRegularExpression(from: token) {
        module.isBroken = true
      }
      try advance()
    case .privateName: throw privateNameFailure()
    case .at:
      throw SyntaxFailure(
        .decorator, "decorators are not part of the language", "call the function with the value",
        token)
    default:
      throw unexpected("expected an expression")
    }
    return make(.undefined, at: start)
  }

  private mutating func refuseNew() throws(SyntaxFailure) -> Expression {
    let start = token
    try advance()
    var name = token.kind == .identifier ? text(token) : ""
    let isTarget = try take(.dot)
    if isTarget { name = "target" }
    refuse(
      .newKeyword,
      "`new\(name.isEmpty ? "" : isTarget ? ".\(name)" : " \(name)")` is not part of the language",
      UnavailableNames.insteadOfNew(name), start)
    if name.isEmpty {
      _ = try nested { p throws(SyntaxFailure) in try p.parsePrimary() }
    } else {
      try advance()
    }
    while try take(.dot) { try advance() }
    if token.kind == .less { _ = try skipTypeArgumentsOfCall() }
    if token.kind == .parenOpen { _ = try parseArguments() }
    return make(.undefined, at: start)
  }
}
