import Encodings

/// The times of handlers: milliseconds since 1970 as a number of the language.
enum CalendarTime {
  /// The range of an ECMAScript time value: 100,000,000 days on each side of 1970.
  static let limit = 8.64e15

  /// By calendar and clock; nil beyond the range of a date and for NaN.
  static func utc(_ milliseconds: Double) -> UTCTime? {
    guard milliseconds >= -limit, milliseconds <= limit else { return nil }
    return UTCTime(milliseconds: Int64(milliseconds.rounded(.towardZero)))
  }

  /// `2026-04-19T12:34:56.789Z`; years outside 0 to 9999 with a sign and six digits. Empty for a
  /// time that has no date.
  static func iso(milliseconds: Double) -> String { utc(milliseconds)?.iso8601 ?? "" }

  /// `Sun, 19 Apr 2026 12:34:56 GMT`. Empty for a time that has no date.
  static func http(milliseconds: Double) -> String { utc(milliseconds)?.httpDate ?? "" }

  /// Milliseconds of what ``UTCTime/milliseconds(iso8601:)`` reads; nil beyond the range of a date.
  static func parseISO(_ text: some Collection<UInt8>) -> Double? {
    guard let value = UTCTime.milliseconds(iso8601: text).map(Double.init) else { return nil }
    return value >= -limit && value <= limit ? value : nil
  }
}
