extension Parser {
  /// Statements of JavaScript and TypeScript that the language does not have: named, and read over
  /// where that can be done. Nil if the current token starts none.
  mutating func parseRefusedStatement() throws(SyntaxFailure) -> [Statement]? {
    switch token.kind {
    case .kwWhile: return try refuseWhile()
    case .kwDo: return try refuseDo()
    case .kwTry: return try refuseTry()
    case .kwThrow:
      refuse(
        .throwStatement, "`throw` is not part of the language",
        "return a Response with an error status: `return Response.text(\"not found\", { status: 404 })`",
        token)
      try advance()
      let value = try parseExpression()
      try expectStatementEnd()
      return [statement(.expression(value), at: token)]
    case .kwClass: return try refuseClass()
    case .kwEnum: return try refuseEnumeration()
    case .kwWith:
      refuse(.withStatement, "`with` is not part of the language", "name the object", token)
      try advance()
      _ = try parseParenthesized()
      return [try parseBranch()]
    case .kwDebugger:
      refuse(.debugger, "`debugger` is not part of the language", "remove it", token)
      try advance()
      try expectStatementEnd()
      return []
    case .at: return try refuseDecorator()
    case .kwElse, .kwCase, .kwDefault, .kwCatch, .kwFinally, .kwExtends:
      throw unexpected("expected a statement")
    default: return nil
    }
  }

  private mutating func refuseTry() throws(SyntaxFailure) -> [Statement] {
    let start = token
    refuse(
      .tryStatement, "`try` is not part of the language",
      "check a Result, such as that of `JSON.tryParse`, with `.ok`", token)
    try advance()
    var statements = [statement(.block(try parseBlock()), at: start)]
    if try take(.kwCatch) {
      if token.kind == .parenOpen { try skipBalanced() }
      // Its error has no name here, so that names in the block would all be unknown.
      if token.kind == .braceOpen { try skipBalanced() }
    }
    if try take(.kwFinally) { statements.append(statement(.block(try parseBlock()), at: start)) }
    return statements
  }

  mutating func refuseClass() throws(SyntaxFailure) -> [Statement] {
    refuse(
      .classDeclaration, "classes are not part of the language",
      "use functions and plain objects", token)
    module.isBroken = true
    while token.kind != .braceOpen {
      guard token.kind != .endOfFile, token.kind != .semicolon else {
        throw unexpected("expected `{`")
      }
      try advance()
    }
    try skipBalanced()
    return []
  }

  mutating func refuseEnumeration() throws(SyntaxFailure) -> [Statement] {
    refuse(
      .enumeration, "`enum` is not part of the language",
      "use a constant object, `const Color = { red: \"red\" } as const`", token)
    module.isBroken = true
    while token.kind != .braceOpen {
      guard token.kind != .endOfFile, token.kind != .semicolon else {
        throw unexpected("expected `{`")
      }
      try advance()
    }
    try skipBalanced()
    return []
  }

  mutating func refuseNamespace() throws(SyntaxFailure) -> [Statement] {
    refuse(
      .namespace, "namespaces are not part of the language", "use a file of its own and `import`",
      token)
    module.isBroken = true
    while token.kind != .braceOpen {
      guard token.kind != .endOfFile, token.kind != .semicolon else {
        throw unexpected("expected `{`")
      }
      try advance()
    }
    try skipBalanced()
    return []
  }

  private mutating func refuseDecorator() throws(SyntaxFailure) -> [Statement] {
    refuse(
      .decorator, "decorators are not part of the language", "call the function with the value",
      token)
    try advance()
    _ = try parseUnary()
    return []
  }

  mutating func refuseAsync(_ token: Token) {
    refuse(
      .asynchronous, "`\(text(token))` is not part of the language",
      text(token) == "async"
        ? "calls give their results directly: leave the word out, and write `Response` for `Promise<Response>`"
        : "calls give their results directly: leave the word out", token)
  }

  mutating func refuseGenerator(_ token: Token) {
    refuse(
      .generator, "generators are not part of the language", "return an array", token)
  }

  func commaFailure() -> SyntaxFailure {
    SyntaxFailure(
      .commaOperator, "the comma operator is not part of the language",
      "write two statements", token)
  }

  /// Skips a group in brackets, the opening one being the current token.
  mutating func skipBalanced() throws(SyntaxFailure) {
    var open = 0
    repeat {
      switch token.kind {
      case .parenOpen, .bracketOpen, .braceOpen: open += 1
      case .parenClose, .bracketClose, .braceClose: open -= 1
      case .templateHead: try skipTemplate()
      case .endOfFile: throw unexpected("expected a closing bracket")
      default: break
      }
      try advance()
    } while open > 0
  }

  /// Skips a template whose head is the current token; its last piece is current afterwards.
  private mutating func skipTemplate() throws(SyntaxFailure) {
    let start = token
    while true {
      try advance()
      while token.kind != .braceClose {
        guard token.kind != .endOfFile else { throw unexpected("expected `}`") }
        if token.kind == .braceOpen {
          try skipBalanced()
        } else {
          if token.kind == .templateHead {
            try nested { p throws(SyntaxFailure) in try p.skipTemplate() }
          }
          try advance()
        }
      }
      if try lexer.scanTemplatePiece(from: start) { return }
    }
  }
}
