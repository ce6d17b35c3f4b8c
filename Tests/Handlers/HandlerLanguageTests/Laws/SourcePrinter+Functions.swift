import HandlerLanguage

import struct TestSupport.SeededGenerator

extension SourcePrinter {
  // MARK: Functions and patterns

  mutating func head(_ function: Function) -> [Piece] {
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

  mutating func block(_ function: Function) -> [Piece] {
    switch function.body {
    case .block(let statements): block(statements)
    case .expression(let value): [Piece("{"), Piece("return")] + print(value, 0) + [Piece("}")]
    }
  }

  mutating func fallback(_ value: Expression?) -> [Piece] {
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

  func isKey(_ key: PropertyKey, _ name: String) -> Bool {
    if case .literal(let literal) = key { literal == StringLiteral(name) } else { false }
  }

  mutating func print(_ key: PropertyKey) -> [Piece] {
    switch key {
    case .computed(let value): [Piece("[")] + print(value, 0) + [Piece("]")]
    case .literal(let literal): [Piece(keyText(literal))]
    }
  }

  mutating func keyText(_ literal: StringLiteral) -> String {
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

  mutating func annotation() -> [Piece] {
    hasTypes && chance(4) ? [Piece(":"), Piece(type())] : []
  }

  /// A type that stands by itself wherever one can.
  mutating func type() -> String {
    pick([
      "number", "A.B<C, D[]>", "Array<Array<number>>", "string[][]", "[a: A, b?: B, ...C[]]",
      "{ readonly a: A; b?: B, [k: string]: C }", "(A | B)", "(x: A, ...y: B[]) => C", "keyof A",
      "A[\"k\"]", "`a${B}c`", "typeof a.b", "unknown | null", "-1", "\"s\" | 'a`b'",
      "(A extends infer B ? C : D)", "{ [K in keyof T]?: T[K] }", "{ (): A; m<T>(x: T): void }",
      "A<B<C<D>>>", "void", "readonly A[]", "new () => A",
    ])
  }
}
