import Glibc

/// Text to numbers, correctly rounded. Text is a buffer of one-byte or two-byte units.
///
/// Reference: ECMAScript 2023, 7.1.4.1 StringToNumber, 19.2.4 parseFloat, 19.2.5 parseInt.
enum NumberParsing {
  /// `Number(text)`: white space around it is ignored, the empty text is zero, anything that is
  /// not a number as a whole is NaN.
  static func number<Unit: CodeUnit>(_ text: UnsafeBufferPointer<Unit>) -> Double {
    let trimmed = StringSearch.trimmedRange(text, start: true, end: true)
    let units = UnsafeBufferPointer(rebasing: text[trimmed])
    guard !units.isEmpty else { return 0 }
    if units.count > 2, units[0] == Unit(ascii: "0") {
      switch units[1] {
      case Unit(ascii: "x"), Unit(ascii: "X"): return prefixed(units, radix: 16)
      case Unit(ascii: "o"), Unit(ascii: "O"): return prefixed(units, radix: 8)
      case Unit(ascii: "b"), Unit(ascii: "B"): return prefixed(units, radix: 2)
      default: break
      }
    }
    let (value, length) = decimalPrefix(units)
    return length == units.count ? value : .nan
  }

  /// `parseFloat(text)`: the longest decimal number at the start, NaN when there is none.
  static func leadingFloat<Unit: CodeUnit>(_ text: UnsafeBufferPointer<Unit>) -> Double {
    let trimmed = StringSearch.trimmedRange(text, start: true, end: false)
    return decimalPrefix(UnsafeBufferPointer(rebasing: text[trimmed])).value
  }

  /// `parseInt(text, radix)`; `radix` is the argument as an int32, zero when left out.
  static func leadingInteger<Unit: CodeUnit>(
    _ text: UnsafeBufferPointer<Unit>, radix requested: Int32
  ) -> Double {
    var index = StringSearch.trimmedRange(text, start: true, end: false).lowerBound
    var isNegative = false
    if index < text.count, text[index] == Unit(ascii: "-") || text[index] == Unit(ascii: "+") {
      isNegative = text[index] == Unit(ascii: "-")
      index += 1
    }
    var radix = Int(requested)
    guard radix == 0 || (2...36).contains(radix) else { return .nan }
    if radix == 0 || radix == 16, index + 1 < text.count, text[index] == Unit(ascii: "0"),
      text[index + 1] | 0x20 == Unit(ascii: "x")
    {
      radix = 16
      index += 2
    }
    if radix == 0 { radix = 10 }
    let start = index
    while index < text.count, let digit = digitValue(text[index]), digit < radix { index += 1 }
    guard index > start else { return .nan }
    let value = integer(UnsafeBufferPointer(rebasing: text[start..<index]), radix: radix)
    return isNegative ? -value : value
  }

  /// The value of the longest decimal literal (sign, digits, point, exponent, `Infinity`) at the
  /// start and how many units it has; NaN and 0 when there is none.
  static func decimalPrefix<Unit: CodeUnit>(
    _ text: UnsafeBufferPointer<Unit>
  ) -> (value: Double, length: Int) {
    var index = 0
    let isNegative = text.first == Unit(ascii: "-")
    if isNegative || text.first == Unit(ascii: "+") { index = 1 }
    if StringSearch.hasPrefix(text, "Infinity", at: index) {
      return (isNegative ? -.infinity : .infinity, index + 8)
    }
    let integerStart = index
    while index < text.count, text[index].isDecimalDigit { index += 1 }
    var digits = index - integerStart
    if index < text.count, text[index] == Unit(ascii: ".") {
      let fractionStart = index + 1
      var end = fractionStart
      while end < text.count, text[end].isDecimalDigit { end += 1 }
      digits += end - fractionStart
      if digits > 0 { index = end }
    }
    guard digits > 0 else { return (.nan, 0) }
    if index < text.count, text[index] | 0x20 == Unit(ascii: "e") {
      var end = index + 1
      if end < text.count, text[end] == Unit(ascii: "-") || text[end] == Unit(ascii: "+") {
        end += 1
      }
      let exponentStart = end
      while end < text.count, text[end].isDecimalDigit { end += 1 }
      if end > exponentStart { index = end }
    }
    return (decimal(UnsafeBufferPointer(rebasing: text[..<index])), index)
  }

  /// The value of a decimal literal whose form has been checked.
  static func decimal<Unit: CodeUnit>(_ text: UnsafeBufferPointer<Unit>) -> Double {
    if let small = smallInteger(text) { return small }
    if text.count < 64 {
      return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
        for index in text.indices { buffer[index] = CChar(truncatingIfNeeded: text[index]) }
        buffer[text.count] = 0
        guard let base = buffer.baseAddress else { return .nan }
        return strtod(base, nil)
      }
    }
    var terminated = text.map { CChar(truncatingIfNeeded: $0) }
    terminated.append(0)
    return strtod(terminated, nil)
  }

  /// An integer of at most 15 digits, which a double holds exactly.
  private static func smallInteger<Unit: CodeUnit>(_ text: UnsafeBufferPointer<Unit>) -> Double? {
    guard text.count <= 16, let first = text.first else { return nil }
    let isNegative = first == Unit(ascii: "-")
    var value: Int64 = 0
    let start = isNegative || first == Unit(ascii: "+") ? 1 : 0
    guard text.count > start, text.count - start <= 15 else { return nil }
    for unit in text[start...] {
      guard unit.isDecimalDigit else { return nil }
      value = value * 10 + Int64(unit &- Unit(ascii: "0"))
    }
    return isNegative ? -Double(value) : Double(value)
  }

  private static func prefixed<Unit: CodeUnit>(
    _ text: UnsafeBufferPointer<Unit>, radix: Int
  ) -> Double {
    let digits = UnsafeBufferPointer(rebasing: text[2...])
    let areDigits = digits.allSatisfy { unit in digitValue(unit).map { $0 < radix } ?? false }
    return areDigits ? integer(digits, radix: radix) : .nan
  }

  /// The value of digits in a radix. Powers of two round to nearest, ties to even; ten goes through
  /// the decimal reader; the standard lets other radices approximate beyond 20 digits.
  private static func integer<Unit: CodeUnit>(
    _ digits: UnsafeBufferPointer<Unit>, radix: Int
  ) -> Double {
    if radix == 10 { return decimal(digits) }
    if radix & (radix - 1) == 0 {
      return binaryInteger(digits, bitsPerDigit: radix.trailingZeroBitCount)
    }
    var value = 0.0
    for unit in digits { value = value * Double(radix) + Double(digitValue(unit) ?? 0) }
    return value
  }

  private static func binaryInteger<Unit: CodeUnit>(
    _ digits: UnsafeBufferPointer<Unit>, bitsPerDigit: Int
  ) -> Double {
    // 62 bits and a sticky bit below them decide the rounding; further bits only scale.
    var head: UInt64 = 0
    var dropped = 0
    var isInexact = false
    for unit in digits {
      let digit = digitValue(unit) ?? 0
      for shift in (0..<bitsPerDigit).reversed() {
        let bit = UInt64((digit >> shift) & 1)
        if head < 1 << 61 {
          head = head << 1 | bit
        } else {
          dropped += 1
          if bit == 1 { isInexact = true }
        }
      }
    }
    if isInexact { head |= 1 }
    return Double(head) * Double(sign: .plus, exponent: min(dropped, 1023), significand: 1)
      * (dropped > 1023 ? .infinity : 1)
  }

  /// 0 to 35 for digits and letters of either case.
  static func digitValue<Unit: CodeUnit>(_ unit: Unit) -> Int? {
    if unit.isDecimalDigit { return Int(unit &- Unit(ascii: "0")) }
    let letter = unit | 0x20
    guard letter >= Unit(ascii: "a"), letter <= Unit(ascii: "z") else { return nil }
    return Int(letter &- Unit(ascii: "a")) + 10
  }
}
