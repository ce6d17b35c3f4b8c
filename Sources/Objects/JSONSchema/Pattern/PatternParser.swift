/// Reads the text of a pattern.
struct PatternParser {
  private let text: [UInt32]
  private var at = 0
  private var depth = 0

  init(_ text: String) { self.text = text.unicodeScalars.map(\.value) }

  mutating func read() throws(PatternError) -> PatternTree {
    let tree = try alternatives()
    guard at == text.count else { throw PatternError(.unbalanced, at: at) }
    return tree
  }

  private func peek(_ character: Unicode.Scalar, _ ahead: Int = 0) -> Bool {
    at + ahead < text.count && text[at + ahead] == character.value
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek(character) else { return false }
    at += 1
    return true
  }

  private mutating func alternatives() throws(PatternError) -> PatternTree {
    var ways = [try sequence()]
    while take("|") { ways.append(try sequence()) }
    return ways.count == 1 ? ways[0] : .alternatives(ways)
  }

  private mutating func sequence() throws(PatternError) -> PatternTree {
    var parts: [PatternTree] = []
    while at < text.count, !peek("|"), !peek(")") {
      let start = at
      let part = try atom()
      parts.append(try quantified(part, from: start))
    }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  // MARK: Atoms

  private mutating func atom() throws(PatternError) -> PatternTree {
    let start = at
    at += 1
    switch Unicode.Scalar(text[start]) {
    case "^": return .textStart
    case "$": return .textEnd
    case ".": return .one(CharacterClass.lineEnds.inverted)
    case "(": return try group()
    case "[": return .one(try characterClass())
    case "\\": return try escape()
    case "*", "+", "?": throw PatternError(.nothingToRepeat, at: start)
    case "{": throw PatternError(.nothingToRepeat, at: start)
    case "]", "}": throw PatternError(.unbalanced, at: start)
    default: return .one(CharacterClass([text[start]...text[start]]))
    }
  }

  private mutating func group() throws(PatternError) -> PatternTree {
    let start = at - 1
    if take("?") {
      if peek("=") || peek("!") || peek("<") && (peek("=", 1) || peek("!", 1)) {
        throw PatternError(.lookAround, at: start)
      }
      if peek("<") { throw PatternError(.namedGroup, at: start) }
      guard take(":") else { throw PatternError(.nothingToRepeat, at: start + 1) }
    }
    depth += 1
    guard depth <= TextPattern.deepest else { throw PatternError(.tooDeep, at: start) }
    let tree = try alternatives()
    guard take(")") else { throw PatternError(.unbalanced, at: start) }
    depth -= 1
    return tree
  }

  // MARK: Quantifiers

  private mutating func quantified(
    _ part: PatternTree, from start: Int
  ) throws(PatternError) -> PatternTree {
    let place = at
    var counts: (least: Int, most: Int?)?
    if take("*") {
      counts = (0, nil)
    } else if take("+") {
      counts = (1, nil)
    } else if take("?") {
      counts = (0, 1)
    } else if take("{") {
      counts = try braces(place)
    }
    guard let counts else { return part }
    switch part {
    case .textStart, .textEnd, .wordEdge: throw PatternError(.nothingToRepeat, at: place)
    default: break
    }
    // Which of the matches is taken does not matter here.
    _ = take("?")
    return .repeated(part, least: counts.least, most: counts.most)
  }

  private mutating func braces(_ start: Int) throws(PatternError) -> (least: Int, most: Int?) {
    guard let least = try number() else { throw PatternError(.malformedQuantifier, at: start) }
    var most: Int? = least
    if take(",") { most = try number() }
    guard take("}"), most.map({ $0 >= least }) ?? true else {
      throw PatternError(.malformedQuantifier, at: start)
    }
    return (least, most)
  }

  private mutating func number() throws(PatternError) -> Int? {
    let start = at
    var value = 0
    while at < text.count, 0x30...0x39 ~= text[at] {
      value = value * 10 + Int(text[at] - 0x30)
      guard value <= TextPattern.mostStates else { throw PatternError(.tooLarge, at: start) }
      at += 1
    }
    return at > start ? value : nil
  }

  // MARK: Escapes

  private mutating func escape() throws(PatternError) -> PatternTree {
    if take("b") { return .wordEdge(true) }
    if take("B") { return .wordEdge(false) }
    if at < text.count, 0x31...0x39 ~= text[at] { throw PatternError(.backReference, at: at - 1) }
    if peek("k") { throw PatternError(.backReference, at: at - 1) }
    if let named = try classEscape() { return .one(named) }
    let scalar = try characterEscape(inClass: false)
    return .one(CharacterClass([scalar...scalar]))
  }

  /// `\d` and its like, behind the backslash.
  private mutating func classEscape() throws(PatternError) -> CharacterClass? {
    guard at < text.count else { throw PatternError(.unknownEscape, at: at - 1) }
    let found: CharacterClass
    switch Unicode.Scalar(text[at]) {
    case "d": found = .digits
    case "D": found = CharacterClass.digits.inverted
    case "w": found = .wordCharacters
    case "W": found = CharacterClass.wordCharacters.inverted
    case "s": found = .spaces
    case "S": found = CharacterClass.spaces.inverted
    case "p", "P": throw PatternError(.unicodeProperty, at: at - 1)
    default: return nil
    }
    at += 1
    return found
  }

  /// A single character, behind the backslash.
  private mutating func characterEscape(inClass: Bool) throws(PatternError) -> UInt32 {
    let start = at - 1
    guard at < text.count else { throw PatternError(.unknownEscape, at: start) }
    let character = text[at]
    at += 1
    switch Unicode.Scalar(character) {
    case "t": return 0x09
    case "n": return 0x0A
    case "v": return 0x0B
    case "f": return 0x0C
    case "r": return 0x0D
    case "0":
      guard at == text.count || !(0x30...0x39 ~= text[at]) else {
        throw PatternError(.unknownEscape, at: start)
      }
      return 0
    case "c":
      guard at < text.count, 0x41...0x5A ~= text[at] & ~0x20 else {
        throw PatternError(.unknownEscape, at: start)
      }
      at += 1
      return text[at - 1] & 0x1F
    case "x": return try hex(2, from: start)
    case "u": return try codePoint(from: start)
    case "b" where inClass: return 0x08
    case "-" where inClass: return character
    case "^", "$", "\\", ".", "*", "+", "?", "(", ")", "[", "]", "{", "}", "|", "/":
      return character
    default: throw PatternError(.unknownEscape, at: start)
    }
  }

  private mutating func codePoint(from start: Int) throws(PatternError) -> UInt32 {
    if take("{") {
      var value: UInt32 = 0
      let first = at
      while let digit = hexDigit() {
        value = value << 4 | digit
        guard value <= 0x10FFFF else { throw PatternError(.unknownEscape, at: start) }
      }
      guard at > first, take("}") else { throw PatternError(.unknownEscape, at: start) }
      return value
    }
    let unit = try hex(4, from: start)
    guard 0xD800...0xDBFF ~= unit, peek("\\"), peek("u", 1) else { return unit }
    let place = at
    at += 2
    let low = try hex(4, from: start)
    guard 0xDC00...0xDFFF ~= low else {
      at = place
      return unit
    }
    return 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
  }

  private mutating func hex(_ count: Int, from start: Int) throws(PatternError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<count {
      guard let digit = hexDigit() else { throw PatternError(.unknownEscape, at: start) }
      value = value << 4 | digit
    }
    return value
  }

  private mutating func hexDigit() -> UInt32? {
    guard at < text.count else { return nil }
    let character = text[at]
    let digit: UInt32
    switch character {
    case 0x30...0x39: digit = character - 0x30
    case 0x41...0x46: digit = character - 0x41 + 10
    case 0x61...0x66: digit = character - 0x61 + 10
    default: return nil
    }
    at += 1
    return digit
  }

  // MARK: Classes

  /// What stands in square brackets, behind the opening one.
  private mutating func characterClass() throws(PatternError) -> CharacterClass {
    let start = at - 1
    let isInverted = take("^")
    var ranges: [ClosedRange<UInt32>] = []
    while !take("]") {
      guard at < text.count else { throw PatternError(.unbalanced, at: start) }
      let place = at
      let first = try classMember()
      guard peek("-"), !peek("]", 1), at + 1 < text.count else {
        ranges += first.ranges
        continue
      }
      at += 1
      let last = try classMember()
      guard let low = first.only, let high = last.only, low <= high else {
        throw PatternError(.malformedClass, at: place)
      }
      ranges.append(low...high)
    }
    let found = CharacterClass(ranges)
    return isInverted ? found.inverted : found
  }

  private mutating func classMember() throws(PatternError) -> CharacterClass {
    if take("\\") {
      if let named = try classEscape() { return named }
      let scalar = try characterEscape(inClass: true)
      return CharacterClass([scalar...scalar])
    }
    defer { at += 1 }
    return CharacterClass([text[at]...text[at]])
  }
}

extension CharacterClass {
  /// The one character that it is.
  fileprivate var only: UInt32? {
    guard ranges.count == 1, ranges[0].count == 1 else { return nil }
    return ranges[0].lowerBound
  }
}
