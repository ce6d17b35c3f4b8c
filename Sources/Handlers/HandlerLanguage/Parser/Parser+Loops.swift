extension Parser {
  // MARK: for … of

  mutating func parseFor() throws(SyntaxFailure) -> [Statement] {
    let start = token
    try advance()
    if token.kind == .kwAwait {
      refuseAsync(token)
      try advance()
    }
    guard token.kind == .parenOpen else { throw unexpected("expected `(`") }
    guard let kind = try loopDeclaration() else {
      try refuseLoopHead(start)
      return []
    }
    let place = checkpoint()
    try advance()
    try advance()
    let pattern = try parsePattern(kind == .const ? .const : .let)
    try skipTypeAnnotation()
    guard atWord("of") else {
      restore(place)
      try refuseLoopHead(start)
      return []
    }
    try advance()
    let iterable = try unrestricted { parser throws(SyntaxFailure) in
      try parser.parseAssignment()
    }
    try expect(.parenClose, ")")
    let body = try parseLoopBody()
    return [statement(.forOf(kind, pattern, iterable: iterable, body: body), at: start)]
  }

  /// `const` or `let` behind the opening parenthesis; nil for anything else.
  private mutating func loopDeclaration() throws(SyntaxFailure) -> DeclarationKind? {
    let next = try peek()
    if next.kind == .kwConst { return .const }
    if next.kind == .kwVar {
      refuse(.variableKeyword, "`var` is not part of the language", "use `const` or `let`", next)
      return .let
    }
    return isWord(next, "let") ? .let : nil
  }

  private mutating func parseLoopBody() throws(SyntaxFailure) -> Statement {
    breakables.append(.loop)
    defer { breakables.removeLast() }
    return try parseBranch()
  }

  /// Names the kind of loop whose head starts at the current parenthesis, and skips the loop.
  private mutating func refuseLoopHead(_ start: Token) throws(SyntaxFailure) {
    var open = 0
    var sawSemicolon = false
    var sawIn = false
    repeat {
      switch token.kind {
      case .parenOpen, .bracketOpen, .braceOpen: open += 1
      case .parenClose, .bracketClose, .braceClose: open -= 1
      case .semicolon: sawSemicolon = true
      case .kwIn: sawIn = true
      case .endOfFile: throw unexpected("expected `)`")
      default: break
      }
      try advance()
    } while open > 0
    if sawSemicolon {
      refuse(
        .countingLoop, "`for (…; …; …)` is not part of the language",
        "write `for (const i of range(n))`", start)
    } else if sawIn {
      refuse(
        .forInLoop, "`for…in` is not part of the language",
        "write `for (const key of Object.keys(value))`", start)
    } else {
      refuse(
        .undeclaredLoopVariable, "the loop does not declare its variable",
        "write `for (const item of items)`", start)
    }
    try skipRefusedBody()
  }

  /// Reads a body whose names may not be declared, for the other things to say about it.
  private mutating func skipRefusedBody() throws(SyntaxFailure) {
    module.isBroken = true
    _ = try parseLoopBody()
  }

  // MARK: Refused loops

  mutating func refuseWhile() throws(SyntaxFailure) -> [Statement] {
    refuse(
      .whileLoop, "`while` is not part of the language",
      "write `for (const item of items)` or `for (const i of range(n))`, with `break`", token)
    try advance()
    _ = try parseParenthesized()
    _ = try parseLoopBody()
    return []
  }

  mutating func refuseDo() throws(SyntaxFailure) -> [Statement] {
    refuse(
      .whileLoop, "`do … while` is not part of the language",
      "write `for (const item of items)` or `for (const i of range(n))`, with `break`", token)
    try advance()
    _ = try parseLoopBody()
    guard token.kind == .kwWhile else { throw unexpected("expected `while`") }
    try advance()
    _ = try parseParenthesized()
    _ = try take(.semicolon)
    return []
  }

  // MARK: switch

  mutating func parseSwitch() throws(SyntaxFailure) -> Statement {
    let start = token
    try advance()
    let subject = try parseParenthesized()
    try expect(.braceOpen, "{")
    breakables.append(.switch)
    defer { breakables.removeLast() }
    var cases: [SwitchCase] = []
    var hasDefault = false
    while token.kind != .braceClose {
      let next = try parseSwitchCase()
      if next.isDefault {
        if hasDefault { throw unexpected("expected one `default`", nil) }
        hasDefault = true
      }
      cases.append(next)
    }
    try advance()
    return statement(.switch(subject, cases), at: start)
  }

  /// Reads labels that share a body, and the body.
  private mutating func parseSwitchCase() throws(SyntaxFailure) -> SwitchCase {
    var result = SwitchCase(tests: [], isDefault: false, body: [])
    let start = token
    while true {
      if try take(.kwCase) {
        result.tests.append(
          try unrestricted { parser throws(SyntaxFailure) in try parser.parseExpression() })
      } else if token.kind == .kwDefault, !result.isDefault {
        try advance()
        result.isDefault = true
      } else {
        break
      }
      try expect(.colon, ":")
    }
    guard !result.tests.isEmpty || result.isDefault else {
      throw unexpected("expected `case`, `default` or `}`")
    }
    while token.kind != .braceClose, token.kind != .kwCase, token.kind != .kwDefault,
      token.kind != .endOfFile
    {
      result.body += try parseStatement()
    }
    if token.kind != .braceClose, !Self.leaves(result.body) {
      refuse(
        .fallThrough, "this case runs on into the next one",
        "end it with `break` or `return`, or put the labels side by side", start)
    }
    Self.dropClosingBreak(&result.body)
    return result
  }

  /// Whether control cannot reach the end of statements.
  private static func leaves(_ statements: [Statement]) -> Bool {
    guard let last = statements.last else { return false }
    switch last.kind {
    case .break, .continue, .return: return true
    case .block(let inner): return leaves(inner)
    case .if(_, let then, let otherwise):
      guard let otherwise else { return false }
      return leaves([then]) && leaves([otherwise])
    default: return false
    }
  }

  private static func dropClosingBreak(_ statements: inout [Statement]) {
    guard let last = statements.last else { return }
    if case .break = last.kind {
      statements.removeLast()
    } else if case .block(var inner) = last.kind {
      dropClosingBreak(&inner)
      statements[statements.count - 1].kind = .block(inner)
    }
  }
}
