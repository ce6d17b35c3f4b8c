import Glibc

/// The arithmetic and bit operators.
enum Arithmetic {
  /// `a + b`: numbers add, anything with text joins.
  struct Add: BinaryKernel {
    @inline(__always)
    static func apply(
      _ a: Value, _ b: Value, _ frame: Registers, _ site: Site
    ) throws(Fault) -> Value {
      if a.isNumber && b.isNumber { return Value(arithmetic: a.number + b.number) }
      return try Arithmetic.addSlowly(a, b, frame, site)
    }
  }
  struct Subtract: BinaryKernel {
    @inline(__always)
    static func apply(
      _ a: Value, _ b: Value, _ frame: Registers, _ site: Site
    ) throws(Fault) -> Value {
      if a.isNumber && b.isNumber { return Value(arithmetic: a.number - b.number) }
      return try Arithmetic.combine(a, b, frame, site, { $0 - $1 })
    }
  }
  struct Multiply: BinaryKernel {
    @inline(__always)
    static func apply(
      _ a: Value, _ b: Value, _ frame: Registers, _ site: Site
    ) throws(Fault) -> Value {
      if a.isNumber && b.isNumber { return Value(arithmetic: a.number * b.number) }
      return try Arithmetic.combine(a, b, frame, site, { $0 * $1 })
    }
  }
  struct Divide: BinaryKernel {
    @inline(__always)
    static func apply(
      _ a: Value, _ b: Value, _ frame: Registers, _ site: Site
    ) throws(Fault) -> Value {
      if a.isNumber && b.isNumber { return Value(arithmetic: a.number / b.number) }
      return try Arithmetic.combine(a, b, frame, site, { $0 / $1 })
    }
  }
  struct Remainder: BinaryKernel {
    @inline(__always)
    static func apply(
      _ a: Value, _ b: Value, _ frame: Registers, _ site: Site
    ) throws(Fault) -> Value {
      let (x, y) = try Arithmetic.numbers(a, b, frame, site)
      // Integers above zero that fit into 32 bits, by far the most common: the shortest division.
      if let m = UInt32(whole: x), let n = UInt32(whole: y) { return Value(Double(m % n)) }
      return Value(Arithmetic.remainder(x, y))
    }
  }
  struct Power: BinaryKernel {
    @inline(__always)
    static func apply(
      _ a: Value, _ b: Value, _ frame: Registers, _ site: Site
    ) throws(Fault) -> Value {
      let (x, y) = try Arithmetic.numbers(a, b, frame, site)
      return Value(Arithmetic.power(x, y))
    }
  }
  struct BitAnd: BinaryKernel {
    @inline(__always)
    static func apply(
      _ a: Value, _ b: Value, _ frame: Registers, _ site: Site
    ) throws(Fault) -> Value {
      let (x, y) = try Arithmetic.integers(a, b, frame, site)
      return Value(Double(x & y))
    }
  }
  struct BitOr: BinaryKernel {
    @inline(__always)
    static func apply(
      _ a: Value, _ b: Value, _ frame: Registers, _ site: Site
    ) throws(Fault) -> Value {
      let (x, y) = try Arithmetic.integers(a, b, frame, site)
      return Value(Double(x | y))
    }
  }
  struct BitXor: BinaryKernel {
    @inline(__always)
    static func apply(
      _ a: Value, _ b: Value, _ frame: Registers, _ site: Site
    ) throws(Fault) -> Value {
      let (x, y) = try Arithmetic.integers(a, b, frame, site)
      return Value(Double(x ^ y))
    }
  }
  struct ShiftLeft: BinaryKernel {
    @inline(__always)
    static func apply(
      _ a: Value, _ b: Value, _ frame: Registers, _ site: Site
    ) throws(Fault) -> Value {
      let (x, y) = try Arithmetic.integers(a, b, frame, site)
      return Value(Double(x &<< (y & 31)))
    }
  }
  struct ShiftRight: BinaryKernel {
    @inline(__always)
    static func apply(
      _ a: Value, _ b: Value, _ frame: Registers, _ site: Site
    ) throws(Fault) -> Value {
      let (x, y) = try Arithmetic.integers(a, b, frame, site)
      return Value(Double(x &>> (y & 31)))
    }
  }
  struct ShiftRightUnsigned: BinaryKernel {
    @inline(__always)
    static func apply(
      _ a: Value, _ b: Value, _ frame: Registers, _ site: Site
    ) throws(Fault) -> Value {
      let (x, y) = try Arithmetic.integers(a, b, frame, site)
      return Value(Double(UInt32(bitPattern: x) &>> UInt32(bitPattern: y & 31)))
    }
  }
}

extension Arithmetic {
  /// Both operands as numbers.
  @inline(__always)
  static func numbers(
    _ a: Value, _ b: Value, _ frame: Registers, _ site: Site
  ) throws(Fault) -> (Double, Double) {
    if a.isNumber && b.isNumber { return (a.number, b.number) }
    return try numbersSlowly(a, b, frame, site)
  }

  @inline(never)
  private static func numbersSlowly(
    _ a: Value, _ b: Value, _ frame: Registers, _ site: Site
  ) throws(Fault) -> (Double, Double) {
    let context = site.context(frame)
    return try site.here { () throws(Fault) in
      (try context.toNumber(a), try context.toNumber(b))
    }
  }

  /// An operator on operands that are not both numbers yet.
  @inline(never)
  static func combine(
    _ a: Value, _ b: Value, _ frame: Registers, _ site: Site,
    _ apply: (Double, Double) -> Double
  ) throws(Fault) -> Value {
    let (x, y) = try numbersSlowly(a, b, frame, site)
    return Value(arithmetic: apply(x, y))
  }

  /// Both operands as 32-bit integers.
  @inline(__always)
  static func integers(
    _ a: Value, _ b: Value, _ frame: Registers, _ site: Site
  ) throws(Fault) -> (Int32, Int32) {
    let (x, y) = try numbers(a, b, frame, site)
    return (Conversion.int32(x), Conversion.int32(y))
  }

  @inline(never)
  static func addSlowly(
    _ a: Value, _ b: Value, _ frame: Registers, _ site: Site
  ) throws(Fault) -> Value {
    if a.isString, b.isString {
      do throws(Fault) { return Value(try site.heap.concat(a.string, b.string)) } catch {
        throw site.passing(error)
      }
    }
    let context = site.context(frame)
    return try site.here { () throws(Fault) in
      if a.isString || b.isString || a.isReference || b.isReference {
        return Value(try site.heap.concat(try context.toText(a), try context.toText(b)))
      }
      return Value(arithmetic: try context.toNumber(a) + (try context.toNumber(b)))
    }
  }

  /// JavaScript's `%`: the sign is the dividend's.
  static func remainder(_ a: Double, _ b: Double) -> Double {
    // Non-negative integers need no library call.
    if a >= 0, b > 0, a <= 9_007_199_254_740_991, b <= 9_007_199_254_740_991 {
      let x = UInt64(a)
      let y = UInt64(b)
      if Double(x) == a, Double(y) == b { return Double(x % y) * (a.sign == .minus ? -1 : 1) }
    }
    return fmod(a, b)
  }

  /// JavaScript's `**`: where C gives 1 for a base of 1 or -1, it gives NaN.
  static func power(_ base: Double, _ exponent: Double) -> Double {
    if exponent.isNaN { return .nan }
    if exponent.isInfinite, base.magnitude == 1 { return .nan }
    if exponent == 2 { return base * base }
    return pow(base, exponent)
  }
}

extension UInt32 {
  /// A double that is such an integer above zero.
  @inline(__always) fileprivate init?(whole value: Double) {
    guard value >= 1, value <= 4_294_967_295 else { return nil }
    self = UInt32(value)
    if Double(self) != value { return nil }
  }
}
