import HandlerLanguage

import struct TestSupport.SeededGenerator

extension RandomTree {
  // MARK: Expressions

  mutating func expression(_ depth: Int) -> Expression {
    guard depth > 0 else { return leaf() }
    switch count(22) {
    case 0, 1, 2, 3:
      return Self.make(
        .binary(
          pick([
            .add, .subtract, .multiply, .divide, .remainder, .power, .equal, .notEqual, .less,
            .lessOrEqual, .greater, .greaterOrEqual, .bitAnd, .bitOr, .bitXor, .shiftLeft,
            .shiftRight, .shiftRightUnsigned, .in,
          ]), expression(depth - 1), expression(depth - 1)))
    case 4, 5:
      return Self.make(
        .logical(pick([.and, .or, .coalesce]), expression(depth - 1), expression(depth - 1)))
    case 6, 7:
      return Self.make(
        .unary(pick([.minus, .plus, .not, .bitNot, .typeOf, .void]), expression(depth - 1)))
    case 8, 9:
      return Self.make(
        .conditional(
          test: expression(depth - 1), then: expression(depth - 1),
          otherwise: expression(depth - 1)))
    case 10, 11: return assignment(depth)
    case 12, 13, 14: return chain(depth)
    case 15:
      return Self.make(
        .array(
          several(0, 3) { tree in
            let value = tree.expression(depth - 1)
            return tree.chance(5) ? .spread(value) : .value(value)
          }))
    case 16: return object(depth)
    case 17: return functionExpression(depth)
    case 18:
      return Self.make(
        .pipeline(Pipeline(members: several(2, 3) { $0.expression(depth - 1) }, role: .apply)))
    case 19: return match(depth)
    case 20:
      let values = several(0, 2) { $0.expression(depth - 1) }
      return Self.make(.template(quasis: (0...values.count).map { _ in literal() }, values: values))
    case 21 where hasMarkup: return Self.make(.jsx(element(depth)))
    default: return leaf()
    }
  }

  mutating func leaf() -> Expression {
    switch count(6) {
    case 0:
      Self.make(
        .number(
          pick([0, 1, 7, 255, 0.5, 1.25, 1e21, .leastNonzeroMagnitude, 9_007_199_254_740_992])))
    case 1: Self.make(.string(literal()))
    case 2: Self.make(pick([.boolean(true), .boolean(false), .null, .undefined]))
    default: Self.make(.identifier(name()))
    }
  }

  mutating func functionExpression(_ depth: Int) -> Expression {
    var function = function(depth - 1, isBlock: chance(2))
    if case .block = function.body, chance(3) {
      function.selfBinding = binding()
      function.name = function.selfBinding?.name
    }
    return Self.make(.function(function))
  }

  mutating func assignment(_ depth: Int) -> Expression {
    let value = expression(depth - 1)
    let variable = name()
    let target: AssignmentTarget =
      switch count(2) {
      case 0: .member(expression(depth - 1), name: pick(["a", "if", "été"]))
      case 1: .index(expression(depth - 1), expression(depth - 1))
      default: .variable(Self.make(.identifier(variable)))
      }
    let isVariable = if case .variable = target { true } else { false }
    let stored = isVariable ? Self.named(value, variable) : value
    switch count(2) {
    case 0: return Self.make(.assign(target, stored))
    case 1: return Self.make(.logicalAssign(target, pick([.and, .or, .coalesce]), stored))
    default:
      return Self.make(
        .compoundAssign(
          target,
          pick([
            .add, .subtract, .multiply, .divide, .remainder, .power, .bitAnd, .bitOr, .bitXor,
            .shiftLeft, .shiftRight, .shiftRightUnsigned,
          ]), value))
    }
  }

  /// Members, elements and calls of something, with or without `?.`.
  mutating func chain(_ depth: Int) -> Expression {
    var value = expression(depth - 1)
    var hasOptional = false
    for _ in 0...count(2) {
      let isOptional = chance(4)
      hasOptional = hasOptional || isOptional
      switch count(2) {
      case 0:
        value = Self.make(
          .member(value, name: pick(["a", "class", "été"]), isOptional: isOptional))
      case 1: value = Self.make(.index(value, expression(depth - 1), isOptional: isOptional))
      default:
        let arguments = several(0, 2) { tree in
          Argument(value: tree.expression(depth - 1), isSpread: tree.chance(5))
        }
        value = Self.make(.call(value, arguments: arguments, isOptional: isOptional))
      }
    }
    return hasOptional ? Self.make(.optionalChain(value)) : value
  }

  mutating func object(_ depth: Int) -> Expression {
    Self.make(
      .object(
        several(0, 3) { tree in
          if tree.chance(5) { return .spread(tree.expression(depth - 1)) }
          let key = tree.key(depth - 1)
          let value = tree.expression(depth - 1)
          guard case .literal(let literal) = key else { return .property(key, value) }
          return .property(key, Self.named(value, literal.text))
        }))
  }

  mutating func match(_ depth: Int) -> Expression {
    let subject = expression(depth - 1)
    let arms = several(0, 3) { tree in
      Match.Arm(pattern: tree.matchPattern(2), value: tree.expression(depth - 1))
    }
    return Self.make(
      .match(
        Match(subject: subject, arms: arms, otherwise: chance(2) ? expression(depth - 1) : nil)))
  }

  mutating func matchPattern(_ depth: Int) -> MatchPattern {
    switch count(6) {
    case 0: return .any
    case 1: return .literal(Self.make(.unary(.minus, Self.make(.number(2.5)))))
    case 2: return .literal(Self.make(pick([.boolean(true), .null, .undefined, .number(3)])))
    case 3 where depth > 0, 4 where depth > 0:
      return .object(
        several(0, 3) { tree in
          let key = tree.chance(4) ? tree.literal() : StringLiteral(tree.name())
          return MatchPattern.Field(
            key: key,
            value: tree.chance(2) ? .bind(tree.binding()) : .pattern(tree.matchPattern(depth - 1)))
        })
    default: return .literal(Self.make(.string(literal())))
    }
  }

  // MARK: Markup

  mutating func element(_ depth: Int) -> JSXElement {
    let tag: JSXElement.Tag =
      switch count(3) {
      case 0: .fragment
      case 1: .component(Self.make(.identifier(pick(["Card", "$x", "Été"]))))
      case 2:
        .component(
          Self.make(
            .member(Self.make(.identifier(pick(["ui", "Table"]))), name: "row", isOptional: false)))
      default: .element(pick(["p", "my-tag", "svg:path", "h1", "a"]))
      }
    var attributes: [JSXElement.Attribute] = []
    if case .fragment = tag {
    } else {
      attributes = several(0, 2) { tree -> JSXElement.Attribute in
        switch tree.count(4) {
        case 0: .spread(tree.expression(depth - 1))
        case 1: .named("data-id", nil)
        case 2: .named("xlink:href", Self.make(.string(tree.markupText())))
        case 3: .named("class", Self.make(.jsx(tree.element(max(0, depth - 1)))))
        default: .named("onclick", tree.expression(depth - 1))
        }
      }
    }
    var children: [JSXElement.Child] = []
    if depth > 0 {
      for _ in 0..<count(3) {
        if case .text? = children.last {
          children.append(.expression(expression(depth - 1)))
        } else if chance(2) {
          children.append(.text(markupText()))
        } else if chance(2) {
          children.append(.expression(Self.make(.jsx(element(depth - 1)))))
        } else {
          children.append(.expression(expression(depth - 1)))
        }
      }
    }
    return JSXElement(tag: tag, attributes: attributes, children: children)
  }
}
