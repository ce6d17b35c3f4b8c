/// The conversions and comparisons of JavaScript.
enum Conversion {
  /// `Boolean(value)`.
  @inline(__always) static func boolean(of value: Value) -> Bool {
    if value.isNumber { return !(value.number == 0 || value.number != value.number) }
    if value.isString { return value.string.length != 0 }
    if value.isBoolean { return value.isTrue }
    return !value.isNullish
  }

  /// `Number(value)`.
  static func number(of value: Value, _ context: CallContext) throws(Fault) -> Double {
    if value.isNumber { return value.number }
    if value.isString { return try number(of: try context.heap.flat(value.string), context) }
    if value.isBoolean { return value.isTrue ? 1 : 0 }
    if value.isNull { return 0 }
    if value.isUndefined { return .nan }
    return try number(of: try context.heap.flat(try text(of: value, context)), context)
  }

  private static func number(
    of units: FlatString, _ context: CallContext
  ) throws(Fault) -> Double {
    try context.spend(units.count)
    return number(of: units)
  }

  /// The number that a text spells, NaN when it spells none.
  static func number(of units: FlatString) -> Double {
    units.isASCII ? NumberParsing.number(units.ascii) : NumberParsing.number(units.wide)
  }

  /// `String(value)`.
  static func text(of value: Value, _ context: CallContext) throws(Fault) -> StringRef {
    let heap = context.heap
    if value.isString { return value.string }
    if value.isNumber { return try heap.string(number: value.number) }
    if value.isBoolean { return try heap.string(value.isTrue ? "true" : "false") }
    if value.isUndefined { return try heap.string("undefined") }
    if value.isNull { return try heap.string("null") }
    if value.isArray { return try joined(value.array, context) }
    if value.isFunction { return try heap.string("function") }
    return try text(of: value.object, context)
  }

  private static func text(
    of object: ObjectRef, _ context: CallContext
  ) throws(Fault) -> StringRef {
    let behavior = context.heap.state.pointee.classes[Int(object.objectClass.rawValue)]
    guard let text = behavior.text else { return try context.heap.string("[object Object]") }
    try context.checkStack()
    let made = try text(context, object)
    return made.isString ? made.string : try context.heap.string("[object Object]")
  }

  private static func joined(_ array: ArrayRef, _ context: CallContext) throws(Fault) -> StringRef {
    try context.checkStack()
    var result = try context.heap.string("")
    guard context.heap.beginJoining(array) else { return result }
    defer { context.heap.endJoining() }
    let comma = try context.heap.string(",")
    var index = 0
    while index < array.count {
      try context.spend(1)
      if index > 0 { result = try context.heap.concat(result, comma) }
      let element = array[index]
      if !element.isNullish {
        result = try context.heap.concat(result, try text(of: element, context))
      }
      index += 1
    }
    return result
  }

  /// A number as a 32-bit integer: modulo 2^32, NaN and infinities as 0.
  @inline(__always) static func int32(_ number: Double) -> Int32 {
    // 1.5 * 2^52 leaves a small integer in the low bits; converting back shows whether it was one.
    let low = Int32(truncatingIfNeeded: (number + 6_755_399_441_055_744).bitPattern)
    if Double(low) == number { return low }
    return int32Slowly(number)
  }

  @inline(never) private static func int32Slowly(_ number: Double) -> Int32 {
    guard number.isFinite else { return 0 }
    let modulo = number.rounded(.towardZero).truncatingRemainder(dividingBy: 4_294_967_296)
    return Int32(truncatingIfNeeded: Int64(modulo))
  }

  /// `a === b`.
  @inline(__always)
  static func strictlyEqual(_ a: Value, _ b: Value, _ heap: Heap) throws(Fault) -> Bool {
    if a.isNumber && b.isNumber { return a.number == b.number }
    if a.bits == b.bits { return true }
    if a.isString && b.isString { return try heap.equal(a.string, b.string) }
    return false
  }

  /// `Object.is`-like equality where NaN equals itself and 0 equals -0, as `includes` has it.
  static func sameValueZero(_ a: Value, _ b: Value, _ heap: Heap) throws(Fault) -> Bool {
    if a.isNumber && b.isNumber, a.number != a.number, b.number != b.number { return true }
    return try strictlyEqual(a, b, heap)
  }

  /// `typeof value`.
  static func typeName(of value: Value) -> StaticString {
    if value.isNumber { return "number" }
    if value.isString { return "string" }
    if value.isBoolean { return "boolean" }
    if value.isUndefined { return "undefined" }
    if value.isFunction { return "function" }
    return "object"
  }

  /// What a message calls the value: its kind, never its contents.
  static func kindName(of value: Value) -> String {
    if value.isUndefined { return "undefined" }
    if value.isNull { return "null" }
    if value.isArray { return "an array" }
    if value.isObject { return "an object" }
    return "a \(typeName(of: value))"
  }
}
