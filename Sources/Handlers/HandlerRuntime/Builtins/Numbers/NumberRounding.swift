/// `toFixed`, `toPrecision`, `toExponential` and `toString(radix)`: numbers in a layout that the
/// caller chose. Results are ASCII.
///
/// Reference: ECMAScript 2023, 21.1.3.2 to 21.1.3.6.
extension NumberFormatting {
  /// `value.toFixed(digits)`.
  ///
  /// - Parameter digits: 0 to 100.
  static func fixed(_ value: Double, digits: Int) -> [UInt8] {
    guard value.isFinite, value.magnitude < 1e21 else { return bytes(value) }
    var decimal = ExactDecimal(value)
    decimal.round(toFraction: digits)
    var out: [UInt8] = value < 0 ? [minus] : []
    if decimal.point <= 0 || decimal.digits.isEmpty {
      out.append(zero)
    } else {
      for place in -decimal.point..<0 { out.append(zero + decimal.digit(behindPoint: place)) }
    }
    if digits > 0 {
      out.append(UInt8(ascii: "."))
      for place in 0..<digits { out.append(zero + decimal.digit(behindPoint: place)) }
    }
    return out
  }

  /// `value.toExponential(digits)`; without digits as many as the value needs.
  ///
  /// - Parameter digits: 0 to 100.
  static func exponential(_ value: Double, digits: Int?) -> [UInt8] {
    guard value.isFinite else { return bytes(value) }
    var out: [UInt8] = value < 0 ? [minus] : []
    var significant: [UInt8] = [0]
    var point = 1
    if value != 0 {
      if let digits {
        var decimal = ExactDecimal(value)
        decimal.round(toSignificant: digits + 1)
        significant = decimal.digits
        point = decimal.point
      } else {
        (significant, point) = withShortestDigits(value.magnitude) { shortest, point in
          (shortest.map { $0 - zero }, point)
        }
      }
    }
    if let digits {
      significant += Array(repeating: 0, count: max(0, digits + 1 - significant.count))
    }
    out.append(zero + significant[0])
    if significant.count > 1 {
      out.append(UInt8(ascii: "."))
      for digit in significant[1...] { out.append(zero + digit) }
    }
    appendExponent(point - 1, to: &out)
    return out
  }

  /// `value.toPrecision(precision)`.
  ///
  /// - Parameter precision: 1 to 100.
  static func precision(_ value: Double, _ precision: Int) -> [UInt8] {
    guard value.isFinite else { return bytes(value) }
    var decimal = ExactDecimal(value)
    decimal.round(toSignificant: precision)
    let exponent = decimal.digits.isEmpty ? 0 : decimal.point - 1
    if exponent < -6 || exponent >= precision {
      return exponential(value, digits: precision - 1)
    }
    return fixed(decimal: decimal, isNegative: value < 0, digits: precision - 1 - exponent)
  }

  private static func fixed(decimal: ExactDecimal, isNegative: Bool, digits: Int) -> [UInt8] {
    var out: [UInt8] = isNegative ? [minus] : []
    if decimal.point <= 0 || decimal.digits.isEmpty {
      out.append(zero)
    } else {
      for place in -decimal.point..<0 { out.append(zero + decimal.digit(behindPoint: place)) }
    }
    guard digits > 0 else { return out }
    out.append(UInt8(ascii: "."))
    for place in 0..<digits { out.append(zero + decimal.digit(behindPoint: place)) }
    return out
  }

  /// `value.toString(radix)` for radices other than ten.
  ///
  /// The standard leaves the digits of a fraction to the implementation; these are the fewest that
  /// tell the value from its neighbours, found by comparing the rest with half the distance to the
  /// next double.
  /// - Parameter radix: 2 to 36.
  static func text(_ value: Double, radix: Int) -> [UInt8] {
    guard value.isFinite else { return bytes(value) }
    let base = Double(radix)
    let magnitude = value.magnitude
    var whole = magnitude.rounded(.down)
    var fraction = magnitude - whole
    var behind: [UInt8] = []
    var delta = max(0.5 * (magnitude.nextUp - magnitude), Double.leastNonzeroMagnitude)
    if fraction >= delta {
      repeat {
        fraction *= base
        delta *= base
        let digit = fraction.rounded(.down)
        behind.append(UInt8(digit))
        fraction -= digit
        let isOdd = behind[behind.count - 1] & 1 == 1
        if fraction > 0.5 || (fraction == 0.5 && isOdd), fraction + delta > 1 {
          while let last = behind.last, Int(last) + 1 == radix { behind.removeLast() }
          if behind.isEmpty { whole += 1 } else { behind[behind.count - 1] += 1 }
          break
        }
      } while fraction >= delta
    }
    var front: [UInt8] = []
    // Digits below a double's 53 bits are not known; they print as zeros.
    while whole / base >= 9_007_199_254_740_992 {
      whole /= base
      front.append(0)
    }
    repeat {
      let digit = whole.truncatingRemainder(dividingBy: base)
      front.append(UInt8(digit))
      whole = (whole - digit) / base
    } while whole > 0
    var out: [UInt8] = value < 0 ? [minus] : []
    out += front.reversed().map(digitCharacter)
    if !behind.isEmpty {
      out.append(UInt8(ascii: "."))
      out += behind.map(digitCharacter)
    }
    return out
  }

  private static let minus = UInt8(ascii: "-")
  private static let zero = UInt8(ascii: "0")

  private static func bytes(_ value: Double) -> [UInt8] { Array(text(value).utf8) }

  private static func appendExponent(_ exponent: Int, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "e"))
    out.append(exponent < 0 ? minus : UInt8(ascii: "+"))
    out += Array(String(exponent.magnitude).utf8)
  }

  private static func digitCharacter(_ digit: UInt8) -> UInt8 {
    digit < 10 ? zero + digit : UInt8(ascii: "a") + (digit - 10)
  }
}
