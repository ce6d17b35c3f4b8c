import JSON

/// The times that a row may have, one rule for every reader.
///
/// Milliseconds since 1970, up to the end of the year 9999: what RFC 3339 can write, so that a list
/// and a view show the same moment. A line with another time is no row.
/// Reference: formats.md, "Ledger line"; RFC 3339, section 1.
public enum RowTime {
  /// All of them.
  public static let range: ClosedRange<Int64> = 0...253_402_300_799_999

  /// The time of a line.
  ///
  /// Others write a fraction or an exponent now and then: it is rounded down.
  /// - Parameter value: the bytes of `ts`; nil where the line has none.
  /// - Throws: `JSONError` that names what was found.
  static func milliseconds(_ value: (some Collection<UInt8>)?) throws(JSONError) -> Int64 {
    guard let value else {
      throw JSONError(.shape(path: "ts", expected: "milliseconds since 1970"))
    }
    // Checked to be JSON before: digits alone are a number as they stand, and 15 are never too many.
    if value.count <= 15, value.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
      let number: Int64 = value.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
      return try checked(number, value)
    }
    switch try JSONReader.lenient(Array(value)) {
    case .integer(let number): return try checked(number, value)
    // A double holds every time of the range, and rounds none from outside into it.
    case .decimal(let text):
      return try checked(Double(text).flatMap { Int64(exactly: $0.rounded(.down)) }, value)
    default: return try checked(nil, value)
    }
  }

  private static func checked(
    _ time: Int64?, _ value: some Collection<UInt8>
  ) throws(JSONError) -> Int64 {
    if let time, range.contains(time) { return time }
    // A foreign line may hold a megabyte there.
    let found = String(decoding: value.prefix(40), as: UTF8.self)
    throw JSONError(
      .shape(
        path: "ts",
        expected: "milliseconds from 1970 to the year 9999, found \(found)"))
  }
}
