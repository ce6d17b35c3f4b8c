import HandlerLanguage

import struct TestSupport.SeededGenerator

extension SourcePrinter {
  mutating func print(_ statement: Statement) -> [Piece] {
    if hasTypes, chance(8) { return typeStatement() + here(statement) }
    return here(statement)
  }

  mutating func typeStatement() -> [Piece] {
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

  mutating func here(_ statement: Statement) -> [Piece] {
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
  func mayLeaveOutBreak(_ body: [Statement], isLast: Bool) -> Bool {
    switch body.last?.kind {
    case .return, .continue: true
    case .break, .block: false
    default: isLast
    }
  }

  mutating func block(_ statements: [Statement]) -> [Piece] {
    [Piece("{")] + statements.flatMap { print($0) } + [Piece("}")]
  }

  /// What would be read as a block or a declaration gets parentheses.
  func start(_ pieces: [Piece]) -> [Piece] {
    let first = pieces.first?.text ?? ""
    return first == "{" || first == "function" ? [Piece("(")] + pieces + [Piece(")")] : pieces
  }
}
