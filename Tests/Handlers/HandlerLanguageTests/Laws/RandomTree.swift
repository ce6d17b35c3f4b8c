import HandlerLanguage

import struct TestSupport.SeededGenerator

/// Trees of the whole grammar, by seed. Names are not declared: what they mean is not the parser's.
struct RandomTree {
  var random: SeededGenerator
  /// Whether the file may hold markup, and types.
  let path: String
  var hasMarkup: Bool { path.hasSuffix("x") }
  var hasTypes: Bool { path.hasSuffix("ts") || path.hasSuffix("tsx") }

  private var isInFunction = false
  private var isInLoop = false

  init(_ random: SeededGenerator, path: String) {
    self.random = random
    self.path = path
  }

  mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }
  private mutating func count(_ most: Int) -> Int { Int.random(in: 0...most, using: &random) }
  private mutating func pick<Item>(_ items: [Item]) -> Item {
    items[Int.random(in: items.indices, using: &random)]
  }
  private mutating func several<Item>(
    _ least: Int, _ most: Int, _ make: (inout RandomTree) -> Item
  ) -> [Item] {
    let count = Int.random(in: least...most, using: &random)
    return (0..<count).map { _ in make(&self) }
  }

  private static func make(_ kind: Expression.Kind) -> Expression {
    Expression(position: Self.nowhere, id: 0, kind: kind)
  }
  private static func make(_ kind: Statement.Kind) -> Statement {
    Statement(position: Self.nowhere, kind: kind)
  }
  private static let nowhere = SourcePosition(file: 0, line: 1, column: 1)

  // MARK: Names and texts

  private mutating func name() -> String {
    pick(["a", "b", "c", "x", "y", "f", "o", "$", "a1", "été", "of", "get", "set", "type", "from"])
  }
  private mutating func binding() -> BindingName {
    BindingName(name: name(), binding: 0, position: Self.nowhere)
  }

  private mutating func literal() -> StringLiteral {
    StringLiteral(
      units: several(0, 5) { tree in
        tree.pick([
          0x61, 0x41, 0x20, 0x30, 0x22, 0x27, 0x60, 0x5C, 0x24, 0x7B, 0x7D, 0x3C, 0x26, 0x0A, 0x0D,
          0x09, 0, 0xE9, 0x2028, 0xD83D, 0xDE00, 0xFFFF,
        ])
      })
  }

  /// Text that markup can hold: whole characters, no carriage return.
  private mutating func markupText() -> StringLiteral {
    let pieces = ["a", "b c", " ", "<", "&", "{", "}", "é", "😀", "\n", "\"", "'", "&lt;", "x"]
    return StringLiteral(several(1, 4) { $0.pick(pieces) }.joined())
  }

  // MARK: Statements

  mutating func statements(_ depth: Int, most: Int = 4) -> [Statement] {
    several(0, most) { $0.statement(depth) }
  }

  mutating func statement(_ depth: Int) -> Statement {
    guard depth > 0 else {
      let value = expression(1)
      return Self.make(.expression(value))
    }
    switch count(13) {
    case 0, 1: return variables(depth)
    case 2:
      let name = binding()
      return Self.make(.function(name, function(depth - 1, name: name.name, isBlock: true)))
    case 3: return choice(depth)
    case 4: return loop(depth)
    case 5: return selection(depth)
    case 6: return Self.make(.block(statements(depth - 1)))
    case 7:
      return Self.make(
        .assert(expression(depth - 1), message: chance(2) ? expression(depth - 1) : nil))
    case 8 where isInFunction: return Self.make(.return(chance(4) ? nil : expression(depth)))
    case 9 where isInLoop: return Self.make(chance(2) ? .break : .continue)
    default: return Self.make(.expression(expression(depth)))
    }
  }

  private mutating func variables(_ depth: Int) -> Statement {
    let kind: DeclarationKind = chance(2) ? .const : .let
    let declarators = several(1, 2) { tree in
      let pattern = tree.pattern(depth - 1)
      if case .name = pattern, kind == .let, tree.chance(4) {
        return Declarator(pattern: pattern, value: nil)
      }
      return Declarator(pattern: pattern, value: Self.named(tree.expression(depth - 1), pattern))
    }
    return Self.make(.variables(kind, declarators))
  }

  private mutating func choice(_ depth: Int) -> Statement {
    let test = expression(depth - 1)
    guard chance(2) else {
      return Self.make(.if(test: test, then: branch(depth), otherwise: nil))
    }
    // An `if` without `else` as the first branch would take the `else`.
    let then = Self.make(.block(statements(depth - 1, most: 2)))
    return Self.make(.if(test: test, then: then, otherwise: branch(depth)))
  }

  /// What can stand without braces.
  private mutating func branch(_ depth: Int) -> Statement {
    let found = statement(depth - 1)
    switch found.kind {
    case .variables, .function: return Self.make(.block([found]))
    default: return found
    }
  }

  private mutating func loop(_ depth: Int) -> Statement {
    let outer = isInLoop
    let pattern = pattern(depth - 1)
    let iterable = expression(depth - 1)
    isInLoop = true
    defer { isInLoop = outer }
    return Self.make(
      .forOf(chance(2) ? .const : .let, pattern, iterable: iterable, body: branch(depth)))
  }

  private mutating func selection(_ depth: Int) -> Statement {
    let subject = expression(depth - 1)
    let outer = isInLoop
    isInLoop = false
    defer { isInLoop = outer }
    var cases = several(0, 3) { tree in
      SwitchCase(
        tests: tree.several(1, 2) { $0.expression(depth - 1) }, isDefault: false,
        body: tree.statements(depth - 1, most: 2))
    }
    if chance(2), let at = cases.indices.randomElement(using: &random) {
      cases[at].isDefault = true
      if chance(2) { cases[at].tests = [] }
    }
    return Self.make(.switch(subject, cases))
  }

  // MARK: Patterns

  mutating func pattern(_ depth: Int) -> Pattern {
    guard depth > 0, chance(3) else { return .name(binding()) }
    if chance(2) {
      let properties = several(0, 3) { tree in
        let target = tree.pattern(depth - 1)
        return Pattern.Property(
          key: tree.key(depth - 1), target: target, fallback: tree.fallback(depth - 1, target))
      }
      return .object(properties, rest: chance(3) ? binding() : nil)
    }
    let elements = several(0, 3) { tree -> Pattern.Element? in
      guard !tree.chance(5) else { return nil }
      let target = tree.pattern(depth - 1)
      return Pattern.Element(target: target, fallback: tree.fallback(depth - 1, target))
    }
    return .array(elements, rest: chance(3) ? pattern(depth - 1) : nil)
  }

  private mutating func fallback(_ depth: Int, _ target: Pattern) -> Expression? {
    chance(3) ? Self.named(expression(depth), target) : nil
  }

  private mutating func key(_ depth: Int) -> PropertyKey {
    switch count(6) {
    case 0 where depth > 0: return .computed(expression(depth))
    case 1: return .literal(literal())
    case 2: return .literal(StringLiteral(pick(["0", "7", "1.5", "1e+21", "if", "default"])))
    default: return .literal(StringLiteral(name()))
    }
  }

  /// A function without a name takes that of what it is the value of.
  private static func named(_ value: Expression, _ pattern: Pattern) -> Expression {
    if case .name(let name) = pattern { Self.named(value, name.name) } else { value }
  }

  private static func named(_ value: Expression, _ name: String) -> Expression {
    guard case .function(var function) = value.kind, function.name == nil else { return value }
    function.name = name
    return Self.make(.function(function))
  }

  private mutating func function(
    _ depth: Int, name: String? = nil, isBlock: Bool
  ) -> Function {
    let outer = (isInFunction, isInLoop)
    (isInFunction, isInLoop) = (true, false)
    defer { (isInFunction, isInLoop) = outer }
    let parameters = several(0, 2) { tree in
      let target = tree.pattern(depth)
      return Function.Parameter(target: target, fallback: tree.fallback(depth, target))
    }
    let rest = chance(5) ? pattern(depth) : nil
    return Function(
      id: 0, name: name, position: Self.nowhere, parameters: parameters, rest: rest,
      body: isBlock ? .block(statements(depth, most: 2)) : .expression(expression(depth)),
      declaredSpecs: hasTypes && chance(8) ? pick([["a"], ["a", "b-c"]]) : [])
  }

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

  private mutating func leaf() -> Expression {
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

  private mutating func functionExpression(_ depth: Int) -> Expression {
    var function = function(depth - 1, isBlock: chance(2))
    if case .block = function.body, chance(3) {
      function.selfBinding = binding()
      function.name = function.selfBinding?.name
    }
    return Self.make(.function(function))
  }

  private mutating func assignment(_ depth: Int) -> Expression {
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
  private mutating func chain(_ depth: Int) -> Expression {
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

  private mutating func object(_ depth: Int) -> Expression {
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

  private mutating func match(_ depth: Int) -> Expression {
    let subject = expression(depth - 1)
    let arms = several(0, 3) { tree in
      Match.Arm(pattern: tree.matchPattern(2), value: tree.expression(depth - 1))
    }
    return Self.make(
      .match(
        Match(subject: subject, arms: arms, otherwise: chance(2) ? expression(depth - 1) : nil)))
  }

  private mutating func matchPattern(_ depth: Int) -> MatchPattern {
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

  private mutating func element(_ depth: Int) -> JSXElement {
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
