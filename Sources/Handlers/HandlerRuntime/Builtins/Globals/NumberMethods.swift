/// The methods of numbers and booleans.
///
/// Reference: ECMAScript 2023, 21.1.3 and 20.3.3.
enum NumberMethods {
  /// Puts them into a registry.
  static func register(in registry: inout NativeRegistry) {
    registry.methods[.numberToString] = toString
    registry.methods[.numberToFixed] = toFixed
    registry.methods[.numberToPrecision] = toPrecision
    registry.methods[.numberToExponential] = toExponential
    registry.methods[.numberValueOf] = { c in c.receiver }
    registry.methods[.booleanToString] = { c throws(Fault) in Value(try c.toText(c.receiver)) }
    registry.methods[.booleanValueOf] = { c in c.receiver }
  }

  private static func receiver(_ c: CallContext) throws(Fault) -> Double {
    guard c.receiver.isNumber else { throw Fault("the method needs a number") }
    return c.receiver.number
  }

  /// The first argument as a count of digits.
  private static func digits(
    _ c: CallContext, _ allowed: ClosedRange<Int>, _ name: StaticString
  ) throws(Fault) -> Int {
    let digits = try c.toInteger(c.arguments[0])
    guard allowed.contains(digits) else {
      throw Fault("\(name): digits must be \(allowed.lowerBound) to \(allowed.upperBound)")
    }
    return digits
  }

  private static func toString(_ c: CallContext) throws(Fault) -> Value {
    let number = try receiver(c)
    if c.arguments[0].isUndefined { return Value(try c.heap.string(number: number)) }
    let radix = try c.toInteger(c.arguments[0])
    guard (2...36).contains(radix) else { throw Fault("toString: the radix must be 2 to 36") }
    if radix == 10 { return Value(try c.heap.string(number: number)) }
    return try c.text(ascii: NumberFormatting.text(number, radix: radix))
  }

  private static func toFixed(_ c: CallContext) throws(Fault) -> Value {
    let number = try receiver(c)
    let digits = try digits(c, 0...100, "toFixed")
    return try c.text(ascii: NumberFormatting.fixed(number, digits: digits))
  }

  private static func toPrecision(_ c: CallContext) throws(Fault) -> Value {
    let number = try receiver(c)
    if c.arguments[0].isUndefined || !number.isFinite {
      return Value(try c.heap.string(number: number))
    }
    let digits = try digits(c, 1...100, "toPrecision")
    return try c.text(ascii: NumberFormatting.precision(number, digits))
  }

  private static func toExponential(_ c: CallContext) throws(Fault) -> Value {
    let number = try receiver(c)
    if !number.isFinite { return Value(try c.heap.string(number: number)) }
    let digits = c.arguments[0].isUndefined ? nil : try digits(c, 0...100, "toExponential")
    return try c.text(ascii: NumberFormatting.exponential(number, digits: digits))
  }
}
