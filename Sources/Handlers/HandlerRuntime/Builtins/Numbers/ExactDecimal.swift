/// Every decimal digit of a double, and roundings of it.
///
/// A finite double is `m × 2^e`, and with a negative `e` that is `m × 5^-e × 10^e`: an integer and
/// a decimal point. Rounding those digits is exact, where rounding through arithmetic on doubles
/// is not.
struct ExactDecimal {
  /// Significant digits as values 0 to 9, the first not zero; empty for zero.
  private(set) var digits: [UInt8]
  /// Where the point stands: the value is `0.DIGITS × 10^point`.
  private(set) var point: Int

  /// The digits of a finite value; the sign is dropped.
  init(_ value: Double) {
    guard value.isFinite, value != 0 else {
      digits = []
      point = 0
      return
    }
    let raw = value.magnitude.bitPattern
    let biased = Int(raw >> 52)
    let fraction = raw & (1 << 52 - 1)
    let mantissa = biased == 0 ? fraction : fraction | 1 << 52
    let exponent = max(biased, 1) - 1075
    var integer = BigNatural(mantissa)
    if exponent >= 0 {
      for _ in 0..<(exponent / 16) { integer.multiply(by: 1 << 16) }
      integer.multiply(by: 1 << UInt32(exponent % 16))
    } else {
      for _ in 0..<(-exponent / 13) { integer.multiply(by: 1_220_703_125) }
      for _ in 0..<(-exponent % 13) { integer.multiply(by: 5) }
    }
    digits = integer.decimalDigits()
    point = digits.count + min(exponent, 0)
    while digits.last == 0 { digits.removeLast() }
  }

  /// Keeps `count` significant digits, a half rounding away from zero (the larger of two equally
  /// near candidates, as the standard asks). Zero or fewer digits may round up to one.
  mutating func round(toSignificant count: Int) {
    guard count < digits.count else { return }
    guard count >= 0 else {
      digits = []
      return
    }
    let roundsUp = digits[count] >= 5
    digits.removeSubrange(count...)
    if roundsUp {
      var index = count - 1
      while index >= 0, digits[index] == 9 {
        digits[index] = 0
        index -= 1
      }
      if index >= 0 {
        digits[index] += 1
      } else {
        digits.insert(1, at: 0)
        point += 1
      }
    }
    while digits.last == 0 { digits.removeLast() }
  }

  /// Keeps `count` digits behind the decimal point.
  mutating func round(toFraction count: Int) { round(toSignificant: point + count) }

  /// The digit at a place counted from the decimal point: -1 is the ones, 0 the tenths.
  func digit(behindPoint place: Int) -> UInt8 {
    let index = point + place
    return digits.indices.contains(index) ? digits[index] : 0
  }
}

/// A natural number of any size, little-endian in base 2^32.
private struct BigNatural {
  private var words: [UInt32]

  init(_ value: UInt64) {
    words = [UInt32(truncatingIfNeeded: value), UInt32(truncatingIfNeeded: value >> 32)]
  }

  mutating func multiply(by factor: UInt32) {
    var carry: UInt64 = 0
    for index in words.indices {
      let product = UInt64(words[index]) * UInt64(factor) + carry
      words[index] = UInt32(truncatingIfNeeded: product)
      carry = product >> 32
    }
    if carry != 0 { words.append(UInt32(carry)) }
  }

  /// The digits from the most significant on, without leading zeros.
  func decimalDigits() -> [UInt8] {
    var rest = words
    var reversed: [UInt8] = []
    while true {
      while rest.last == 0 { rest.removeLast() }
      if rest.isEmpty { break }
      var remainder: UInt64 = 0
      for index in rest.indices.reversed() {
        let dividend = remainder << 32 | UInt64(rest[index])
        rest[index] = UInt32(dividend / 1_000_000_000)
        remainder = dividend % 1_000_000_000
      }
      for _ in 0..<9 {
        reversed.append(UInt8(remainder % 10))
        remainder /= 10
      }
    }
    while reversed.last == 0 { reversed.removeLast() }
    return reversed.reversed()
  }
}
