/// Statements that only TypeScript has. They leave nothing but the names of types.
extension Parser {
  /// Reads a type alias, interface or `declare`; nil if the current name starts none of them.
  ///
  /// - Parameter next: the token behind the current one, on the same line.
  mutating func parseTypeStatement(_ next: Token) throws(SyntaxFailure) -> [Statement]? {
    if atWord("type") && next.kind == .identifier {
      try parseTypeAlias()
      return []
    }
    if atWord("interface") && next.kind == .identifier {
      try parseInterface()
      return []
    }
    if atWord("declare") && (next.kind == .identifier || next.kind.isKeyword) {
      try advance()
      try skipDeclared()
      return []
    }
    if atWord("abstract") && next.kind == .kwClass {
      try advance()
      return try refuseClass()
    }
    if atWord("namespace") && next.kind == .identifier
      || atWord("module") && (next.kind == .identifier || next.kind == .string)
    {
      return try refuseNamespace()
    }
    return nil
  }

  private mutating func parseTypeAlias() throws(SyntaxFailure) {
    try advance()
    let name = text(token)
    module.typeNames.insert(name)
    try advance()
    if token.kind == .less { try skipTypeParameters() }
    try expect(.assign, "=")
    let outer = module.resultTypeNames
    let specs = try parseResultType()
    if specs.isEmpty {
      module.resultTypeNames = outer
    } else {
      module.specAliases[name] = specs
    }
    try expectStatementEnd()
  }

  private mutating func parseInterface() throws(SyntaxFailure) {
    try advance()
    module.typeNames.insert(text(token))
    try advance()
    if token.kind == .less { try skipTypeParameters() }
    if try take(.kwExtends) {
      repeat {
        try skipType()
      } while try take(.comma)
    }
    try skipObjectType()
  }

  /// Skips what stands behind `declare`.
  private mutating func skipDeclared() throws(SyntaxFailure) {
    switch token.kind {
    case .kwConst where try peek().kind == .kwEnum: _ = try refuseEnumeration()
    case .kwConst, .kwVar: try skipDeclaredVariables()
    case .kwFunction:
      try advance()
      let place = (bindings: bindings.count, function: nextFunction)
      _ = try parseBindingName(.function)
      try inFunction { parser, _ throws(SyntaxFailure) in _ = try parser.parseFunctionHead() }
      bindings.removeLast(bindings.count - place.bindings)
      nextFunction = place.function
      try expectStatementEnd()
    case .kwClass, .kwEnum:
      try skipToBrace()
      try skipBalanced()
    case .identifier where atWord("let"): try skipDeclaredVariables()
    case .identifier where atWord("global") || atWord("namespace") || atWord("module"):
      try skipToBrace()
      try skipBalanced()
    case .identifier:
      guard let statements = try parseTypeStatement(try peek()), statements.isEmpty else {
        throw unexpected("expected a declaration")
      }
    default: throw unexpected("expected a declaration")
    }
  }

  private mutating func skipToBrace() throws(SyntaxFailure) {
    try advance()
    if token.kind.isWord { module.typeNames.insert(text(token)) }
    while token.kind != .braceOpen {
      guard token.kind != .endOfFile else { throw unexpected("expected `{`") }
      try advance()
    }
  }

  private mutating func skipDeclaredVariables() throws(SyntaxFailure) {
    let count = bindings.count
    try advance()
    repeat {
      _ = try parsePattern(.const)
      try skipTypeAnnotation()
    } while try take(.comma)
    bindings.removeLast(bindings.count - count)
    try expectStatementEnd()
  }
}
