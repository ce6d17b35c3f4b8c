/// A number as the shortest decimal that means it: `digits` times ten to the power of `exponent`.
///
/// What a person writes as 0.1 is a tenth here, so that 0.3 is a multiple of it.
struct Decimal: Sendable, Hashable {
  let digits: UInt64
  let exponent: Int

  /// The magnitude of a finite number.
  init(_ number: Double) {
    var digits: UInt64 = 0
    var exponent = 0
    var isFraction = false
    var bytes = Array(number.magnitude.description.utf8)[...]
    while let byte = bytes.popFirst() {
      switch byte {
      case 0x30...0x39:
        digits = digits &* 10 &+ UInt64(byte - 0x30)
        if isFraction { exponent -= 1 }
      case 0x2E: isFraction = true
      default:
        // `e`, and the power of ten behind it.
        exponent += Int(String(decoding: bytes, as: UTF8.self)) ?? 0
        bytes = []
      }
    }
    while digits != 0, digits % 10 == 0 {
      digits /= 10
      exponent += 1
    }
    self.digits = digits
    self.exponent = digits == 0 ? 0 : exponent
  }

  /// Whether it is a whole multiple of another, which is not 0.
  func isMultiple(of other: Decimal) -> Bool {
    if digits == 0 { return true }
    if exponent >= other.exponent {
      // digits × 10^n, modulo the other's digits.
      var rest = digits % other.digits
      for _ in 0..<(exponent - other.exponent) where rest != 0 {
        let (high, low) = rest.multipliedFullWidth(by: 10)
        rest = other.digits.dividingFullWidth((high, low)).remainder
      }
      return rest == 0
    }
    // The other's digits have trailing zeros then, and the digits here have none.
    return false
  }
}
