import Glibc

/// A moment by calendar and clock in UTC, to the millisecond, without time zones or tables.
public struct UTCTime: Sendable, Hashable {
  /// 24 hours; UTC as it is counted since 1970 has no leap seconds.
  public static let millisecondsPerDay: Int64 = 86_400_000

  /// The day.
  public let date: CivilDate
  /// 0 to 23.
  public let hour: Int
  /// 0 to 59.
  public let minute: Int
  /// 0 to 59.
  public let second: Int
  /// 0 to 999.
  public let millisecond: Int

  /// What the machine's clock says, in milliseconds since the start of 1970.
  public static var millisecondsNow: Int64 {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
  }

  /// The moment that is so many milliseconds after the start of 1970, or before it.
  public init(milliseconds: Int64) {
    let perDay = Int(Self.millisecondsPerDay)
    let days = CivilDate.floorDivide(Int(milliseconds), perDay)
    // Of the smallest numbers, the day would begin before what 64 bits can count.
    let rest = Int(milliseconds) &- days &* perDay
    date = CivilDate(daysSince1970: days)
    hour = rest / 3_600_000
    minute = rest / 60_000 % 60
    second = rest / 1000 % 60
    millisecond = rest % 1000
  }

  /// `2026-11-23T17:04:05Z`, cut to the second; nil for a year without four digits.
  /// Reference: RFC 3339, section 5.6.
  public var rfc3339: String? {
    guard (0...9999).contains(date.year) else { return nil }
    return "\(pad(date.year, 4))-\(pad(date.month, 2))-\(pad(date.day, 2))T\(clock)Z"
  }

  /// ``rfc3339`` for a document that has to have some time: later ones are written as the last
  /// second of the year 9999.
  ///
  /// - Parameter seconds: since 1970.
  public static func rfc3339(clampingSeconds seconds: UInt64) -> String {
    let last = "9999-12-31T23:59:59Z"
    return seconds < 253_402_300_800
      ? UTCTime(milliseconds: Int64(seconds) * 1000).rfc3339 ?? last : last
  }

  /// `2026-04-19T12:34:56.789Z`; years outside 0 to 9999 with a sign and six digits or more.
  /// Reference: ECMA-262, "Date Time String Format".
  public var iso8601: String {
    let year =
      (0...9999).contains(date.year)
      ? pad(date.year, 4) : (date.year < 0 ? "-" : "+") + pad(abs(date.year), 6)
    return "\(year)-\(pad(date.month, 2))-\(pad(date.day, 2))T\(clock).\(pad(millisecond, 3))Z"
  }

  /// `Sun, 19 Apr 2026 12:34:56 GMT`; a year before 0 with a minus.
  /// Reference: RFC 9110, section 5.6.7, IMF-fixdate.
  public var httpDate: String {
    let year = (date.year < 0 ? "-" : "") + pad(abs(date.year), 4)
    return "\(Self.weekdays[date.weekday]), \(pad(date.day, 2)) \(Self.months[date.month - 1]) "
      + "\(year) \(clock) GMT"
  }

  private var clock: String { "\(pad(hour, 2)):\(pad(minute, 2)):\(pad(second, 2))" }

  private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  private func pad(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}
