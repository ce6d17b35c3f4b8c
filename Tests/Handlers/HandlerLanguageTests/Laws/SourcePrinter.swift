import HandlerLanguage

import struct TestSupport.SeededGenerator

/// Writes trees as source, each time in another of the many spellings that mean the same tree.
struct SourcePrinter {
  /// Where parentheses stand: only where the tree needs them, around everything, or here and there.
  enum Parentheses: CaseIterable { case needed, everywhere, some }

  /// A piece of the source that nothing can divide.
  struct Piece {
    var text: String
    /// Whether no line may end before it.
    var staysOnLine = false
    /// The end of a statement, where a new line may stand for the `;`.
    var isEnd = false

    init(_ text: String, staysOnLine: Bool = false) {
      self.text = text
      self.staysOnLine = staysOnLine
    }
    static let end: Piece = {
      var end = Piece(";")
      end.isEnd = true
      return end
    }()
  }

  var random: SeededGenerator
  let parentheses: Parentheses
  /// Whether the file may hold types, and whether it does.
  let isTypeScript: Bool
  let hasTypes: Bool
  /// Comments, odd blanks and left out semicolons, rather than single blanks.
  let isWild: Bool

  private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }
  private mutating func pick(_ items: [String]) -> String {
    items.randomElement(using: &random) ?? ""
  }

  // MARK: Pieces to text

  mutating func source(_ body: [Statement]) -> String {
    var pieces: [Piece] = []
    for statement in body { pieces += print(statement) }
    return join(pieces)
  }

  private mutating func join(_ pieces: [Piece]) -> String {
    var text = ""
    for (index, piece) in pieces.enumerated() {
      if piece.isEnd, isWild, chance(2) {
        let next = index + 1 < pieces.count ? pieces[index + 1].text : "}"
        let startsWithWord = next.utf8.first.map { $0 >= 0x61 && $0 <= 0x7A } ?? false
        if next == "}" || startsWithWord {
          text += "\n"
          continue
        }
      }
      if index > 0 { text += blank(piece.staysOnLine) }
      text += piece.text
    }
    return text
  }

  private mutating func blank(_ staysOnLine: Bool) -> String {
    guard isWild, chance(3) else { return " " }
    let onLine = [" ", "\t", "\u{a0}", " /* } ' ` < */ ", "  "]
    return staysOnLine
      ? pick(onLine) : pick(onLine + ["\n", "\r\n", "\u{2028}", " // ' ` { (\n", " /*\n*/"])
  }

  // MARK: Statements

  mutating func print(_ statement: Statement) -> [Piece] {
    if hasTypes, chance(8) { return typeStatement() + here(statement) }
    return here(statement)
  }

  private mutating func typeStatement() -> [Piece] {
    switch Int.random(in: 0..<4, using: &random) {
    case 0:
      [Piece("type"), Piece("A\(Int.random(in: 0..<9, using: &random))", staysOnLine: true)]
        + [Piece("="), Piece(type()), .end]
    case 1:
      [
        Piece("interface"), Piece("I", staysOnLine: true),
        Piece("{ a: \(type()); b?(x: \(type())): void }"),
      ]
    case 2: [Piece("declare"), Piece("const", staysOnLine: true), Piece("d: \(type())"), .end]
    default:
      [
        Piece("declare"), Piece("function", staysOnLine: true), Piece("d(x: \(type())): \(type())"),
        .end,
      ]
    }
  }

  private mutating func here(_ statement: Statement) -> [Piece] {
    switch statement.kind {
    case .variables(let kind, let declarators):
      var pieces = [Piece(kind == .const ? "const" : "let")]
      for (index, declarator) in declarators.enumerated() {
        if index > 0 { pieces.append(Piece(",")) }
        pieces += print(declarator.pattern) + annotation()
        if let value = declarator.value { pieces += [Piece("=")] + print(value, 0) }
      }
      return pieces + [.end]
    case .function(let name, let function):
      return [Piece("function"), Piece(name.name)] + head(function) + block(function)
    case .expression(let value): return start(print(value, 0)) + [.end]
    case .return(let value):
      var pieces = value.map { print($0, 0) } ?? []
      if !pieces.isEmpty { pieces[0].staysOnLine = true }
      return [Piece("return")] + pieces + [.end]
    case .if(let test, let then, let otherwise):
      let head = [Piece("if"), Piece("(")] + print(test, 0) + [Piece(")")] + here(then)
      return head + (otherwise.map { [Piece("else")] + here($0) } ?? [])
    case .forOf(let kind, let pattern, let iterable, let body):
      return [Piece("for"), Piece("("), Piece(kind == .const ? "const" : "let")] + print(pattern)
        + [Piece("of")] + print(iterable, 0) + [Piece(")")] + here(body)
    case .break: return [Piece("break"), .end]
    case .continue: return [Piece("continue"), .end]
    case .switch(let subject, let cases):
      var pieces = [Piece("switch"), Piece("(")] + print(subject, 0) + [Piece(")"), Piece("{")]
      for (index, item) in cases.enumerated() {
        for test in item.tests { pieces += [Piece("case")] + print(test, 0) + [Piece(":")] }
        if item.isDefault { pieces += [Piece("default"), Piece(":")] }
        for inner in item.body { pieces += print(inner) }
        if mayLeaveOutBreak(item.body, isLast: index == cases.count - 1), chance(2) { continue }
        pieces += [Piece("break"), .end]
      }
      return pieces + [Piece("}")]
    case .block(let statements): return block(statements)
    case .assert(let condition, let message):
      guard let message else { return [Piece("assert")] + print(condition, 0) + [.end] }
      let parts = print(condition, 0) + [Piece(",")] + print(message, 0)
      return [Piece("assert")] + (chance(2) ? [Piece("(")] + parts + [Piece(")")] : parts) + [.end]
    }
  }

  /// Whether a case ends without a `break` of its own. Where it ends with one that is the body's,
  /// another has to follow, since the last one is the case's.
  private func mayLeaveOutBreak(_ body: [Statement], isLast: Bool) -> Bool {
    switch body.last?.kind {
    case .return, .continue: true
    case .break, .block: false
    default: isLast
    }
  }

  private mutating func block(_ statements: [Statement]) -> [Piece] {
    [Piece("{")] + statements.flatMap { print($0) } + [Piece("}")]
  }

  /// What would be read as a block or a declaration gets parentheses.
  private func start(_ pieces: [Piece]) -> [Piece] {
    let first = pieces.first?.text ?? ""
    return first == "{" || first == "function" ? [Piece("(")] + pieces + [Piece(")")] : pieces
  }

  // MARK: Functions and patterns

  private mutating func head(_ function: Function) -> [Piece] {
    var pieces = hasTypes && chance(8) ? [Piece("<T extends A = B, U>")] : []
    pieces.append(Piece("("))
    for parameter in function.parameters {
      pieces += print(parameter.target)
      if hasTypes, parameter.fallback == nil, chance(6) { pieces.append(Piece("?")) }
      pieces += annotation() + fallback(parameter.fallback) + [Piece(",")]
    }
    if let rest = function.rest {
      pieces += [Piece("...")] + print(rest) + annotation()
    } else if !function.parameters.isEmpty, chance(2) {
      pieces.removeLast()
    }
    pieces.append(Piece(")"))
    if !function.declaredSpecs.isEmpty {
      let names = function.declaredSpecs.map { "\"\($0.replacing("-", with: "_"))\"" }
      return pieces + [Piece(":"), Piece("Response & Spec<\(names.joined(separator: " | "))>")]
    }
    return pieces + annotation()
  }

  private mutating func block(_ function: Function) -> [Piece] {
    switch function.body {
    case .block(let statements): block(statements)
    case .expression(let value): [Piece("{"), Piece("return")] + print(value, 0) + [Piece("}")]
    }
  }

  private mutating func fallback(_ value: Expression?) -> [Piece] {
    value.map { [Piece("=")] + print($0, 0) } ?? []
  }

  mutating func print(_ pattern: Pattern) -> [Piece] {
    switch pattern {
    case .name(let name): return [Piece(name.name)]
    case .object(let properties, let rest):
      var pieces = [Piece("{")]
      for (index, property) in properties.enumerated() {
        if index > 0 { pieces.append(Piece(",")) }
        if case .name(let name) = property.target, isKey(property.key, name.name), chance(2) {
          pieces.append(Piece(name.name))
        } else {
          pieces += print(property.key) + [Piece(":")] + print(property.target)
        }
        pieces += fallback(property.fallback)
      }
      if let rest {
        if !properties.isEmpty { pieces.append(Piece(",")) }
        pieces += [Piece("..."), Piece(rest.name)]
      }
      return pieces + [Piece("}")]
    case .array(let elements, let rest):
      var pieces = [Piece("[")]
      for element in elements {
        if let element { pieces += print(element.target) + fallback(element.fallback) }
        pieces.append(Piece(","))
      }
      if let rest { pieces += [Piece("...")] + print(rest) }
      return pieces + [Piece("]")]
    }
  }

  private func isKey(_ key: PropertyKey, _ name: String) -> Bool {
    if case .literal(let literal) = key { literal == StringLiteral(name) } else { false }
  }

  private mutating func print(_ key: PropertyKey) -> [Piece] {
    switch key {
    case .computed(let value): [Piece("[")] + print(value, 0) + [Piece("]")]
    case .literal(let literal): [Piece(keyText(literal))]
    }
  }

  private mutating func keyText(_ literal: StringLiteral) -> String {
    let plain = literal.text
    let spellings = ["0": "0x0", "7": "7.0", "1.5": "1_5e-1", "1e+21": "1000000000000000000000"]
    let isPlain = StringLiteral(plain) == literal
    if isPlain, let number = spellings[plain], chance(2) { return number }
    let isWord =
      !plain.isEmpty && isPlain
      && plain.unicodeScalars.allSatisfy { $0.properties.isIDStart || $0 == "$" }
    return isWord && chance(2) ? plain : quoted(literal)
  }

  // MARK: Types

  private mutating func annotation() -> [Piece] {
    hasTypes && chance(4) ? [Piece(":"), Piece(type())] : []
  }

  /// A type that stands by itself wherever one can.
  private mutating func type() -> String {
    pick([
      "number", "A.B<C, D[]>", "Array<Array<number>>", "string[][]", "[a: A, b?: B, ...C[]]",
      "{ readonly a: A; b?: B, [k: string]: C }", "(A | B)", "(x: A, ...y: B[]) => C", "keyof A",
      "A[\"k\"]", "`a${B}c`", "typeof a.b", "unknown | null", "-1", "\"s\" | 'a`b'",
      "(A extends infer B ? C : D)", "{ [K in keyof T]?: T[K] }", "{ (): A; m<T>(x: T): void }",
      "A<B<C<D>>>", "void", "readonly A[]", "new () => A",
    ])
  }

  // MARK: Expressions

  /// Levels at which an expression can stand: 0 for any, 1 for any but a pipeline, 2 for a `?:` or
  /// tighter, 2 and its precedence for an operator, then prefixes, what has members, and operands.
  private enum Level {
    static let prefix = 15
    static let postfix = 16
    static let operand = 17
  }

  private func precedence(_ operation: BinaryOperator) -> Int {
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

  private func precedence(_ operation: LogicalOperator) -> Int {
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
  private mutating func bare(_ value: Expression, _ level: Int) -> ([Piece], Int) {
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

  private mutating func list(_ parts: [[Piece]]) -> [Piece] {
    var pieces: [Piece] = []
    for part in parts { pieces += part + [Piece(",")] }
    if !pieces.isEmpty, chance(2) { pieces.removeLast() }
    return pieces
  }

  private mutating func print(_ member: ObjectMember) -> [Piece] {
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

  private mutating func print(_ function: Function) -> ([Piece], Int) {
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

  private mutating func print(_ target: AssignmentTarget) -> [Piece] {
    switch target {
    case .variable(let variable): bare(variable, 0).0
    case .member(let object, let name): print(object, Level.postfix) + [Piece("."), Piece(name)]
    case .index(let object, let index):
      print(object, Level.postfix) + [Piece("[")] + print(index, 0) + [Piece("]")]
    }
  }

  private mutating func chain(_ value: Expression, isOptional: Bool) -> [Piece] {
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
  private mutating func inner(_ object: Expression, _ isOptional: Bool) -> [Piece] {
    switch object.kind {
    case .member, .index, .call:
      isOptional && holdsOptional(object)
        ? chain(object, isOptional: true) : print(object, Level.postfix)
    default: print(object, Level.postfix)
    }
  }

  private func holdsOptional(_ value: Expression) -> Bool {
    switch value.kind {
    case .member(let object, _, let isHere): isHere || holdsOptional(object)
    case .index(let object, _, let isHere): isHere || holdsOptional(object)
    case .call(let callee, _, let isHere): isHere || holdsOptional(callee)
    default: false
    }
  }

  private mutating func print(_ match: Match) -> [Piece] {
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

  private mutating func print(_ pattern: MatchPattern) -> [Piece] {
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

  // MARK: Markup

  private mutating func print(_ element: JSXElement) -> String {
    let name =
      switch element.tag {
      case .fragment: ""
      case .element(let name): name
      case .component(let component): Self.path(of: component)
      }
    var text = "<" + name
    for attribute in element.attributes {
      text += blank(false)
      switch attribute {
      case .spread(let value): text += "{" + join([Piece("...")] + print(value, 0)) + "}"
      case .named(let name, nil): text += name
      case .named(let name, let value?):
        text += name + "="
        switch value.kind {
        case .string(let literal) where StringLiteral(literal.text) == literal && chance(2):
          text += "\"" + entities(literal.text, quotes: true) + "\""
        case .jsx(let inner) where chance(2): text += print(inner)
        default: text += "{" + join(print(value, 0)) + "}"
        }
      }
    }
    if element.children.isEmpty, !name.isEmpty, chance(2) { return text + " />" }
    text += ">"
    for child in element.children {
      if isWild, chance(4) { text += "{/* } */}" }
      switch child {
      case .text(let literal): text += folded(literal.text)
      case .expression(let value):
        // Blanks with a line end between children are nothing.
        if isWild, chance(4), !text.hasSuffix("\u{0}") { text += "{}" }
        if case .jsx(let inner) = value.kind, chance(2) {
          text += print(inner)
        } else {
          text += "{" + join(print(value, 0)) + "}"
        }
      }
    }
    return text + "</" + name + ">"
  }

  private static func path(of component: Expression) -> String {
    switch component.kind {
    case .identifier(let name): name
    case .member(let object, let name, _): "\(path(of: object)).\(name)"
    default: ""
    }
  }

  /// Text as markup writes it; a single blank inside may be a line end with what stands around it.
  private mutating func folded(_ text: String) -> String {
    var out = ""
    let characters = Array(text)
    for (index, character) in characters.enumerated() {
      let isBetween =
        character == " " && index > 0 && index + 1 < characters.count
        && characters[index - 1] != " " && characters[index + 1] != " "
      out += isBetween && chance(2) ? " \n\t " : entities(String(character), quotes: false)
    }
    // At the ends, a line end and what stands on its other side is dropped.
    if isWild, characters.first != " ", chance(3) { out = "\n  " + out }
    if isWild, characters.last != " ", chance(3) { out += "  \r\n\n " }
    return out
  }

  private mutating func entities(_ text: String, quotes: Bool) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case "{", "}", "\n": out += "&#x\(String(scalar.value, radix: 16));"
      case "\"" where quotes: out += "&quot;"
      default:
        if scalar != " ", chance(6) {
          out += "&#\(scalar.value);"
        } else {
          out.unicodeScalars.append(scalar)
        }
      }
    }
    return out
  }

  // MARK: Literals

  private mutating func spelled(_ number: Double) -> String {
    if number == 255 {
      return pick(["255", "0xFF", "0b1111_1111", "0o377", "2_55", "255.", "25.5e1"])
    }
    if number == 0.5 { return pick(["0.5", ".5", "5e-1", "0.50"]) }
    let plain = "\(number)"
    return plain.hasSuffix(".0") && chance(2) ? String(plain.dropLast(2)) : plain
  }

  private mutating func quoted(_ literal: StringLiteral) -> String {
    let quote = pick(["\"", "'"])
    return quote + escaped(literal, quote: quote) + quote
  }

  private mutating func escaped(_ literal: StringLiteral, quote: String) -> String {
    var out = ""
    var index = 0
    let units = literal.units
    while index < units.count {
      let unit = units[index]
      index += 1
      if isWild, chance(12) { out += pick(["\\\n", "\\\r\n", "\\\u{2028}"]) }
      if UTF16.isLeadSurrogate(unit), index < units.count, UTF16.isTrailSurrogate(units[index]),
        chance(2)
      {
        out += String(decoding: [unit, units[index]], as: UTF16.self)
        index += 1
        continue
      }
      out += escaped(unit, quote)
    }
    return out
  }

  private mutating func escaped(_ unit: UInt16, _ quote: String) -> String {
    let scalar = Unicode.Scalar(unit)
    let short: [UInt16: String] = [0x0A: "\\n", 0x0D: "\\r", 0x09: "\\t", 0x5C: "\\\\"]
    if let short = short[unit] {
      return unit == 0x0A && quote == "`" && chance(2) ? "\n" : short
    }
    guard let scalar, unit >= 0x20, !chance(8) else {
      let digits = String(unit, radix: 16)
      let padding = String(repeating: "0", count: 4 - digits.count)
      return chance(2) ? "\\u\(padding)\(digits)" : "\\u{\(digits)}"
    }
    let text = String(Character(scalar))
    return text == quote || text == "$" ? "\\" + text : text
  }
}
