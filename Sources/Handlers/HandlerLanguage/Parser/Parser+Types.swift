/// Types are read for their extent only: nothing of them is kept but the names in `Spec<"…">`.
extension Parser {
  /// Skips `: type` if it stands there.
  mutating func skipTypeAnnotation() throws(SyntaxFailure) {
    if try take(.colon) { try skipType() }
  }

  /// Reads a function's result type. Returns the names from its `Spec<…>`, with dashes, sorted.
  mutating func parseResultType() throws(SyntaxFailure) -> [String] {
    let outer = resultSpecs
    resultSpecs = []
    defer { resultSpecs = outer }
    if atWord("asserts"), let next = Optional(try peek()), next.kind == .identifier,
      !next.newlineBefore
    {
      try advance()
    }
    if token.kind == .kwThis || token.kind == .identifier, isWord(try peek(), "is") {
      try advance()
      try advance()
    }
    try skipType()
    return Set(resultSpecs ?? []).sorted()
  }

  /// Skips a type, conditional types included.
  mutating func skipType() throws(SyntaxFailure) {
    try nested { parser throws(SyntaxFailure) in
      try parser.skipTypeOperators()
      guard parser.token.kind == .kwExtends, !parser.token.newlineBefore,
        !parser.disallowsConditional
      else { return }
      try parser.advance()
      parser.disallowsConditional = true
      defer { parser.disallowsConditional = false }
      try parser.skipTypeOperators()
      parser.disallowsConditional = false
      try parser.expect(.question, "?")
      try parser.skipType()
      try parser.expect(.colon, ":")
      try parser.skipType()
    }
  }

  /// Skips a union of intersections of types with their prefixes.
  private mutating func skipTypeOperators() throws(SyntaxFailure) {
    if token.kind == .bar || token.kind == .ampersand { try advance() }
    repeat {
      try skipPrefixedType()
    } while try takeEither(.bar, .ampersand)
  }

  private mutating func skipPrefixedType() throws(SyntaxFailure) {
    while atWord("keyof") || atWord("unique") || atWord("readonly") || atWord("infer") {
      let next = try peek()
      guard startsType(next), !next.newlineBefore else { break }
      let isInfer = atWord("infer")
      try advance()
      if isInfer { return try skipInferredName() }
    }
    try skipPrimaryType()
    while !token.newlineBefore {
      if token.kind == .bracketOpen {
        try advance()
        if token.kind != .bracketClose { try skipType() }
        try expect(.bracketClose, "]")
      } else if token.kind == .bang {
        try advance()
      } else {
        return
      }
    }
  }

  /// `infer X extends T`: behind the `extends` of a condition that is a constraint, elsewhere it
  /// may be a condition itself, which then ends with `?`.
  private mutating func skipInferredName() throws(SyntaxFailure) {
    guard token.kind == .identifier else { throw unexpected("expected a name") }
    try advance()
    guard token.kind == .kwExtends else { return }
    let place = checkpoint()
    try advance()
    let outer = disallowsConditional
    disallowsConditional = true
    defer { disallowsConditional = outer }
    try skipTypeOperators()
    if token.kind == .question && !outer { restore(place) }
  }

  private func startsType(_ token: Token) -> Bool {
    switch token.kind {
    case .identifier, .string, .number, .template, .templateHead, .braceOpen, .bracketOpen,
      .parenOpen, .less, .minus, .kwTrue, .kwFalse, .kwNull, .kwVoid, .kwTypeof, .kwThis,
      .kwNew, .kwImport:
      true
    default: false
    }
  }

  private mutating func skipPrimaryType() throws(SyntaxFailure) {
    switch token.kind {
    case .identifier: try skipNamedType()
    case .string:
      let value = try stringValue(token)
      if inSpec {
        let name = specName(value.text)
        resultSpecs?.append(name)
      }
      try advance()
    case .number, .bigInteger, .kwTrue, .kwFalse, .kwNull, .kwVoid, .kwThis, .template:
      try advance()
    case .minus:
      try advance()
      guard token.kind == .number || token.kind == .bigInteger else {
        throw unexpected("expected a number")
      }
      try advance()
    case .templateHead: try skipTemplateType()
    case .kwTypeof: try skipTypeQuery()
    case .kwImport:
      try advance()
      try skipBalanced()
      while try take(.dot) { try advance() }
      try skipTypeArgumentsIfPresent()
    case .kwNew: try skipFunctionType()
    case .less: try skipFunctionType()
    case .parenOpen: try skipParenthesizedType()
    case .bracketOpen: try skipTupleType()
    case .braceOpen: try skipObjectType()
    default: throw unexpected("expected a type")
    }
  }

  private func specName(_ text: String) -> String {
    String(text.map { $0 == "_" ? "-" : $0 })
  }

  private mutating func skipNamedType() throws(SyntaxFailure) {
    let name = text(token)
    if name == "abstract", try peek().kind == .kwNew {
      try advance()
      return try skipFunctionType()
    }
    let next = try peek()
    if isWord(next, "is"), !next.newlineBefore {
      // A type guard as the result of a function type.
      try advance()
      try advance()
      return try skipType()
    }
    try advance()
    while token.kind == .dot {
      try advance()
      guard token.kind.isWord else { throw unexpected("expected a name") }
      try advance()
    }
    if resultSpecs != nil, !inSpec {
      if let names = module.specAliases[name] ?? hints.specAliases[name] {
        resultSpecs?.append(contentsOf: names)
      } else if !module.specNames.contains(name) {
        module.resultTypeNames.insert(name)
      }
    }
    let outer = inSpec
    inSpec = outer || (module.specNames.contains(name) && resultSpecs != nil)
    defer { inSpec = outer }
    try skipTypeArgumentsIfPresent()
  }

  private mutating func skipTypeQuery() throws(SyntaxFailure) {
    try advance()
    if token.kind == .kwImport { return try skipPrimaryType() }
    guard token.kind.isWord else { throw unexpected("expected a name") }
    try advance()
    while try take(.dot) {
      guard token.kind.isWord else { throw unexpected("expected a name") }
      try advance()
    }
    try skipTypeArgumentsIfPresent()
  }

  private mutating func skipTemplateType() throws(SyntaxFailure) {
    let start = token
    repeat {
      try advance()
      try skipType()
      guard token.kind == .braceClose else { throw unexpected("expected `}`") }
    } while try !lexer.scanTemplatePiece(from: start)
    try advance()
  }

  // MARK: Type arguments and parameters

  /// Skips `<…>` if it stands there, on the same line.
  mutating func skipTypeArgumentsIfPresent() throws(SyntaxFailure) {
    guard token.kind == .less, !token.newlineBefore else { return }
    try skipTypeArguments()
  }

  private mutating func skipTypeArguments() throws(SyntaxFailure) {
    try expect(.less, "<")
    repeat {
      try skipType()
    } while try take(.comma)
    try expect(.greater, ">")
  }

  /// Skips `<…>` before the arguments of a call, or where an expression ends with it: `f<number>`. False,
  /// and nothing is read, if the `<` compares.
  /// Reference: TypeScript 4.7, "Instantiation Expressions".
  mutating func skipTypeArgumentsOfCall() throws(SyntaxFailure) -> Bool {
    guard !file.path.hasSuffix(".js"), !file.path.hasSuffix(".jsx"),
      !rejected.contains(token.start)
    else { return false }
    let start = token.start
    let place = checkpoint()
    do throws(SyntaxFailure) {
      try skipTypeArguments()
      switch token.kind {
      case .parenOpen, .template, .templateHead, .semicolon, .comma, .parenClose, .bracketClose,
        .braceClose, .colon, .endOfFile:
        return true
      default: if token.newlineBefore { return true }
      }
    } catch {
      // It was a comparison.
    }
    restore(place)
    rejected.insert(start)
    return false
  }

  /// Skips `<T extends A = B, …>`.
  mutating func skipTypeParameters() throws(SyntaxFailure) {
    try expect(.less, "<")
    while token.kind != .greater {
      while token.kind == .kwConst || token.kind == .kwIn { try advance() }
      if atWord("out"), try peek().kind == .identifier { try advance() }
      guard token.kind == .identifier else { throw unexpected("expected a name") }
      try advance()
      if try take(.kwExtends) { try skipType() }
      if try take(.assign) { try skipType() }
      guard try take(.comma) else { break }
    }
    try expect(.greater, ">")
  }
}
