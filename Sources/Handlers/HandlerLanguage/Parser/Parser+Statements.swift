extension Parser {
  /// Reads one statement; types and empty statements give none.
  mutating func parseStatement() throws(SyntaxFailure) -> [Statement] {
    try nested { parser throws(SyntaxFailure) in try parser.parseStatementHere() }
  }

  private mutating func parseStatementHere() throws(SyntaxFailure) -> [Statement] {
    let start = token
    switch token.kind {
    case .semicolon:
      try advance()
      return []
    case .braceOpen: return [statement(.block(try parseBlock()), at: start)]
    case .kwConst:
      if try peek().kind == .kwEnum { return try refuseEnumeration() }
      return [try parseVariables(.const)]
    case .kwVar:
      refuse(.variableKeyword, "`var` is not part of the language", "use `const` or `let`", token)
      return [try parseVariables(.let)]
    case .kwFunction: return try parseFunctionDeclaration()
    case .kwIf: return [try parseIf()]
    case .kwReturn: return [try parseReturn()]
    case .kwFor: return try parseFor()
    case .kwSwitch: return [try parseSwitch()]
    case .kwBreak, .kwContinue: return [try parseJump()]
    case .kwImport:
      if let next = Optional(try peek()), next.kind == .parenOpen || next.kind == .dot { break }
      throw SyntaxFailure(
        .misplacedStatement, "`import` stands inside a block", "move it to the top of the file",
        token)
    case .kwExport:
      throw SyntaxFailure(
        .misplacedStatement, "`export` stands inside a block", "move it to the top level", token)
    case .identifier:
      if let statements = try parseContextualStatement() { return statements }
    default:
      if let statements = try parseRefusedStatement() { return statements }
    }
    return [try parseExpressionStatement()]
  }

  /// Mutating, so that the parser is not copied while its argument is being read.
  mutating func statement(_ kind: Statement.Kind, at token: Token) -> Statement {
    Statement(position: position(token), kind: kind)
  }

  /// Reads `{ … }`.
  mutating func parseBlock() throws(SyntaxFailure) -> [Statement] {
    try expect(.braceOpen, "{")
    let statements = parseStatements()
    try expect(.braceClose, "}")
    return statements
  }

  private mutating func parseExpressionStatement() throws(SyntaxFailure) -> Statement {
    let start = token
    let expression = try parseExpression()
    try expectStatementEnd()
    return statement(.expression(expression), at: start)
  }

  /// Statements that start with a word which is a name elsewhere.
  private mutating func parseContextualStatement() throws(SyntaxFailure) -> [Statement]? {
    let next = try peek()
    if atWord("let")
      && (next.kind == .identifier || next.kind == .braceOpen || next.kind == .bracketOpen)
    {
      return [try parseVariables(.let)]
    }
    if atWord("assert") { return [try parseAssert()] }
    if next.kind == .colon {
      refuse(
        .label, "labels are not part of the language", "put the loops into a function and return",
        token)
      try advance()
      try advance()
      return try parseStatement()
    }
    if atWord("async") && next.kind == .kwFunction && !next.newlineBefore {
      refuseAsync(token)
      try advance()
      return try parseFunctionDeclaration()
    }
    guard !next.newlineBefore else { return nil }
    return try parseTypeStatement(next)
  }

  /// An arm of `if` or a loop's body: a declaration cannot stand there without braces.
  mutating func parseBranch() throws(SyntaxFailure) -> Statement {
    let start = token
    var isDeclaration = token.kind == .kwConst || token.kind == .kwFunction
    if atWord("let") { isDeclaration = try peek().kind == .identifier }
    if isDeclaration {
      throw SyntaxFailure(
        .misplacedStatement, "a declaration stands where only a statement can",
        "put it into `{ }`", token)
    }
    let statements = try parseStatement()
    if statements.count == 1 { return statements[0] }
    return statement(.block(statements), at: start)
  }

  private mutating func parseIf() throws(SyntaxFailure) -> Statement {
    let start = token
    try advance()
    let test = try parseParenthesized()
    let then = try parseBranch()
    let otherwise: Statement? = try take(.kwElse) ? try parseBranch() : nil
    return statement(.if(test: test, then: then, otherwise: otherwise), at: start)
  }

  /// Reads `( expression )`.
  mutating func parseParenthesized() throws(SyntaxFailure) -> Expression {
    try expect(.parenOpen, "(")
    let expression = try unrestricted { parser throws(SyntaxFailure) in
      try parser.parseExpression()
    }
    try expect(.parenClose, ")")
    return expression
  }

  private mutating func parseReturn() throws(SyntaxFailure) -> Statement {
    let start = token
    guard !functions.isEmpty else {
      throw SyntaxFailure(
        .misplacedStatement, "`return` stands outside of a function", nil, token)
    }
    try advance()
    var value: Expression?
    if token.kind != .semicolon, token.kind != .braceClose, token.kind != .endOfFile,
      !token.newlineBefore
    {
      value = try parseExpression()
    }
    try expectStatementEnd()
    return statement(.return(value), at: start)
  }

  private mutating func parseJump() throws(SyntaxFailure) -> Statement {
    let start = token
    let isBreak = token.kind == .kwBreak
    let isInside = isBreak ? !breakables.isEmpty : breakables.contains(.loop)
    guard isInside else {
      throw SyntaxFailure(
        .misplacedStatement,
        "`\(text(token))` stands outside of a \(isBreak ? "loop or `switch`" : "loop")", nil, token)
    }
    try advance()
    if token.kind == .identifier, !token.newlineBefore {
      refuse(
        .label, "labels are not part of the language", "put the loops into a function and return",
        token)
      try advance()
    }
    try expectStatementEnd()
    return statement(isBreak ? .break : .continue, at: start)
  }

  /// `assert condition[, message]`; `assert(condition, message)` is the same. An answer in the
  /// place of the message, `assert condition, Response.json(…)`, is what the function returns where
  /// the condition does not hold.
  private mutating func parseAssert() throws(SyntaxFailure) -> Statement {
    let start = token
    try advance()
    let opening = token.start
    if token.kind == .parenOpen, !rejectedAsserts.contains(opening) {
      let place = checkpoint()
      if let call = try? parseAssertCall() { return statement(call, at: start) }
      restore(place)
      rejectedAsserts.insert(opening)
    }
    let condition = try parseAssignment()
    let message: Expression? = try take(.comma) ? try parseAssignment() : nil
    try expectStatementEnd()
    return statement(assertion(condition, message), at: start)
  }

  private mutating func assertion(
    _ condition: Expression, _ message: Expression?
  ) -> Statement.Kind {
    guard let message, message.isAnswer, !functions.isEmpty else {
      return .assert(condition, message: message)
    }
    return .if(
      test: make(.unary(.not, condition), at: condition.position),
      then: Statement(position: message.position, kind: .return(message)), otherwise: nil)
  }

  private mutating func parseAssertCall() throws(SyntaxFailure) -> Statement.Kind {
    try advance()
    let (condition, message) = try unrestricted { parser throws(SyntaxFailure) in
      let condition = try parser.parseAssignment()
      try parser.expect(.comma, ",")
      return (condition, try parser.parseAssignment())
    }
    _ = try take(.comma)
    try expect(.parenClose, ")")
    try expectStatementEnd()
    return assertion(condition, message)
  }
}

extension Expression {
  /// Whether this is written as an answer: `Response.json(…)` and its like.
  fileprivate var isAnswer: Bool {
    guard case .call(let callee, _, isOptional: false) = kind,
      case .member(let object, _, isOptional: false) = callee.kind,
      case .identifier("Response") = object.kind
    else { return false }
    return true
  }
}
