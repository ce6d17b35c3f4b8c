/// The methods of strings: reading units, slicing, padding, trimming, case.
///
/// Reference: ECMAScript 2023, 22.1.3.
enum StringMethods {
  /// Puts every method of strings into a registry.
  static func register(in registry: inout NativeRegistry) {
    registerSearching(in: &registry)
    registerReplacing(in: &registry)
    registry.methods[.stringAt] = at
    registry.methods[.stringCharAt] = charAt
    registry.methods[.stringCharCodeAt] = charCodeAt
    registry.methods[.stringCodePointAt] = codePointAt
    registry.methods[.stringConcat] = concat
    registry.methods[.stringPadEnd] = { c throws(Fault) in try pad(c, atStart: false) }
    registry.methods[.stringPadStart] = { c throws(Fault) in try pad(c, atStart: true) }
    registry.methods[.stringRepeat] = repeated
    registry.methods[.stringSlice] = slice
    registry.methods[.stringSubstring] = substring
    registry.methods[.stringToLowerCase] = lowercased
    registry.methods[.stringToLocaleLowerCase] = lowercased
    registry.methods[.stringToUpperCase] = uppercased
    registry.methods[.stringToLocaleUpperCase] = uppercased
    registry.methods[.stringTrim] = { c throws(Fault) in try trim(c, start: true, end: true) }
    registry.methods[.stringTrimStart] = { c throws(Fault) in try trim(c, start: true, end: false) }
    registry.methods[.stringTrimEnd] = { c throws(Fault) in try trim(c, start: false, end: true) }
    registry.methods[.stringToString] = itself
    registry.methods[.stringValueOf] = itself
  }

  private static func itself(_ c: CallContext) throws(Fault) -> Value {
    _ = try c.receiverText()
    return c.receiver
  }

  private static func at(_ c: CallContext) throws(Fault) -> Value {
    let text = try c.receiverText()
    let index = try c.toInteger(c.arguments[0])
    let place = index < 0 ? index + text.count : index
    guard place >= 0, place < text.count else { return .undefined }
    return Value(try c.heap.string(unit: text[place]))
  }

  private static func charAt(_ c: CallContext) throws(Fault) -> Value {
    let text = try c.receiverText()
    let index = try c.toInteger(c.arguments[0])
    guard index >= 0, index < text.count else { return try c.text("") }
    return Value(try c.heap.string(unit: text[index]))
  }

  private static func charCodeAt(_ c: CallContext) throws(Fault) -> Value {
    let text = try c.receiverText()
    let index = try c.toInteger(c.arguments[0])
    guard index >= 0, index < text.count else { return .nan }
    return Value(Int(text[index]))
  }

  private static func codePointAt(_ c: CallContext) throws(Fault) -> Value {
    let text = try c.receiverText()
    let index = try c.toInteger(c.arguments[0])
    guard index >= 0, index < text.count else { return .undefined }
    return Value(Int(text.scalar(at: index).scalar ?? UInt32(text[index])))
  }

  private static func concat(_ c: CallContext) throws(Fault) -> Value {
    guard c.receiver.isString else { return .undefined }
    var result = c.receiver.string
    for index in 0..<c.arguments.count {
      result = try c.heap.concat(result, try c.toText(c.arguments[index]))
    }
    return Value(result)
  }

  private static func slice(_ c: CallContext) throws(Fault) -> Value {
    let text = try c.receiverText()
    let from = try c.position(0, in: text.count, default: 0)
    let to = try c.position(1, in: text.count, default: text.count)
    return try part(c, text, from, to)
  }

  private static func substring(_ c: CallContext) throws(Fault) -> Value {
    let text = try c.receiverText()
    func clamped(_ argument: Value, _ absent: Int) throws(Fault) -> Int {
      argument.isUndefined ? absent : min(max(0, try c.toInteger(argument)), text.count)
    }
    let first = try clamped(c.arguments[0], 0)
    let second = try clamped(c.arguments[1], text.count)
    return try part(c, text, min(first, second), max(first, second))
  }

  private static func part(
    _ c: CallContext, _ text: FlatString, _ from: Int, _ to: Int
  ) throws(Fault) -> Value {
    if from >= to { return try c.text("") }
    if from == 0, to == text.count { return c.receiver }
    return Value(try c.heap.slice(text, from, to))
  }

  private static func trim(_ c: CallContext, start: Bool, end: Bool) throws(Fault) -> Value {
    let text = try c.receiverText()
    try c.spend(units: text.count)
    let range = text.trimmedRange(start: start, end: end)
    return try part(c, text, range.lowerBound, range.upperBound)
  }

  private static func pad(_ c: CallContext, atStart: Bool) throws(Fault) -> Value {
    let text = try c.receiverText()
    let target = try c.toInteger(c.arguments[0])
    guard target > text.count else { return c.receiver }
    let filler =
      c.arguments[1].isUndefined ? try c.heap.string(" ") : try c.toText(c.arguments[1])
    let units = try c.heap.flat(filler)
    guard units.count > 0 else { return c.receiver }
    guard target <= StringRef.maximumLength else { throw Fault.invalidStringLength }
    let padding = try fill(c, units, target - text.count)
    return Value(
      atStart
        ? try c.heap.concat(padding, c.receiver.string)
        : try c.heap.concat(c.receiver.string, padding))
  }

  private static func repeated(_ c: CallContext) throws(Fault) -> Value {
    let text = try c.receiverText()
    let number = try c.toNumber(c.arguments[0])
    guard number > -1 || number.isNaN, number != .infinity else {
      throw Fault("repeat: the count is negative or infinite")
    }
    let times = try c.toInteger(c.arguments[0])
    if times == 0 || text.count == 0 { return try c.text("") }
    guard times <= StringRef.maximumLength / text.count else { throw Fault.invalidStringLength }
    return Value(try fill(c, text, times * text.count))
  }

  /// A text over and over until `count` units are full.
  private static func fill(
    _ c: CallContext, _ text: FlatString, _ count: Int
  ) throws(Fault) -> StringRef {
    // Memory bounds it as well.
    try c.spend(count >> 4)
    if text.isASCII {
      let (string, bytes) = try c.heap.makeASCII(count)
      repeatUnits(text.ascii, into: bytes)
      return string
    }
    let (string, units) = try c.heap.makeWide(count)
    repeatUnits(text.wide, into: units)
    return string
  }

  private static func repeatUnits<Unit: CodeUnit>(
    _ source: UnsafeBufferPointer<Unit>, into target: UnsafeMutableBufferPointer<Unit>
  ) {
    var offset = 0
    for index in 0..<target.count {
      target[index] = source[offset]
      offset += 1
      if offset == source.count { offset = 0 }
    }
  }

  private static func lowercased(_ c: CallContext) throws(Fault) -> Value {
    let text = try c.receiverText()
    try c.spend(units: text.count)
    guard text.isASCII else { return try c.text(units: CaseMapping.lowercased(text.wide)) }
    return try mapASCII(c, text.ascii, CaseMapping.asciiLower)
  }

  private static func uppercased(_ c: CallContext) throws(Fault) -> Value {
    let text = try c.receiverText()
    try c.spend(units: text.count)
    guard text.isASCII else { return try c.text(units: CaseMapping.uppercased(text.wide)) }
    return try mapASCII(c, text.ascii, CaseMapping.asciiUpper)
  }

  @inline(__always)
  private static func mapASCII(
    _ c: CallContext, _ text: UnsafeBufferPointer<UInt8>, _ transform: (UInt8) -> UInt8
  ) throws(Fault) -> Value {
    guard let first = text.firstIndex(where: { transform($0) != $0 }) else { return c.receiver }
    let (string, bytes) = try c.heap.makeASCII(text.count)
    for index in 0..<first { bytes[index] = text[index] }
    for index in first..<text.count { bytes[index] = transform(text[index]) }
    return Value(string)
  }
}
