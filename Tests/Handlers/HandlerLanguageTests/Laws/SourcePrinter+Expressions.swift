import HandlerLanguage

import struct TestSupport.SeededGenerator

extension SourcePrinter {
  /// Levels at which an expression can stand: 0 for any, 1 for any but a pipeline, 2 for a `?:` or
  /// tighter, 2 and its precedence for an operator, then prefixes, what has members, and operands.
  enum Level {
    static let prefix = 15
    static let postfix = 16
    static let operand = 17
  }

  func precedence(_ operation: BinaryOperator) -> Int {
    switch operation {
    case .bitOr: 6
    case .bitXor: 7
    case .bitAnd: 8
    case .equal, .notEqual: 9
    case .less, .lessOrEqual, .greater, .greaterOrEqual, .in: 10
    case .shiftLeft, .shiftRight, .shiftRightUnsigned: 11
    case .add, .subtract: 12
    case .multiply, .divide, .remainder: 13
    case .power: 14
    }
  }

  func precedence(_ operation: LogicalOperator) -> Int {
    switch operation {
    case .coalesce: 3
    case .or: 4
    case .and: 5
    }
  }

  /// - Parameter isChained: whether it is a part of a `?.` chain that parentheses would cut.
  mutating func print(_ value: Expression, _ level: Int, isChained: Bool = false) -> [Piece] {
    var wraps =
      switch parentheses {
      case .needed: false
      case .everywhere: !isChained
      case .some: !isChained && chance(6)
      }
    // In TypeScript, `a < b > (c)` is a call with type arguments.
    if isTypeScript, case .binary(.less, _, _) = value.kind { wraps = true }
    var (pieces, own) = bare(value, wraps ? 0 : level)
    if own < level { wraps = true }
    if wraps {
      if own < level { (pieces, own) = bare(value, 0) }
      pieces = [Piece("(")] + pieces + [Piece(")")]
      own = Level.operand
    }
    guard hasTypes, !isChained, chance(12) else { return pieces }
    if own >= Level.postfix, chance(2) { return pieces + [Piece("!", staysOnLine: true)] }
    return [Piece("(")] + (own < 10 ? [Piece("(")] + pieces + [Piece(")")] : pieces)
      + [Piece(pick(["as", "satisfies"]), staysOnLine: true), Piece(type()), Piece(")")]
  }

  /// The expression without parentheses, and the level it has then.
  mutating func bare(_ value: Expression, _ level: Int) -> ([Piece], Int) {
    switch value.kind {
    case .number(let number): return ([Piece(spelled(number))], Level.operand)
    case .string(let literal): return ([Piece(quoted(literal))], Level.operand)
    case .template(let quasis, let values):
      var pieces: [Piece] = []
      for (index, quasi) in quasis.enumerated() {
        let text = escaped(quasi, quote: "`")
        pieces.append(
          Piece((index == 0 ? "`" : "}") + text + (index == values.count ? "`" : "${")))
        if index < values.count { pieces += print(values[index], 0) }
      }
      return (pieces, Level.operand)
    case .boolean(let flag): return ([Piece(flag ? "true" : "false")], Level.operand)
    case .null: return ([Piece("null")], Level.operand)
    case .undefined: return ([Piece("undefined")], Level.operand)
    case .identifier(let name): return ([Piece(name)], Level.operand)
    case .array(let elements):
      let parts = elements.map { element -> [Piece] in
        switch element {
        case .value(let value): print(value, 0)
        case .spread(let value): [Piece("...")] + print(value, 0)
        }
      }
      return ([Piece("[")] + list(parts) + [Piece("]")], Level.operand)
    case .object(let members):
      return ([Piece("{")] + list(members.map { print($0) }) + [Piece("}")], Level.operand)
    case .function(let function): return print(function)
    case .unary(let operation, let operand):
      return ([Piece(operation.rawValue)] + print(operand, Level.prefix), Level.prefix)
    case .binary(let operation, let left, let right):
      let own = precedence(operation)
      // To the right of `**` a prefix may stand, to the left of it none.
      let isPower = operation == .power
      return (
        print(left, isPower ? Level.postfix : own) + [Piece(operation.rawValue)]
          + print(right, isPower ? own : own + 1), own
      )
    case .logical(let operation, let left, let right):
      let own = precedence(operation)
      let sides = [(left, own), (right, own + 1)].map { side, level in
        var level = level
        // `??` does not mix with the others.
        if case .logical(let inner, _, _) = side.kind,
          (inner == .coalesce) != (operation == .coalesce)
        {
          level = Level.operand
        }
        return print(side, level)
      }
      return (sides[0] + [Piece(operation.rawValue)] + sides[1], own)
    case .conditional(let test, let then, let otherwise):
      // A conditional whose own last branch is a function has two readings in a first branch.
      var thenLevel = 0
      if case .conditional = then.kind { thenLevel = 3 }
      // What follows a member of a pipeline must not become a part of a function's body.
      return (
        print(test, 3) + [Piece("?")] + print(then, thenLevel) + [Piece(":")]
          + print(otherwise, level == 2 ? 2 : 1), 2
      )
    case .assign(let target, let value):
      return (print(target) + [Piece("=")] + print(value, min(level, 1)), 1)
    case .compoundAssign(let target, let operation, let value):
      return (print(target) + [Piece(operation.rawValue + "=")] + print(value, min(level, 1)), 1)
    case .logicalAssign(let target, let operation, let value):
      return (print(target) + [Piece(operation.rawValue + "=")] + print(value, min(level, 1)), 1)
    case .member, .index, .call: return (chain(value, isOptional: false), Level.postfix)
    case .optionalChain(let inner): return (chain(inner, isOptional: true), Level.prefix)
    case .pipeline(let pipeline):
      var pieces: [Piece] = []
      for (index, member) in pipeline.members.enumerated() {
        if index > 0 { pieces.append(Piece("|>")) }
        pieces += print(member, 2)
      }
      return (pieces, 0)
    case .match(let match): return (print(match), Level.postfix)
    case .jsx(let element): return ([Piece(print(element))], Level.operand)
    }
  }

  mutating func list(_ parts: [[Piece]]) -> [Piece] {
    var pieces: [Piece] = []
    for part in parts { pieces += part + [Piece(",")] }
    if !pieces.isEmpty, chance(2) { pieces.removeLast() }
    return pieces
  }

  mutating func print(_ member: ObjectMember) -> [Piece] {
    guard case .property(let key, let value) = member else {
      if case .spread(let value) = member { return [Piece("...")] + print(value, 0) }
      return []
    }
    if case .identifier(let name) = value.kind, isKey(key, name), chance(2) { return [Piece(name)] }
    if case .function(let function) = value.kind, case .block = function.body,
      function.selfBinding == nil, chance(2)
    {
      return print(key) + head(function) + block(function)
    }
    return print(key) + [Piece(":")] + print(value, 0)
  }

  mutating func print(_ function: Function) -> ([Piece], Int) {
    if let own = function.selfBinding {
      return (
        [Piece("function"), Piece(own.name)] + head(function) + block(function), Level.operand
      )
    }
    if case .block = function.body, chance(2) {
      return ([Piece("function")] + head(function) + block(function), Level.operand)
    }
    var pieces: [Piece]
    if function.parameters.count == 1, function.rest == nil, function.declaredSpecs.isEmpty,
      case .name(let name) = function.parameters[0].target, function.parameters[0].fallback == nil,
      chance(2)
    {
      pieces = [Piece(name.name)]
    } else {
      pieces = head(function)
      // In a file with markup, `<T>` is an element.
      if pieces[0].text.hasPrefix("<") { pieces[0] = Piece("<T extends A = B, U>") }
    }
    pieces.append(Piece("=>", staysOnLine: true))
    switch function.body {
    case .block(let statements): pieces += block(statements)
    case .expression(let value):
      let body = print(value, 0)
      pieces += body[0].text == "{" ? [Piece("(")] + body + [Piece(")")] : body
    }
    return (pieces, 1)
  }

  mutating func print(_ target: AssignmentTarget) -> [Piece] {
    switch target {
    case .variable(let variable): bare(variable, 0).0
    case .member(let object, let name): print(object, Level.postfix) + [Piece("."), Piece(name)]
    case .index(let object, let index):
      print(object, Level.postfix) + [Piece("[")] + print(index, 0) + [Piece("]")]
    }
  }

  mutating func chain(_ value: Expression, isOptional: Bool) -> [Piece] {
    func mark(_ isHere: Bool, _ text: String) -> Piece {
      Piece(isHere ? "?." + text : text == "" ? "." : text)
    }
    switch value.kind {
    case .member(let object, let name, let isHere):
      return inner(object, isOptional) + [mark(isHere, ""), Piece(name)]
    case .index(let object, let index, let isHere):
      return inner(object, isOptional) + [mark(isHere, "[")] + print(index, 0) + [Piece("]")]
    case .call(let callee, let arguments, let isHere):
      let parts = arguments.map { argument in
        (argument.isSpread ? [Piece("...")] : []) + print(argument.value, 0)
      }
      return inner(callee, isOptional) + [mark(isHere, "(")] + list(parts) + [Piece(")")]
    default: return print(value, Level.postfix)
    }
  }

  /// The object of a link. Parentheses around one that holds a `?.` would end its chain.
  mutating func inner(_ object: Expression, _ isOptional: Bool) -> [Piece] {
    switch object.kind {
    case .member, .index, .call:
      isOptional && holdsOptional(object)
        ? chain(object, isOptional: true) : print(object, Level.postfix)
    default: print(object, Level.postfix)
    }
  }

  func holdsOptional(_ value: Expression) -> Bool {
    switch value.kind {
    case .member(let object, _, let isHere): isHere || holdsOptional(object)
    case .index(let object, _, let isHere): isHere || holdsOptional(object)
    case .call(let callee, _, let isHere): isHere || holdsOptional(callee)
    default: false
    }
  }

  mutating func print(_ match: Match) -> [Piece] {
    var pieces = [Piece("match"), Piece("(")] + print(match.subject, 0) + [Piece(")"), Piece("{")]
    for arm in match.arms {
      pieces += [Piece("when")] + print(arm.pattern) + [Piece(":")] + print(arm.value, 0)
      if chance(2) { pieces.append(Piece(",")) }
    }
    if let otherwise = match.otherwise {
      pieces += [Piece("default"), Piece(":")] + print(otherwise, 0)
    }
    return pieces + [Piece("}")]
  }

  mutating func print(_ pattern: MatchPattern) -> [Piece] {
    switch pattern {
    case .any: return [Piece("_")]
    case .literal(let value):
      if case .unary(_, let number) = value.kind { return [Piece("-")] + bare(number, 0).0 }
      return bare(value, 0).0
    case .object(let fields):
      let parts = fields.map { field -> [Piece] in
        switch field.value {
        case .bind(let name):
          field.key == StringLiteral(name.name) && chance(2)
            ? [Piece(name.name)] : [Piece(keyText(field.key)), Piece(":"), Piece(name.name)]
        case .pattern(let inner): [Piece(keyText(field.key)), Piece(":")] + print(inner)
        }
      }
      return [Piece("{")] + list(parts) + [Piece("}")]
    }
  }
}
