/// The functions and constants that stand by themselves: `parseInt`, `String`, `range`, `NaN` …
///
/// Reference: ECMAScript 2023, 19.1 and 19.2.
enum GlobalFunctions {
  /// Puts them into a registry.
  static func register(in registry: inout NativeRegistry) {
    registry.globalConstants[.nan] = { _ in .nan }
    registry.globalConstants[.infinity] = { _ in Value(Double.infinity) }
    registry.globals[.number] = number
    registry.globals[.string] = string
    registry.globals[.boolean] = { c throws(Fault) in Value(c.toBoolean(c.arguments[0])) }
    registry.globals[.parseInt] = parseInt
    registry.globals[.parseFloat] = parseFloat
    registry.globals[.isNaN] = { c throws(Fault) in Value(try c.toNumber(c.arguments[0]).isNaN) }
    registry.globals[.isFinite] = { c throws(Fault) in
      Value(try c.toNumber(c.arguments[0]).isFinite)
    }
    registry.globals[.encodeURIComponent] = { c throws(Fault) in
      try encode(c, .component, "encodeURIComponent")
    }
    registry.globals[.encodeURI] = { c throws(Fault) in try encode(c, .whole, "encodeURI") }
    registry.globals[.decodeURIComponent] = { c throws(Fault) in
      try decode(c, .component, "decodeURIComponent")
    }
    registry.globals[.decodeURI] = { c throws(Fault) in try decode(c, .whole, "decodeURI") }
    registry.globals[.range] = range
    registry.members[.stringFromCharCode] = fromCharCode
    registry.members[.stringFromCodePoint] = fromCodePoint
    registerNumberMembers(in: &registry)
  }

  private static func registerNumberMembers(in registry: inout NativeRegistry) {
    func constant(_ number: Double) -> NativeConstant { { _ in Value(number) } }
    registry.memberConstants[.numberEpsilon] = constant(.ulpOfOne)
    registry.memberConstants[.numberMaxSafeInteger] = constant(9_007_199_254_740_991)
    registry.memberConstants[.numberMinSafeInteger] = constant(-9_007_199_254_740_991)
    registry.memberConstants[.numberMaxValue] = constant(.greatestFiniteMagnitude)
    registry.memberConstants[.numberMinValue] = constant(.leastNonzeroMagnitude)
    registry.memberConstants[.numberNegativeInfinity] = constant(-.infinity)
    registry.memberConstants[.numberPositiveInfinity] = constant(.infinity)
    registry.memberConstants[.numberNan] = constant(.nan)
    registry.members[.numberParseFloat] = parseFloat
    registry.members[.numberParseInt] = parseInt
    registry.members[.numberIsNaN] = { c in Value(c.arguments[0].asNumber?.isNaN ?? false) }
    registry.members[.numberIsFinite] = { c in Value(c.arguments[0].asNumber?.isFinite ?? false) }
    registry.members[.numberIsInteger] = { c in Value(isInteger(c.arguments[0])) }
    registry.members[.numberIsSafeInteger] = { c in
      let value = c.arguments[0]
      return Value(isInteger(value) && value.number.magnitude <= 9_007_199_254_740_991)
    }
  }

  private static func isInteger(_ value: Value) -> Bool {
    guard let number = value.asNumber, number.isFinite else { return false }
    return number.rounded(.towardZero) == number
  }

  private static func number(_ c: CallContext) throws(Fault) -> Value {
    c.arguments.count == 0 ? .zero : Value(try c.toNumber(c.arguments[0]))
  }

  private static func string(_ c: CallContext) throws(Fault) -> Value {
    c.arguments.count == 0 ? try c.text("") : Value(try c.toText(c.arguments[0]))
  }

  private static func parseInt(_ c: CallContext) throws(Fault) -> Value {
    let radix = Conversion.int32(try c.toNumber(c.arguments[1]))
    let units = try c.heap.flat(try c.toText(c.arguments[0]))
    try c.spend(units.count)
    return Value(
      units.isASCII
        ? NumberParsing.leadingInteger(units.ascii, radix: radix)
        : NumberParsing.leadingInteger(units.wide, radix: radix))
  }

  private static func parseFloat(_ c: CallContext) throws(Fault) -> Value {
    let units = try c.heap.flat(try c.toText(c.arguments[0]))
    try c.spend(units.count)
    return Value(
      units.isASCII
        ? NumberParsing.leadingFloat(units.ascii) : NumberParsing.leadingFloat(units.wide))
  }

  private static func encode(
    _ c: CallContext, _ part: URICoding.Part, _ name: StaticString
  ) throws(Fault) -> Value {
    let units = try c.heap.flat(try c.toText(c.arguments[0]))
    try c.spend(units: units.count)
    let encoded =
      units.isASCII ? URICoding.encode(units.ascii, part) : URICoding.encode(units.wide, part)
    guard let encoded else { throw Fault("\(name): the text holds a lone surrogate") }
    return try c.text(ascii: encoded)
  }

  private static func decode(
    _ c: CallContext, _ part: URICoding.Part, _ name: StaticString
  ) throws(Fault) -> Value {
    let text = try c.toText(c.arguments[0])
    let units = try c.heap.flat(text)
    try c.spend(units: units.count)
    if units.isASCII, !units.ascii.contains(UInt8(ascii: "%")) { return Value(text) }
    let decoded =
      units.isASCII ? URICoding.decode(units.ascii, part) : URICoding.decode(units.wide, part)
    guard let decoded else { throw Fault("\(name): malformed percent-encoding") }
    return try c.text(units: decoded)
  }

  /// `range(n)` is 0 up to, without, n; `range(a, b)` is a up to, without, b.
  private static func range(_ c: CallContext) throws(Fault) -> Value {
    let first = try c.toNumber(c.arguments[0])
    let isFromZero = c.arguments.count < 2
    let start = isFromZero ? 0 : first
    let end = isFromZero ? first : try c.toNumber(c.arguments[1])
    let span = (end - start).rounded(.up)
    guard span > 0 else { return Value(try c.heap.makeArray(capacity: 0)) }
    guard span <= Double(ArrayRef.maximumCount) else {
      throw Fault("range: an array would be too long")
    }
    let count = Int(span)
    try c.spend(count)
    let array = try c.heap.makeArray(capacity: count)
    for index in 0..<count { array.elements[index] = Value(start + Double(index)) }
    array.count = count
    return Value(array)
  }

  private static func fromCharCode(_ c: CallContext) throws(Fault) -> Value {
    var units: [UInt16] = []
    for index in 0..<c.arguments.count {
      let code = Conversion.int32(try c.toNumber(c.arguments[index]))
      units.append(UInt16(truncatingIfNeeded: code))
    }
    return try c.text(units: units)
  }

  private static func fromCodePoint(_ c: CallContext) throws(Fault) -> Value {
    var units: [UInt16] = []
    for index in 0..<c.arguments.count {
      let number = try c.toNumber(c.arguments[index])
      guard number >= 0, number <= 0x10FFFF, number.rounded(.towardZero) == number else {
        throw Fault("String.fromCodePoint: not a code point")
      }
      Transcoding.appendUTF16(UInt32(number), to: &units)
    }
    return try c.text(units: units)
  }
}
