/// Numbers as JavaScript prints them.
///
/// Reference: ECMAScript 2023, 6.1.6.1.20 Number::toString.
enum NumberFormatting {
  /// Room that ``write(_:into:)`` may need: `-0.0000012345678901234567` has 25 bytes, exponent
  /// forms and 21-digit integers fewer.
  static let capacity = 32

  /// Writes `String(value)` in ASCII to at least ``capacity`` bytes and tells how many it took.
  static func write(_ value: Double, into out: UnsafeMutablePointer<UInt8>) -> Int {
    if value.magnitude < 0x1p53 {
      let integer = Int64(value)
      if Double(integer) == value { return write(integer, into: out) }
    }
    var cursor = Cursor(start: out)
    if value.isNaN {
      cursor.append("NaN")
      return cursor.count
    }
    if value < 0 { cursor.append(UInt8(ascii: "-")) }
    if value.isInfinite {
      cursor.append("Infinity")
      return cursor.count
    }
    withShortestDigits(value.magnitude) { digits, point in
      layOut(digits, point: point, on: &cursor)
    }
    return cursor.count
  }

  /// `String(value)` as Swift text.
  static func text(_ value: Double) -> String {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { buffer in
      guard let base = buffer.baseAddress else { return "" }
      let count = write(value, into: base)
      return String(decoding: buffer[..<count], as: UTF8.self)
    }
  }

  /// Writes an integer in decimal.
  static func write(_ value: Int64, into out: UnsafeMutablePointer<UInt8>) -> Int {
    let magnitude = value.magnitude
    let sign = value < 0 ? 1 : 0
    // Nearly all fit into 32 bits, where a division costs a fraction.
    var count = sign
    if let short = UInt32(exactly: magnitude) {
      count += digits(of: short)
      write(short, endingAt: out + count)
    } else {
      count += digits(of: magnitude)
      write(magnitude, endingAt: out + count)
    }
    if value < 0 { out[0] = UInt8(ascii: "-") }
    return count
  }

  @inline(__always)
  private static func digits<I: FixedWidthInteger>(of value: I) -> Int {
    var (count, limit) = (1, I(10))
    while value >= limit {
      count += 1
      let (next, isTooLarge) = limit.multipliedReportingOverflow(by: 10)
      if isTooLarge { break }
      limit = next
    }
    return count
  }

  @inline(__always)
  private static func write<I: FixedWidthInteger>(
    _ value: I, endingAt end: UnsafeMutablePointer<UInt8>
  ) {
    var (rest, place) = (value, end)
    repeat {
      place -= 1
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      place.pointee = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
      rest = quotient
    } while rest > 0
  }

  /// The fewest significant digits that read back as `value`, the closest to it among those, and
  /// where the decimal point stands: the value is `0.DIGITS × 10^point`.
  ///
  /// - Parameter value: finite and above zero.
  static func withShortestDigits<R>(
    _ value: Double, _ body: (_ digits: UnsafeBufferPointer<UInt8>, _ point: Int) -> R
  ) -> R {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 48) { buffer in
      var count = 0
      var point = 0
      var sawPoint = false
      var exponent = 0
      var exponentSign = 0
      // Swift prints the same shortest digits, in another layout.
      for byte in value.description.utf8 {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
          if exponentSign != 0 {
            exponent = exponent * 10 + Int(byte - UInt8(ascii: "0"))
          } else {
            if count > 0 || byte != UInt8(ascii: "0") {
              if count < buffer.count {
                buffer[count] = byte
                count += 1
              }
              if !sawPoint { point += 1 }
            } else if sawPoint {
              point -= 1
            }
          }
        case UInt8(ascii: "."): sawPoint = true
        case UInt8(ascii: "e"): exponentSign = 1
        case UInt8(ascii: "-"): exponentSign = -1
        default: break
        }
      }
      while count > 1, buffer[count - 1] == UInt8(ascii: "0") { count -= 1 }
      return body(
        UnsafeBufferPointer(rebasing: buffer[..<count]), point + exponentSign * exponent)
    }
  }

  private static func layOut(
    _ digits: UnsafeBufferPointer<UInt8>, point: Int, on cursor: inout Cursor
  ) {
    let count = digits.count
    if count <= point, point <= 21 {
      cursor.append(digits[...])
      cursor.appendZeros(point - count)
    } else if 0 < point, point <= 21 {
      cursor.append(digits[..<point])
      cursor.append(UInt8(ascii: "."))
      cursor.append(digits[point...])
    } else if -6 < point, point <= 0 {
      cursor.append("0.")
      cursor.appendZeros(-point)
      cursor.append(digits[...])
    } else {
      cursor.append(digits[..<1])
      if count > 1 {
        cursor.append(UInt8(ascii: "."))
        cursor.append(digits[1...])
      }
      cursor.append(point > 0 ? "e+" : "e-")
      cursor.count += write(Int64((point - 1).magnitude), into: cursor.start + cursor.count)
    }
  }

  /// Appends to a buffer whose room the caller has reckoned.
  private struct Cursor {
    let start: UnsafeMutablePointer<UInt8>
    var count = 0

    mutating func append(_ byte: UInt8) {
      start[count] = byte
      count += 1
    }
    mutating func append(_ text: StaticString) {
      for index in 0..<text.utf8CodeUnitCount { append(text.utf8Start[index]) }
    }
    mutating func append(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) {
      for byte in bytes { append(byte) }
    }
    mutating func appendZeros(_ zeros: Int) {
      for _ in 0..<zeros { append(UInt8(ascii: "0")) }
    }
  }
}
