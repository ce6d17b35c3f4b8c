extension Parser {
  /// What stands between a function's name and its body.
  struct FunctionHead {
    var parameters: [Function.Parameter] = []
    var rest: Pattern?
    var declaredSpecs: [String] = []
    var hasResultType = false
  }

  /// Runs `body` as the inside of a new function, which gets its number.
  mutating func inFunction<Result>(
    _ body: (inout Parser, Int) throws(SyntaxFailure) -> Result
  ) throws(SyntaxFailure) -> Result {
    let id = nextFunction
    nextFunction += 1
    functions.append(id)
    let outerBreakables = breakables
    let outerBranch = inConditionalBranch
    breakables = []
    defer {
      breakables = outerBreakables
      inConditionalBranch = outerBranch
      functions.removeLast()
    }
    return try body(&self, id)
  }

  /// Reads `function name(…) { … }`. An overload without a body leaves nothing.
  mutating func parseFunctionDeclaration() throws(SyntaxFailure) -> [Statement] {
    let start = token
    try advance()
    if token.kind == .star {
      refuseGenerator(token)
      try advance()
    }
    let place = (bindings: bindings.count, functions: nextFunction)
    let name = try parseBindingName(.function)
    let function = try inFunction { parser, id throws(SyntaxFailure) -> Function? in
      let head = try parser.parseFunctionHead()
      guard parser.token.kind == .braceOpen else {
        try parser.expectStatementEnd()
        return nil
      }
      let body = try parser.parseBlock()
      return Function(
        id: id, name: name.name, position: parser.position(start), parameters: head.parameters,
        rest: head.rest, body: .block(body), declaredSpecs: head.declaredSpecs)
    }
    guard let function else {
      bindings.removeLast(bindings.count - place.bindings)
      nextFunction = place.functions
      return []
    }
    return [statement(.function(name, function), at: start)]
  }

  /// Reads a function expression.
  mutating func parseFunctionExpression() throws(SyntaxFailure) -> Expression {
    let start = token
    try advance()
    if token.kind == .star {
      refuseGenerator(token)
      try advance()
    }
    let function = try inFunction { parser, id throws(SyntaxFailure) -> Function in
      let ownName: BindingName? =
        parser.token.kind == .identifier ? try parser.parseBindingName(.functionSelf) : nil
      let head = try parser.parseFunctionHead()
      let body = try parser.unrestricted { parser throws(SyntaxFailure) in
        try parser.parseBlock()
      }
      return Function(
        id: id, name: ownName?.name, selfBinding: ownName, position: parser.position(start),
        parameters: head.parameters, rest: head.rest, body: .block(body),
        declaredSpecs: head.declaredSpecs)
    }
    return make(.function(function), at: start)
  }

  /// Reads a method of an object literal from behind its key.
  mutating func parseMethod(name: String?, at start: Token) throws(SyntaxFailure) -> Expression {
    let function = try inFunction { parser, id throws(SyntaxFailure) -> Function in
      let head = try parser.parseFunctionHead()
      let body = try parser.parseBlock()
      return Function(
        id: id, name: name, position: parser.position(start), parameters: head.parameters,
        rest: head.rest, body: .block(body), declaredSpecs: head.declaredSpecs)
    }
    return make(.function(function), at: start)
  }

  /// Reads type parameters, parameters and result type.
  mutating func parseFunctionHead() throws(SyntaxFailure) -> FunctionHead {
    if token.kind == .less { try skipTypeParameters() }
    var head = try parseParameters()
    if try take(.colon) {
      head.hasResultType = true
      head.declaredSpecs = try parseResultType()
    }
    return head
  }

  private mutating func parseParameters() throws(SyntaxFailure) -> FunctionHead {
    var head = FunctionHead()
    try expect(.parenOpen, "(")
    while token.kind != .parenClose {
      if token.kind == .at { throw decoratorFailure() }
      if try take(.ellipsis) {
        head.rest = try parsePattern(.parameter)
        try skipTypeAnnotation()
        break
      }
      if token.kind == .kwThis {
        refuseThis()
        try advance()
        try skipTypeAnnotation()
      } else {
        let target = try parsePattern(.parameter)
        _ = try take(.question)
        try skipTypeAnnotation()
        let fallback = try parseFallback(for: target)
        head.parameters.append(Function.Parameter(target: target, fallback: fallback))
      }
      try expectSeparator(before: .parenClose, ")")
    }
    try expect(.parenClose, ")")
    return head
  }

  private func decoratorFailure() -> SyntaxFailure {
    SyntaxFailure(
      .decorator, "decorators are not part of the language", "call the function with the value",
      token)
  }

  mutating func refuseThis() {
    refuse(
      .thisKeyword, "`this` is not part of the language", "pass the object as a parameter", token)
  }

  // MARK: Arrow functions

  /// Reads an arrow function if one starts here.
  mutating func parseArrowIfPresent() throws(SyntaxFailure) -> Expression? {
    switch token.kind {
    case .identifier:
      if atWord("async"), let arrow = try parseAsyncArrow() { return arrow }
      let next = try peek()
      guard next.kind == .arrow, !next.newlineBefore else { return nil }
      return try parseShortArrow()
    case .parenOpen: return try parseParenthesizedArrow(from: token)
    case .less where startsTypeParameters(): return try parseParenthesizedArrow(from: token)
    case let kind where kind.isKeyword:
      let next = try peek()
      if next.kind == .arrow, !next.newlineBefore { throw nameFailure() }
      return nil
    default: return nil
    }
  }

  private mutating func parseShortArrow() throws(SyntaxFailure) -> Expression {
    let start = token
    let function = try inFunction { parser, id throws(SyntaxFailure) -> Function in
      let name = try parser.parseBindingName(.parameter)
      try parser.expect(.arrow, "=>")
      let body = try parser.parseArrowBody()
      return Function(
        id: id, name: nil, position: parser.position(start),
        parameters: [Function.Parameter(target: .name(name), fallback: nil)], rest: nil, body: body)
    }
    return make(.function(function), at: start)
  }

  private mutating func parseAsyncArrow() throws(SyntaxFailure) -> Expression? {
    let start = token
    let next = try peek()
    guard !next.newlineBefore, next.kind == .parenOpen || next.kind == .identifier else {
      return nil
    }
    let place = checkpoint()
    try advance()
    if let arrow = try parseArrowIfPresent() {
      refuseAsync(start)
      return arrow
    }
    restore(place)
    return nil
  }

  /// Whether `<` here opens the type parameters of an arrow function. In a file with markup that
  /// takes a comma or `extends`, as TypeScript has it.
  private func startsTypeParameters() -> Bool {
    guard file.allowsJSX else { return !rejected.contains(token.start) }
    var ahead = lexer
    guard var next = try? ahead.next() else { return false }
    if next.kind == .kwConst { next = (try? ahead.next()) ?? next }
    guard next.kind == .identifier, let second = try? ahead.next() else { return false }
    if second.kind == .comma { return true }
    guard second.kind == .kwExtends, let third = try? ahead.next() else { return false }
    return third.kind != .assign && third.kind != .greater && third.kind != .slash
  }

  /// What the tokens behind an opening parenthesis say about it being an arrow's.
  private enum ArrowGuess { case yes, no, maybe }

  private func guessArrow() -> ArrowGuess {
    guard token.kind == .parenOpen else { return .maybe }
    var ahead = lexer
    guard let first = try? ahead.next() else { return .no }
    switch first.kind {
    case .parenClose, .ellipsis: return .yes
    case .braceOpen, .bracketOpen, .kwThis: return .maybe
    case .identifier:
      guard let second = try? ahead.next() else { return .no }
      switch second.kind {
      case .parenClose, .comma, .colon, .question, .assign: return .maybe
      default: return .no
      }
    case let kind where kind.isKeyword:
      guard let second = try? ahead.next() else { return .no }
      return [.parenClose, .comma, .colon].contains(second.kind) ? .maybe : .no
    default: return .no
    }
  }

  /// Whether `=>` stands behind the parenthesis that closes the one that is to be read.
  private func isArrowBehindParenthesis() -> Bool {
    guard token.kind == .parenOpen else { return false }
    var ahead = lexer
    var open = 1
    while open > 0 {
      guard let next = try? ahead.next() else { return false }
      switch next.kind {
      case .parenOpen: open += 1
      case .parenClose: open -= 1
      case .endOfFile: return false
      default: break
      }
    }
    guard let next = try? ahead.next() else { return false }
    return next.kind == .arrow && !next.newlineBefore
  }

  private mutating func parseParenthesizedArrow(
    from start: Token
  ) throws(SyntaxFailure) -> Expression? {
    let guess = guessArrow()
    guard guess != .no, guess == .yes || !rejected.contains(start.start) else { return nil }
    let place = checkpoint()
    var isCertain = guess == .yes
    do throws(SyntaxFailure) {
      if let arrow = try parseArrowFunction(start, &isCertain) { return arrow }
    } catch {
      if isCertain { throw error }
      restore(place)
      // Read as anything else, a word that cannot be a parameter would be called something else.
      if error.code == .reservedWord, isArrowBehindParenthesis() { throw error }
    }
    restore(place)
    rejected.insert(start.start)
    return nil
  }

  /// Nil if it is no arrow function after all. It is certain to be one from its `=>` on, so that
  /// what fails in the body is an error of the program.
  private mutating func parseArrowFunction(
    _ start: Token, _ isCertain: inout Bool
  ) throws(SyntaxFailure) -> Expression? {
    let isInBranch = inConditionalBranch
    let function = try inFunction { parser, id throws(SyntaxFailure) -> Function? in
      let head = try parser.unrestricted { parser throws(SyntaxFailure) in
        try parser.parseFunctionHead()
      }
      guard parser.token.kind == .arrow, !parser.token.newlineBefore else {
        if isCertain { throw parser.unexpected("expected `=>`") }
        return nil
      }
      let isOpen = isInBranch && head.hasResultType
      if !isOpen { isCertain = true }
      try parser.advance()
      let body = try parser.parseArrowBody()
      if isOpen && parser.token.kind != .colon { return nil }
      return Function(
        id: id, name: nil, position: parser.position(start), parameters: head.parameters,
        rest: head.rest, body: body, declaredSpecs: head.declaredSpecs)
    }
    guard let function else { return nil }
    return make(.function(function), at: start)
  }

  private mutating func parseArrowBody() throws(SyntaxFailure) -> Function.Body {
    guard token.kind == .braceOpen else { return .expression(try parseAssignment()) }
    return .block(
      try unrestricted { parser throws(SyntaxFailure) in try parser.parseBlock() })
  }
}
