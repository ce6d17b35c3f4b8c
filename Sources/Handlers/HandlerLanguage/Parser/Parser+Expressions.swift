extension Parser {
  /// Reads an expression where a comma would be JavaScript's comma operator.
  mutating func parseExpression() throws(SyntaxFailure) -> Expression {
    let expression = try parseAssignment()
    if token.kind == .comma { throw commaFailure() }
    return expression
  }

  /// Reads an expression up to a comma: an assignment, an arrow function, a pipeline or an operand.
  ///
  /// - Parameter allowsPipeline: false behind the `:` of `?:`, which binds tighter than `|>`.
  mutating func parseAssignment(
    allowsPipeline: Bool = true
  ) throws(SyntaxFailure) -> Expression {
    let outer = height
    height = 0
    let expression = try nested { parser throws(SyntaxFailure) in
      try parser.parseAssignmentHere(allowsPipeline)
    }
    height = max(outer, height + 1)
    return expression
  }

  private mutating func parseAssignmentHere(
    _ allowsPipeline: Bool
  ) throws(SyntaxFailure) -> Expression {
    if let arrow = try parseArrowIfPresent() { return arrow }
    if token.kind == .kwYield {
      refuseGenerator(token)
      try advance()
      switch token.kind {
      case .braceClose, .parenClose, .bracketClose, .comma, .semicolon, .endOfFile:
        return make(.undefined, at: token)
      default: if token.newlineBefore { return make(.undefined, at: token) }
      }
      _ = try take(.star)
      return try parseAssignment()
    }
    let start = token
    let left = try parseConditional()
    if token.kind == .arrow {
      throw unexpected("expected an operator or the end of the expression")
    }
    if let assignment = AssignmentOperator(token.kind) {
      return try parseAssignmentRest(left, assignment, start, allowsPipeline)
    }
    if token.kind == .pipe && allowsPipeline { return try parsePipeline(left, start) }
    return left
  }

  private mutating func parseAssignmentRest(
    _ left: Expression, _ assignment: AssignmentOperator, _ start: Token, _ allowsPipeline: Bool
  ) throws(SyntaxFailure) -> Expression {
    let target: AssignmentTarget
    switch left.kind {
    case .identifier: target = .variable(left)
    case .member(let object, let name, isOptional: false): target = .member(object, name: name)
    case .index(let object, let index, isOptional: false): target = .index(object, index)
    case .array, .object:
      refuse(
        .destructuringAssignment, "destructuring cannot assign to what is already there",
        "declare new names with `const`, or assign one by one", start)
      try advance()
      return try parseAssignment(allowsPipeline: allowsPipeline)
    default:
      throw SyntaxFailure(
        .invalidAssignmentTarget, "this cannot be assigned to",
        "assign to a variable, a field or an element", start)
    }
    try advance()
    var value = try parseAssignment(allowsPipeline: allowsPipeline)
    if case .variable(let variable) = target, case .identifier(let name) = variable.kind,
      assignment.namesFunctions
    {
      value = named(value, name)
    }
    switch assignment {
    case .plain: return make(.assign(target, value), at: start)
    case .compound(let binary): return make(.compoundAssign(target, binary, value), at: start)
    case .logical(let logical): return make(.logicalAssign(target, logical, value), at: start)
    }
  }

  private mutating func parsePipeline(
    _ first: Expression, _ start: Token
  ) throws(SyntaxFailure) -> Expression {
    var members = [first]
    while try take(.pipe) {
      try addLink()
      let member = token
      if try parseArrowIfPresent() != nil {
        throw SyntaxFailure(
          .arrowInPipeline, "an arrow function in a `|>` needs parentheses", "write `(x => …)`",
          member)
      }
      members.append(try parseConditional())
    }
    let ordinal = module.pipelines.count
    let plain = hints.sequences[ordinal]
    let pipeline = Pipeline(
      members: members, role: plain == nil ? .apply : .sequence, plainIndex: plain)
    let expression = make(.pipeline(pipeline), at: start)
    module.pipelines.append(expression)
    return expression
  }

  private mutating func parseConditional() throws(SyntaxFailure) -> Expression {
    let start = token
    let test = try parseBinary(above: 0)
    guard token.kind == .question else { return test }
    try advance()
    let outer = inConditionalBranch
    inConditionalBranch = true
    defer { inConditionalBranch = outer }
    let then = try parseAssignment()
    inConditionalBranch = outer
    try expect(.colon, ":")
    let otherwise = try parseAssignment(allowsPipeline: false)
    return make(.conditional(test: test, then: then, otherwise: otherwise), at: start)
  }

  // MARK: Binary operators

  private mutating func parseBinary(above minimum: Int) throws(SyntaxFailure) -> Expression {
    let start = token
    var left = try parseUnary()
    if token.kind == .starStar && start.kind.isPrefixOperator {
      let sign = text(start).allSatisfy(\.isLetter) ? "\(text(start)) " : text(start)
      throw SyntaxFailure(
        .ambiguousOperators, "`**` behind a prefix operator can be read in two ways",
        "write `(\(sign)x) ** y` or `\(sign)(x ** y)`", start)
    }
    while true {
      lexer.extendGreater(&token)
      if atWord("as") || atWord("satisfies") {
        guard minimum < 8, !token.newlineBefore else { return left }
        try advance()
        if token.kind == .kwConst { try advance() } else { try skipType() }
        continue
      }
      guard let (operation, precedence) = InfixOperator.of(token.kind), precedence > minimum else {
        return left
      }
      let sign = token
      try addLink()
      try advance()
      let right =
        operation == .binary(.power)
        ? try nested { parser throws(SyntaxFailure) in
          try parser.parseBinary(above: precedence - 1)
        } : try parseBinary(above: precedence)
      refuseLoose(sign, left, right)
      switch operation {
      case .binary(let binary): left = make(.binary(binary, left, right), at: start)
      case .logical(let logical):
        try checkMixing(logical, left, right, sign)
        left = make(.logical(logical, left, right), at: start)
      }
    }
  }

  private mutating func refuseLoose(_ sign: Token, _ left: Expression, _ right: Expression) {
    switch sign.kind {
    case .equalEqual, .notEqual:
      refuse(
        .looseEquality, "`\(text(sign))` is not part of the language",
        Self.strictly(sign.kind == .equalEqual, left, right), sign)
    case .kwInstanceof:
      refuse(
        .instanceOf, "`instanceof` is not part of the language",
        "use `typeof`, `Array.isArray` or a field of your own", sign)
    default: break
    }
  }

  /// `x == null` is true of undefined as well, so that `===` alone would be another question.
  private static func strictly(_ isEqual: Bool, _ left: Expression, _ right: Expression) -> String {
    let sign = isEqual ? "===" : "!=="
    let asked = left.isNullish ? right : left
    guard left.isNullish || right.isNullish, !asked.isNullish else { return "write `\(sign)`" }
    var name = "x"
    if case .identifier(let own) = asked.kind { name = own }
    return
      "write `\(name) \(sign) null \(isEqual ? "||" : "&&") \(name) \(sign) undefined`, which asks the same"
  }

  /// JavaScript has no answer to which of `??` and `||` or `&&` binds tighter.
  private func checkMixing(
    _ operation: LogicalOperator, _ left: Expression, _ right: Expression, _ sign: Token
  ) throws(SyntaxFailure) {
    for side in [left, right] {
      guard case .logical(let inner, _, _) = side.kind, !groupedLogicals.contains(side.id),
        (inner == .coalesce) != (operation == .coalesce)
      else { continue }
      throw SyntaxFailure(
        .ambiguousOperators,
        "`\(operation.rawValue)` and `\(inner.rawValue)` cannot be mixed without parentheses",
        "put one of them into parentheses", sign)
    }
  }
}

extension Expression {
  /// Whether it is written as `null` or `undefined`.
  fileprivate var isNullish: Bool {
    switch kind {
    case .null, .undefined: true
    default: false
    }
  }
}
