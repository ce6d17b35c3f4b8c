/// Numbers as property keys: written as JavaScript prints them.
/// Reference: ECMA-262 6.1.6.1.20, Number::toString.
enum NumberKey {
  /// The text of a number that is neither negative nor NaN.
  static func text(of value: Double) -> String {
    guard value.isFinite else { return "Infinity" }
    if value < 1e15, Double(Int64(value)) == value { return String(Int64(value)) }
    let (digits, point) = shortest(value)
    let count = digits.count
    if count <= point && point <= 21 {
      return digits + String(repeating: "0", count: point - count)
    }
    if 0 < point && point <= 21 {
      return "\(digits.prefix(point)).\(digits.dropFirst(point))"
    }
    if -6 < point && point <= 0 {
      return "0." + String(repeating: "0", count: -point) + digits
    }
    let exponent = point - 1
    let fraction = count > 1 ? ".\(digits.dropFirst())" : ""
    return "\(digits.prefix(1))\(fraction)e\(exponent < 0 ? "-" : "+")\(abs(exponent))"
  }

  /// The shortest digits that give the number back, without zeros at their ends, and how many of
  /// them stand before the point.
  private static func shortest(_ value: Double) -> (digits: String, point: Int) {
    let parts = value.description.split(separator: "e")
    var point = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    point += mantissa[0].count
    var digits = String(mantissa[0]) + (mantissa.count > 1 ? String(mantissa[1]) : "")
    while digits.last == "0" { digits.removeLast() }
    while digits.first == "0" {
      digits.removeFirst()
      point -= 1
    }
    return (digits, point)
  }
}
