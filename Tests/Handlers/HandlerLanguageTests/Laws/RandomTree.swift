import HandlerLanguage

import struct TestSupport.SeededGenerator

/// Trees of the whole grammar, by seed. Names are not declared: what they mean is not the parser's.
struct RandomTree {
  var random: SeededGenerator
  /// Whether the file may hold markup, and types.
  let path: String
  var hasMarkup: Bool { path.hasSuffix("x") }
  var hasTypes: Bool { path.hasSuffix("ts") || path.hasSuffix("tsx") }

  var isInFunction = false
  var isInLoop = false

  init(_ random: SeededGenerator, path: String) {
    self.random = random
    self.path = path
  }

  mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }
  mutating func count(_ most: Int) -> Int { Int.random(in: 0...most, using: &random) }
  mutating func pick<Item>(_ items: [Item]) -> Item {
    items[Int.random(in: items.indices, using: &random)]
  }
  mutating func several<Item>(
    _ least: Int, _ most: Int, _ make: (inout RandomTree) -> Item
  ) -> [Item] {
    let count = Int.random(in: least...most, using: &random)
    return (0..<count).map { _ in make(&self) }
  }

  static func make(_ kind: Expression.Kind) -> Expression {
    Expression(position: Self.nowhere, id: 0, kind: kind)
  }
  static func make(_ kind: Statement.Kind) -> Statement {
    Statement(position: Self.nowhere, kind: kind)
  }
  static let nowhere = SourcePosition(file: 0, line: 1, column: 1)

  // MARK: Names and texts

  mutating func name() -> String {
    pick(["a", "b", "c", "x", "y", "f", "o", "$", "a1", "été", "of", "get", "set", "type", "from"])
  }
  mutating func binding() -> BindingName {
    BindingName(name: name(), binding: 0, position: Self.nowhere)
  }

  mutating func literal() -> StringLiteral {
    StringLiteral(
      units: several(0, 5) { tree in
        tree.pick([
          0x61, 0x41, 0x20, 0x30, 0x22, 0x27, 0x60, 0x5C, 0x24, 0x7B, 0x7D, 0x3C, 0x26, 0x0A, 0x0D,
          0x09, 0, 0xE9, 0x2028, 0xD83D, 0xDE00, 0xFFFF,
        ])
      })
  }

  /// Text that markup can hold: whole characters, no carriage return.
  mutating func markupText() -> StringLiteral {
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

  mutating func variables(_ depth: Int) -> Statement {
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

  mutating func choice(_ depth: Int) -> Statement {
    let test = expression(depth - 1)
    guard chance(2) else {
      return Self.make(.if(test: test, then: branch(depth), otherwise: nil))
    }
    // An `if` without `else` as the first branch would take the `else`.
    let then = Self.make(.block(statements(depth - 1, most: 2)))
    return Self.make(.if(test: test, then: then, otherwise: branch(depth)))
  }

  /// What can stand without braces.
  mutating func branch(_ depth: Int) -> Statement {
    let found = statement(depth - 1)
    switch found.kind {
    case .variables, .function: return Self.make(.block([found]))
    default: return found
    }
  }

  mutating func loop(_ depth: Int) -> Statement {
    let outer = isInLoop
    let pattern = pattern(depth - 1)
    let iterable = expression(depth - 1)
    isInLoop = true
    defer { isInLoop = outer }
    return Self.make(
      .forOf(chance(2) ? .const : .let, pattern, iterable: iterable, body: branch(depth)))
  }

  mutating func selection(_ depth: Int) -> Statement {
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

  mutating func fallback(_ depth: Int, _ target: Pattern) -> Expression? {
    chance(3) ? Self.named(expression(depth), target) : nil
  }

  mutating func key(_ depth: Int) -> PropertyKey {
    switch count(6) {
    case 0 where depth > 0: return .computed(expression(depth))
    case 1: return .literal(literal())
    case 2: return .literal(StringLiteral(pick(["0", "7", "1.5", "1e+21", "if", "default"])))
    default: return .literal(StringLiteral(name()))
    }
  }

  /// A function without a name takes that of what it is the value of.
  static func named(_ value: Expression, _ pattern: Pattern) -> Expression {
    if case .name(let name) = pattern { Self.named(value, name.name) } else { value }
  }

  static func named(_ value: Expression, _ name: String) -> Expression {
    guard case .function(var function) = value.kind, function.name == nil else { return value }
    function.name = name
    return Self.make(.function(function))
  }

  mutating func function(
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

}
