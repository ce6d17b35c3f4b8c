import TestSupport

/// Pure expressions by seed whose operands are always of a kind that their operators and methods
/// take, so that none faults. Everything is in parentheses: what binds how is the parser's matter.
struct RandomExpression {
  var random: SeededGenerator

  private mutating func count(_ most: Int) -> Int { Int.random(in: 0...most, using: &random) }
  private mutating func chance(_ one: Int) -> Bool { count(one - 1) == 0 }
  private mutating func pick(_ items: [String]) -> String {
    items[Int.random(in: items.indices, using: &random)]
  }
  private mutating func list(_ least: Int, _ most: Int, _ depth: Int) -> String {
    let count = Int.random(in: least...most, using: &random)
    return (0..<count).map { _ in any(depth) }.joined(separator: ", ")
  }

  /// A value of any kind.
  mutating func any(_ depth: Int) -> String {
    switch count(9) {
    case 0, 1, 2: number(depth)
    case 3, 4, 5: string(depth)
    case 6: boolean(depth)
    case 7: array(depth)
    case 8: object(depth)
    default: depth > 0 ? choice(depth) : pick(["null", "undefined"])
    }
  }

  private mutating func choice(_ depth: Int) -> String {
    let (a, b) = (any(depth - 1), any(depth - 1))
    switch count(4) {
    case 0: return "(\(a) && \(b))"
    case 1: return "(\(a) || \(b))"
    case 2: return "(\(a) ?? \(b))"
    case 3: return "(\(object(depth - 1))?.\(key()))"
    default: return "(\(a) ? \(b) : \(any(depth - 1)))"
    }
  }

  /// What is neither an array nor an object: these become text in ways of their own.
  private mutating func plain(_ depth: Int) -> String {
    switch count(6) {
    case 0, 1, 2: number(depth)
    case 3, 4: string(depth)
    case 5: boolean(depth)
    default: pick(["null", "undefined"])
    }
  }

  // No name of a prototype: objects have none here.
  private mutating func key() -> String { pick(["a", "b", "c", "length"]) }
  /// A place in a text or an array, or beside it.
  private mutating func place() -> String {
    pick(["0", "1", "2", "3", "-1", "-2", "9", "-9", "1.7", "NaN", "Infinity", "undefined"])
  }

  // MARK: Numbers

  mutating func number(_ depth: Int) -> String {
    guard depth > 0 else {
      return pick([
        "0", "1", "2", "7", "(-0)", "(-1)", "0.1", "0.2", "1.5", "(-2.5)", "NaN", "Infinity",
        "(-Infinity)", "1e21", "123456789012345680000", "9007199254740993", "4294967295",
        "2147483648", "(-2147483649)", "5e-324", "1.7976931348623157e308", "1e-7", "0.5", "255",
      ])
    }
    let d = depth - 1
    switch count(11) {
    case 0, 1, 2:
      return "(\(number(d)) \(pick(["+", "-", "*", "/", "%"])) \(number(d)))"
    case 3:
      return "(\(number(d)) \(pick(["&", "|", "^", "<<", ">>", ">>>"])) \(number(d)))"
    case 4: return "(\(pick(["-", "+", "~"]))\(plain(d)))"
    case 5:
      let one = pick([
        "abs", "ceil", "floor", "round", "trunc", "sign", "sqrt", "fround", "clz32",
      ])
      return "Math.\(one)(\(number(d)))"
    case 6: return "Math.\(pick(["max", "min", "imul"]))(\(number(d)), \(number(d)))"
    case 7:
      return
        "\(string(d)).\(pick(["indexOf", "lastIndexOf"]))(\(string(0)), \(place()))"
    case 8: return "(\(string(d)).charCodeAt(\(place())))"
    case 9: return "\(pick(["Number", "parseFloat", "parseInt"]))(\(string(d)))"
    case 10: return "(\(pick([string(d), array(d)])).length)"
    default: return "(\(boolean(d)) ? \(number(d)) : \(number(d)))"
    }
  }

  // MARK: Texts

  mutating func string(_ depth: Int) -> String {
    guard depth > 0 else {
      return pick([
        "''", "'a'", "'b'", "'ab'", "'aba'", "' x\\t\\u00a0'", "'é'", "'😀'", "'\\ud83d'",
        "'\\ude00a'", "'1'", "'-0'", "'0x1F'", "'1e3'", "' 12 '", "'$&-$$'", "'12abc'", "'ABC'",
        "'ß'", "'\\n\"\\\\'", "'a,b,,c'", "'\\u2028'", "'e\\u0301'",
      ])
    }
    let d = depth - 1
    switch count(15) {
    case 0, 1: return "(\(string(d)) + \(plain(d)))"
    case 2: return "`\(pick(["", "a", "é"]))${\(plain(d))}$\(pick(["", "x"]))${\(plain(d))}`"
    case 3: return "String(\(plain(d)))"
    case 4: return "\(string(d)).\(pick(["slice", "substring"]))(\(place()), \(place()))"
    case 5: return "\(string(d)).\(pick(["trim", "trimStart", "trimEnd"]))()"
    case 6: return "\(string(d)).\(pick(["toUpperCase", "toLowerCase"]))()"
    case 7:
      return "\(string(d)).\(pick(["padStart", "padEnd"]))(\(pick(["0", "3", "8"])), \(string(0)))"
    case 8: return "\(string(d)).repeat(\(pick(["0", "1", "2", "2.9"])))"
    case 9:
      return "\(string(d)).\(pick(["replace", "replaceAll"]))(\(string(0)), \(string(0)))"
    case 10: return "\(string(d)).charAt(\(place()))"
    case 11: return "[\(list(0, 3, 0))].map((v) => typeof v).join(\(string(0)))"
    case 12: return "(JSON.stringify(\(any(d)), null, \(pick(["0", "2", "'-'"]))) ?? 'none')"
    case 13: return "(0 + \(number(d))).toString(\(pick(["2", "16", "36"])))"
    case 14:
      // `NaN.toFixed` is refused by name.
      return "(0 + \(number(d))).\(pick(["toFixed(2)", "toPrecision(5)", "toExponential(3)"]))"
    default: return "\(string(d)).concat(\(plain(d)), \(plain(d)))"
    }
  }

  // MARK: Truths

  mutating func boolean(_ depth: Int) -> String {
    guard depth > 0 else { return pick(["true", "false"]) }
    let d = depth - 1
    switch count(7) {
    case 0, 1: return "(\(plain(d)) \(pick(["<", "<=", ">", ">="])) \(plain(d)))"
    case 2: return "(\(any(d)) \(pick(["===", "!=="])) \(any(d)))"
    case 3: return "(!\(any(d)))"
    case 4:
      return "\(string(d)).\(pick(["includes", "startsWith", "endsWith"]))(\(string(0)))"
    case 5:
      return
        "Number.\(pick(["isInteger", "isFinite", "isNaN", "isSafeInteger"]))(\(any(d)))"
    case 6: return "\(pick(["Array.isArray(\(any(d)))", "\(array(d)).includes(\(plain(0)))"]))"
    default: return "('\(key())' in \(object(d)))"
    }
  }

  // MARK: Arrays and objects

  mutating func array(_ depth: Int) -> String {
    guard depth > 0 else { return "[\(list(0, 3, 0))]" }
    let d = depth - 1
    switch count(14) {
    case 0: return "\(array(d)).slice(\(place()), \(place()))"
    case 1: return "\(array(d)).concat(\(any(d)), \(array(d)))"
    case 2: return "\(array(d)).map((v, i) => [i, v])"
    case 3: return "\(array(d)).filter((v) => v)"
    case 4: return "\(array(d)).toReversed()"
    case 5: return "[\(numbers(d))].toSorted((a, b) => a - b)"
    case 6: return "[\(plains(d))].toSorted()"
    case 7: return "\(array(d)).flat(\(pick(["", "0", "2"])))"
    case 8: return "[...\(array(d)), ...\(string(d))]"
    case 9:
      return
        "\(string(d)).split(\(pick(["''", "','", "'a'", "undefined"])), \(pick(["2", "undefined"])))"
    case 10: return "Object.\(pick(["keys", "values", "entries"]))(\(object(d)))"
    case 11:
      return "\(array(d)).toSpliced(\(pick(["0", "1", "-1"])), \(pick(["0", "1", "9"])), \(any(d)))"
    case 12: return "\(array(d)).flatMap((v) => [v, v])"
    case 13: return "Array.from(\(string(d)), (c) => c.length)"
    default: return "[\(list(0, 4, d))]"
    }
  }

  // Zeros of both signs and what is no number would be sorted in an order of one's own.
  private mutating func numbers(_ depth: Int) -> String {
    (0..<count(6)).map { _ in "((\(number(depth)) | 0) % 5)" }.map { "(\($0) + 0)" }
      .joined(separator: ", ")
  }

  private mutating func plains(_ depth: Int) -> String {
    (0..<count(6)).map { _ in plain(depth) }.joined(separator: ", ")
  }

  mutating func object(_ depth: Int) -> String {
    guard depth > 0 else {
      return pick(["{ a: 1 }", "{ b: 'x', a: null }", "{}", "{ c: undefined, 2: 0, 1: 1 }"])
        .inParentheses
    }
    let d = depth - 1
    switch count(4) {
    case 0: return "{ ...\(object(d)), \(pick(["a", "'x y'", "7"])): \(any(d)) }".inParentheses
    case 1: return "{ [\(string(0))]: \(any(d)), b: \(any(d)) }".inParentheses
    case 2: return "Object.fromEntries(\(array(d)).map((v, i) => [`k${i % 3}`, v]))"
    case 3: return "Object.assign({ a: 0 }, \(object(d)))"
    default: return "{ \(key()): \(any(d)), b: \(any(d)) }".inParentheses
    }
  }
}

extension String {
  fileprivate var inParentheses: String { "(\(self))" }
}
