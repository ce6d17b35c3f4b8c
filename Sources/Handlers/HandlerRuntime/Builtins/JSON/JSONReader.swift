import Encodings

/// JSON text to values, straight into the arena.
///
/// Strings without escapes point into the text instead of being copied. The text must therefore
/// stay as it is, which every string in the arena does.
///
/// Reference: RFC 8259; ECMAScript 2023, 25.5.1.
struct JSONReader<Unit: CodeUnit> {
  private let c: CallContext
  private let source: FlatString
  private let text: UnsafeBufferPointer<Unit>
  private var index = 0
  /// Objects and arrays that are open at `index`.
  /// Keys met before, by their units: lists of like objects make each key once.
  private var keys = JSONKeyCache()

  private init(_ source: FlatString, _ text: UnsafeBufferPointer<Unit>, _ c: CallContext) {
    self.c = c
    self.source = source
    self.text = text
  }

  /// The value of a whole text.
  fileprivate static func read(
    _ source: FlatString, _ text: UnsafeBufferPointer<Unit>, _ c: CallContext
  ) throws(Fault) -> Value {
    var reader = JSONReader(source, text, c)
    let value = try reader.value()
    reader.skipSpace()
    if reader.index < text.count { throw reader.unexpected() }
    return value
  }

  /// A fault that tells the place and no more, since the text is data of the request.
  private func unexpected() -> Fault {
    index < text.count
      ? Fault("JSON.parse: unexpected character at \(index)")
      : Fault("JSON.parse: unexpected end of the text at \(index)")
  }

  private mutating func skipSpace() {
    while index < text.count {
      switch text[index] {
      case 0x20, 0x0A, 0x0D, 0x09: index &+= 1
      default: return
      }
    }
  }

  private mutating func value() throws(Fault) -> Value {
    skipSpace()
    guard index < text.count else { throw unexpected() }
    switch text[index] {
    case 0x7B: return try object()
    case 0x5B: return try array()
    case 0x22: return Value(try string())
    case 0x74: return try word("true", .true)
    case 0x66: return try word("false", .false)
    case 0x6E: return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func word(_ word: StaticString, _ value: Value) throws(Fault) -> Value {
    guard StringSearch.hasPrefix(text, word, at: index) else {
      // At the first letter that differs, or at the end.
      for place in 0..<word.utf8CodeUnitCount {
        guard index < text.count, text[index] == Unit(word.utf8Start[place]) else { break }
        index += 1
      }
      throw unexpected()
    }
    index += word.utf8CodeUnitCount
    return value
  }

  /// Goes behind an opening bracket, as deep as the stack allows; a text that asks for more is none.
  private mutating func open() throws(Fault) {
    do throws(Fault) { try c.checkStack() } catch {
      throw Fault("JSON.parse: nested too deeply")
    }
    index += 1
  }

  private mutating func object() throws(Fault) -> Value {
    try open()
    let object = try c.heap.makeObject()
    skipSpace()
    if index < text.count, text[index] == 0x7D {
      index += 1
      return Value(object)
    }
    while true {
      try c.spend(1)
      skipSpace()
      guard index < text.count, text[index] == 0x22 else { throw unexpected() }
      let key = try key()
      skipSpace()
      guard index < text.count, text[index] == 0x3A else { throw unexpected() }
      index += 1
      try c.heap.setProperty(object, key: key, try value())
      if try !separator(closing: 0x7D) { return Value(object) }
    }
  }

  private mutating func array() throws(Fault) -> Value {
    try open()
    let array = try c.heap.makeArray()
    skipSpace()
    if index < text.count, text[index] == 0x5D {
      index += 1
      return Value(array)
    }
    while true {
      try c.spend(1)
      try c.heap.append(array, try value())
      if try !separator(closing: 0x5D) { return Value(array) }
    }
  }

  /// Reads a comma (true) or the closing bracket (false).
  private mutating func separator(closing: Unit) throws(Fault) -> Bool {
    skipSpace()
    guard index < text.count else { throw unexpected() }
    let unit = text[index]
    guard unit == 0x2C || unit == closing else { throw unexpected() }
    index += 1
    return unit == 0x2C
  }

  private mutating func number() throws(Fault) -> Value {
    let start = index
    if text[index] == 0x2D { index += 1 }
    guard index < text.count, text[index].isDecimalDigit else { throw unexpected() }
    if text[index] == 0x30 { index += 1 } else { skipDigits() }
    if index < text.count, text[index] == 0x2E {
      index += 1
      try requireDigits()
    }
    if index < text.count, text[index] | 0x20 == 0x65 {
      index += 1
      if index < text.count, text[index] == 0x2B || text[index] == 0x2D { index += 1 }
      try requireDigits()
    }
    return Value(NumberParsing.decimal(UnsafeBufferPointer(rebasing: text[start..<index])))
  }

  private mutating func skipDigits() {
    while index < text.count, text[index].isDecimalDigit { index &+= 1 }
  }

  private mutating func requireDigits() throws(Fault) {
    guard index < text.count, text[index].isDecimalDigit else { throw unexpected() }
    skipDigits()
  }

  private mutating func key() throws(Fault) -> StringRef {
    let start = index + 1
    guard let end = try plainEnd() else { return try escapedString(from: start) }
    if let known = keys.find(source.part(start, end)) { return known }
    let key = try c.heap.slice(source, start, end)
    keys.insert(key)
    return key
  }

  private mutating func string() throws(Fault) -> StringRef {
    let start = index + 1
    guard let end = try plainEnd() else { return try escapedString(from: start) }
    return try c.heap.slice(source, start, end)
  }

  /// Goes behind the closing quote and tells where that stands, or stops at the first escape.
  @inline(__always)
  private mutating func plainEnd() throws(Fault) -> Int? {
    index += 1
    while index < text.count {
      let unit = text[index]
      if unit == 0x22 {
        index &+= 1
        return index &- 1
      }
      if unit == 0x5C { return nil }
      if unit < 0x20 { throw unexpected() }
      index &+= 1
    }
    throw unexpected()
  }

  private mutating func escapedString(from start: Int) throws(Fault) -> StringRef {
    var builder = try StringBuilder(c.heap)
    try builder.append(source.part(start, index))
    while index < text.count {
      let unit = text[index]
      if unit == 0x22 {
        index += 1
        return try builder.finish()
      }
      if unit == 0x5C {
        try builder.append(unit: try escape())
      } else if unit < 0x20 {
        throw unexpected()
      } else {
        try builder.append(unit: UInt16(truncatingIfNeeded: unit))
        index += 1
      }
    }
    throw unexpected()
  }

  private mutating func escape() throws(Fault) -> UInt16 {
    index += 1
    guard index < text.count else { throw unexpected() }
    let unit: UInt16
    switch text[index] {
    case 0x22: unit = 0x22
    case 0x5C: unit = 0x5C
    case 0x2F: unit = 0x2F
    case 0x62: unit = 0x08
    case 0x66: unit = 0x0C
    case 0x6E: unit = 0x0A
    case 0x72: unit = 0x0D
    case 0x74: unit = 0x09
    case 0x75: return try unicodeEscape()
    default: throw unexpected()
    }
    index += 1
    return unit
  }

  private mutating func unicodeEscape() throws(Fault) -> UInt16 {
    index += 1
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard index < text.count, let digit = Hex.valueOfAnyCase(text[index])
      else { throw unexpected() }
      unit = unit << 4 | UInt16(digit)
      index += 1
    }
    return unit
  }
}

/// Reading JSON of either width.
enum JSONText {
  /// The value of a JSON text.
  /// - Throws: a fault that tells where the text is not JSON.
  static func value(_ string: StringRef, _ c: CallContext) throws(Fault) -> Value {
    let source = try c.heap.flat(string)
    try c.spend(units: source.count)
    return source.isASCII
      ? try JSONReader.read(source, source.ascii, c)
      : try JSONReader.read(source, source.wide, c)
  }

  /// The value of a JSON text, or the fault that says why it is none or nested too deeply. The
  /// limits of the request are raised.
  static func attempt(
    _ string: StringRef, _ c: CallContext
  ) throws(Fault) -> Result<Value, Fault> {
    do {
      return .success(try value(string, c))
    } catch {
      if error.kind == .error { return .failure(error) }
      throw error
    }
  }
}
