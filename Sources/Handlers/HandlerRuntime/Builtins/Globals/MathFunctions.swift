import Glibc
import HandlerLanguage

/// `Math`: constants and functions on doubles.
///
/// Reference: ECMAScript 2023, 21.3.
enum MathFunctions {
  /// Puts every member of `Math` into a registry.
  /// - Parameter random: gives numbers from 0 up to, and without, 1.
  static func register(
    in registry: inout NativeRegistry, random: @escaping @Sendable () -> Double
  ) {
    registerConstants(in: &registry)
    registerRounding(in: &registry)
    registerTranscendental(in: &registry)
    registry.members[.mathAtan2] = binary { atan2($0, $1) }
    registry.members[.mathPow] = binary(power)
    registry.members[.mathImul] = binary { a, b in
      Double(Conversion.int32(a) &* Conversion.int32(b))
    }
    registry.members[.mathMax] = { c throws(Fault) in try extreme(c, start: -.infinity, larger) }
    registry.members[.mathMin] = { c throws(Fault) in try extreme(c, start: .infinity, smaller) }
    registry.members[.mathHypot] = hypotenuse
    registry.members[.mathRandom] = { _ in Value(random()) }
  }

  private static func registerConstants(in registry: inout NativeRegistry) {
    let constants: [BuiltinMemberConstant] = [
      (.mathE, M_E), (.mathLn10, M_LN10), (.mathLn2, M_LN2), (.mathLog10e, M_LOG10E),
      (.mathLog2e, M_LOG2E), (.mathPi, Double.pi), (.mathSqrt1_2, 0.5.squareRoot()),
      (.mathSqrt2, 2.0.squareRoot()),
    ]
    for (member, number) in constants {
      registry.memberConstants[member] = { _ in Value(number) }
    }
  }

  private static func registerRounding(in registry: inout NativeRegistry) {
    registry.members[.mathAbs] = unary { $0.magnitude }
    registry.members[.mathCeil] = unary { $0.rounded(.up) }
    registry.members[.mathFloor] = unary { $0.rounded(.down) }
    registry.members[.mathTrunc] = unary { $0.rounded(.towardZero) }
    registry.members[.mathRound] = unary(round)
    registry.members[.mathFround] = unary { Double(Float($0)) }
    registry.members[.mathSign] = unary { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }
    registry.members[.mathClz32] = unary { number in
      Double(UInt32(bitPattern: Conversion.int32(number)).leadingZeroBitCount)
    }
    registry.members[.mathSqrt] = unary { $0.squareRoot() }
  }

  private static func registerTranscendental(in registry: inout NativeRegistry) {
    registry.members[.mathAcos] = unary { acos($0) }
    registry.members[.mathAcosh] = unary { acosh($0) }
    registry.members[.mathAsin] = unary { asin($0) }
    registry.members[.mathAsinh] = unary { asinh($0) }
    registry.members[.mathAtan] = unary { atan($0) }
    registry.members[.mathAtanh] = unary { atanh($0) }
    registry.members[.mathCbrt] = unary(CubeRoot.of)
    registry.members[.mathCos] = unary { cos($0) }
    registry.members[.mathCosh] = unary { cosh($0) }
    registry.members[.mathExp] = unary { exp($0) }
    registry.members[.mathExpm1] = unary { expm1($0) }
    registry.members[.mathLog] = unary { log($0) }
    registry.members[.mathLog10] = unary { log10($0) }
    registry.members[.mathLog1p] = unary { log1p($0) }
    registry.members[.mathLog2] = unary { log2($0) }
    registry.members[.mathSin] = unary { sin($0) }
    registry.members[.mathSinh] = unary { sinh($0) }
    registry.members[.mathTan] = unary { tan($0) }
    registry.members[.mathTanh] = unary { tanh($0) }
  }

  private typealias BuiltinMemberConstant = (member: BuiltinMember, value: Double)

  private static func unary(_ function: @escaping @Sendable (Double) -> Double) -> Native {
    { c throws(Fault) in Value(function(try c.toNumber(c.arguments[0]))) }
  }

  private static func binary(_ function: @escaping @Sendable (Double, Double) -> Double) -> Native {
    { c throws(Fault) in
      let first = try c.toNumber(c.arguments[0])
      return Value(function(first, try c.toNumber(c.arguments[1])))
    }
  }

  /// A half rounds up, towards positive infinity; the sign of zero is kept.
  @Sendable private static func round(_ number: Double) -> Double {
    guard number.magnitude < 4_503_599_627_370_496 else { return number }
    let floor = number.rounded(.down)
    let rounded = number - floor >= 0.5 ? floor + 1 : floor
    return rounded == 0 && number.sign == .minus ? -0.0 : rounded
  }

  /// As JavaScript has it: one to the power of NaN or infinity is NaN.
  @Sendable private static func power(_ base: Double, _ exponent: Double) -> Double {
    if exponent.isNaN || (base.magnitude == 1 && exponent.isInfinite) { return .nan }
    return pow(base, exponent)
  }

  private static func larger(_ a: Double, _ b: Double) -> Double {
    if a.isNaN || b.isNaN { return .nan }
    if a == b { return a.sign == .minus ? b : a }
    return a > b ? a : b
  }

  private static func smaller(_ a: Double, _ b: Double) -> Double {
    if a.isNaN || b.isNaN { return .nan }
    if a == b { return a.sign == .minus ? a : b }
    return a < b ? a : b
  }

  private static func extreme(
    _ c: CallContext, start: Double, _ choose: (Double, Double) -> Double
  ) throws(Fault) -> Value {
    var result = start
    for index in 0..<c.arguments.count {
      result = choose(result, try c.toNumber(c.arguments[index]))
    }
    return Value(result)
  }

  /// Scaled by the largest, so that squares do not overflow; the sum is compensated.
  private static func hypotenuse(_ c: CallContext) throws(Fault) -> Value {
    var largest = 0.0
    var isNaN = false
    for index in 0..<c.arguments.count {
      let magnitude = try c.toNumber(c.arguments[index]).magnitude
      if magnitude.isNaN { isNaN = true } else { largest = max(largest, magnitude) }
    }
    if largest.isInfinite { return Value(largest) }
    if isNaN { return .nan }
    if largest == 0 { return .zero }
    var sum = 0.0
    var compensation = 0.0
    for index in 0..<c.arguments.count {
      let scaled = try c.toNumber(c.arguments[index]) / largest
      let summand = scaled * scaled - compensation
      let next = sum + summand
      compensation = (next - sum) - summand
      sum = next
    }
    return Value(sum.squareRoot() * largest)
  }
}
