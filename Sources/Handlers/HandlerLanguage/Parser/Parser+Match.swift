extension Parser {
  /// Turns `match (subject)` into a match if its arms follow; nil if it is an ordinary call.
  mutating func parseMatchBody(
    _ call: Expression, _ start: Token
  ) throws(SyntaxFailure) -> Expression? {
    guard token.kind == .braceOpen, case .call(let callee, let arguments, _) = call.kind,
      case .identifier("match") = callee.kind, arguments.count == 1, !arguments[0].isSpread
    else { return nil }
    let next = try peek()
    guard isWord(next, "when") || next.kind == .kwDefault || next.kind == .braceClose else {
      return nil
    }
    try advance()
    return try nested { parser throws(SyntaxFailure) in
      let outer = parser.height
      defer { parser.height = max(outer, parser.height) }
      return try parser.unrestricted { parser throws(SyntaxFailure) in
        try parser.parseArms(of: arguments[0].value, start)
      }
    }
  }

  private mutating func parseArms(
    of subject: Expression, _ start: Token
  ) throws(SyntaxFailure) -> Expression {
    var arms: [Match.Arm] = []
    var otherwise: Expression?
    while token.kind != .braceClose {
      let label = token
      if let otherwise {
        refuse(
          .matchArms,
          label.kind == .kwDefault ? "the match has two `default` arms" : "`default` is not last",
          "put one `default` at the end", label)
        _ = otherwise
      }
      if try take(.kwDefault) {
        try expect(.colon, ":")
        otherwise = try parseAssignment()
      } else if try takeWord("when") {
        let pattern = try parseMatchPattern()
        try refuseArmExtras()
        try expect(.colon, ":")
        arms.append(Match.Arm(pattern: pattern, value: try parseAssignment()))
      } else {
        throw unexpected("expected `when`, `default` or `}`")
      }
      _ = try take(.comma)
    }
    try advance()
    if arms.isEmpty && otherwise == nil {
      report(
        .emptyMatch, "this match has no arm: it is always `undefined`", nil,
        at: position(start), severity: .warning)
    }
    return make(.match(Match(subject: subject, arms: arms, otherwise: otherwise)), at: start)
  }

  /// `|` and `if` behind a pattern, known from other languages.
  private mutating func refuseArmExtras() throws(SyntaxFailure) {
    if token.kind == .bar || token.kind == .orOr {
      throw SyntaxFailure(
        .matchPattern, "`\(text(token))` cannot join patterns", "write an arm for each", token)
    }
    if token.kind == .kwIf || token.kind == .andAnd {
      throw SyntaxFailure(
        .matchPattern, "a pattern cannot have a condition",
        "test it in the arm with `?:`, or write `if`", token)
    }
  }

  private mutating func parseMatchPattern() throws(SyntaxFailure) -> MatchPattern {
    try nested { parser throws(SyntaxFailure) in try parser.parseMatchPatternHere() }
  }

  private mutating func parseMatchPatternHere() throws(SyntaxFailure) -> MatchPattern {
    let start = token
    switch token.kind {
    case .string, .kwTrue, .kwFalse, .kwNull, .number, .template:
      return .literal(try parsePrimary())
    case .minus:
      try advance()
      guard token.kind == .number else { throw unexpected("expected a number") }
      return .literal(make(.unary(.minus, try parsePrimary()), at: start))
    case .braceOpen: return .object(try parseMatchFields())
    case .bracketOpen:
      throw SyntaxFailure(
        .matchPattern, "a pattern cannot be an array", "match on `value.length` or an element",
        token)
    case .ellipsis:
      throw SyntaxFailure(
        .matchPattern, "a pattern cannot have a rest", "other fields are free: leave it out", token)
    case .identifier:
      if atWord("_") {
        try advance()
        return .any
      }
      if atWord("undefined") { return .literal(try parsePrimary()) }
      throw SyntaxFailure(
        .matchPattern, "the name `\(text(token))` alone is not a pattern",
        "write `_` to match all, a literal, or `{ field: \(text(token)) }`", token)
    default: throw unexpected("expected a pattern")
    }
  }

  private mutating func parseMatchFields() throws(SyntaxFailure) -> [MatchPattern.Field] {
    try advance()
    var fields: [MatchPattern.Field] = []
    while token.kind != .braceClose {
      if token.kind == .ellipsis { _ = try parseMatchPatternHere() }
      let start = token
      guard case .literal(let key) = try parsePropertyKey() else {
        throw SyntaxFailure(
          .matchPattern, "a field of a pattern cannot be computed", "write its name", start)
      }
      if try take(.colon) {
        fields.append(MatchPattern.Field(key: key, value: try parseMatchField()))
      } else {
        guard start.kind == .identifier else { throw unexpected("expected `:`") }
        let name = try declare(start, .matchField)
        fields.append(MatchPattern.Field(key: key, value: .bind(name)))
      }
      if token.kind == .assign {
        throw SyntaxFailure(
          .matchPattern, "a field of a pattern cannot have a default value",
          "write `??` in the arm", token)
      }
      try refuseArmExtras()
      guard try take(.comma) else { break }
    }
    try expect(.braceClose, "}")
    return fields
  }

  private mutating func parseMatchField() throws(SyntaxFailure) -> MatchPattern.FieldPattern {
    if token.kind == .identifier, !atWord("_"), !atWord("undefined") {
      let name = try declare(token, .matchField)
      try advance()
      return .bind(name)
    }
    return .pattern(try parseMatchPattern())
  }
}
