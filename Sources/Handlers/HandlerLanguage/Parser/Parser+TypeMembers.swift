/// Types in brackets: functions, tuples, object and mapped types.
extension Parser {
  /// `(…) => T`, `<T>(…) => T`, `new (…) => T`.
  mutating func skipFunctionType() throws(SyntaxFailure) {
    _ = try take(.kwNew)
    if token.kind == .less { try skipTypeParameters() }
    try skipSignatureParameters()
    try expect(.arrow, "=>")
    try skipSignatureResult()
  }

  private mutating func skipSignatureResult() throws(SyntaxFailure) {
    if atWord("asserts"), let next = Optional(try peek()), next.kind == .identifier,
      !next.newlineBefore
    {
      try advance()
      if !isWord(try peek(), "is") { return try advance() }
    }
    if token.kind == .kwThis, isWord(try peek(), "is") {
      try advance()
      try advance()
    }
    try skipType()
  }

  private mutating func skipSignatureParameters() throws(SyntaxFailure) {
    let outer = bindings.count
    defer { bindings.removeLast(bindings.count - outer) }
    try expect(.parenOpen, "(")
    while token.kind != .parenClose {
      _ = try take(.ellipsis)
      if token.kind == .kwThis { try advance() } else { _ = try parsePattern(.parameter) }
      _ = try take(.question)
      try skipTypeAnnotation()
      guard try take(.comma) else { break }
    }
    try expect(.parenClose, ")")
  }

  /// A function type, or a type in parentheses.
  mutating func skipParenthesizedType() throws(SyntaxFailure) {
    let place = checkpoint()
    do throws(SyntaxFailure) {
      try skipSignatureParameters()
      if token.kind == .arrow {
        try advance()
        return try skipSignatureResult()
      }
    } catch {
      // It was a type in parentheses, or is malformed either way.
    }
    restore(place)
    try advance()
    try skipAnyType()
    try expect(.parenClose, ")")
  }

  private mutating func skipAnyType() throws(SyntaxFailure) {
    let outer = disallowsConditional
    disallowsConditional = false
    defer { disallowsConditional = outer }
    try skipType()
  }

  mutating func skipTupleType() throws(SyntaxFailure) {
    try advance()
    while token.kind != .bracketClose {
      _ = try take(.ellipsis)
      if token.kind.isWord {
        var ahead = lexer
        var next = try ahead.next()
        if next.kind == .question { next = try ahead.next() }
        if next.kind == .colon {
          try advance()
          _ = try take(.question)
          try advance()
        }
      }
      try skipAnyType()
      _ = try take(.question)
      guard try take(.comma) else { break }
    }
    try expect(.bracketClose, "]")
  }

  /// `{ … }`: members of an object type, of an interface, or a mapped type.
  mutating func skipObjectType() throws(SyntaxFailure) {
    try expect(.braceOpen, "{")
    while token.kind != .braceClose {
      try skipTypeMember()
      if try takeEither(.semicolon, .comma) { continue }
      guard token.kind == .braceClose || token.newlineBefore else {
        throw unexpected("expected `;`, `,` or `}`")
      }
    }
    try advance()
  }

  private mutating func skipTypeMember() throws(SyntaxFailure) {
    if token.kind == .plus || token.kind == .minus { try advance() }
    while atWord("readonly") || atWord("get") || atWord("set") {
      let next = try peek()
      guard next.kind.isWord || next.kind == .string || next.kind == .bracketOpen,
        !next.newlineBefore
      else { break }
      try advance()
    }
    switch token.kind {
    case .parenOpen, .less: return try skipMethodSignature()
    case .kwNew where try peek().kind == .parenOpen:
      try advance()
      return try skipMethodSignature()
    case .bracketOpen: try skipBracketedKey()
    default: _ = try parsePropertyKey()
    }
    if token.kind == .plus || token.kind == .minus { try advance() }
    _ = try take(.question)
    if token.kind == .parenOpen || token.kind == .less { return try skipMethodSignature() }
    if try take(.colon) { try skipAnyType() }
  }

  private mutating func skipMethodSignature() throws(SyntaxFailure) {
    if token.kind == .less { try skipTypeParameters() }
    try skipSignatureParameters()
    if try take(.colon) { try skipSignatureResult() }
  }

  /// `[key: string]`, `[K in keyof T as N]` or a computed name.
  private mutating func skipBracketedKey() throws(SyntaxFailure) {
    try advance()
    let next = try peek()
    if token.kind == .identifier, next.kind == .colon || next.kind == .kwIn {
      try advance()
      try advance()
      try skipAnyType()
      if try takeWord("as") { try skipAnyType() }
    } else {
      let place = (expression: nextExpression, function: nextFunction, bindings: bindings.count)
      _ = try parseAssignment()
      nextExpression = place.expression
      nextFunction = place.function
      bindings.removeLast(bindings.count - place.bindings)
    }
    try expect(.bracketClose, "]")
  }
}
