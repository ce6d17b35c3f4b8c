/// Calendar dates in UTC from and to milliseconds since 1970, in the proleptic Gregorian calendar,
/// without time zones or tables.
enum CalendarTime {
  /// The range of an ECMAScript time value: 100,000,000 days on each side of 1970.
  static let limit = 8.64e15

  struct Fields {
    var year: Int
    var month: Int
    var day: Int
    var hour: Int
    var minute: Int
    var second: Int
    var millisecond: Int
    /// 0 is Sunday.
    var weekday: Int
  }

  /// The fields of a time; nil beyond the range of a date or for NaN.
  static func fields(milliseconds: Double) -> Fields? {
    guard milliseconds >= -limit, milliseconds <= limit else { return nil }
    let total = Int(milliseconds.rounded(.towardZero))
    let day = floorDivide(total, 86_400_000)
    let within = total - day * 86_400_000
    let (year, month, dayOfMonth) = date(ofDay: day)
    return Fields(
      year: year, month: month, day: dayOfMonth, hour: within / 3_600_000,
      minute: within / 60_000 % 60, second: within / 1000 % 60, millisecond: within % 1000,
      weekday: ((day + 4) % 7 + 7) % 7)
  }

  /// `2026-04-19T12:34:56.789Z`; years outside 0 to 9999 with a sign and six digits. Empty for a
  /// time that has no date.
  static func iso(milliseconds: Double) -> String {
    guard let f = fields(milliseconds: milliseconds) else { return "" }
    let year =
      (0...9999).contains(f.year)
      ? pad(f.year, 4) : (f.year < 0 ? "-" : "+") + pad(abs(f.year), 6)
    return "\(year)-\(pad(f.month, 2))-\(pad(f.day, 2))T\(pad(f.hour, 2)):\(pad(f.minute, 2)):"
      + "\(pad(f.second, 2)).\(pad(f.millisecond, 3))Z"
  }

  private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// `Sun, 19 Apr 2026 12:34:56 GMT`. Empty for a time that has no date.
  /// Reference: RFC 9110, section 5.6.7, IMF-fixdate.
  static func http(milliseconds: Double) -> String {
    guard let f = fields(milliseconds: milliseconds) else { return "" }
    return "\(weekdays[f.weekday]), \(pad(f.day, 2)) \(months[f.month - 1]) \(pad(f.year, 4)) "
      + "\(pad(f.hour, 2)):\(pad(f.minute, 2)):\(pad(f.second, 2)) GMT"
  }

  /// Milliseconds of a date, or a date with time, in ISO 8601 as RFC 3339 narrows it:
  /// `2026-04-19`, `2026-04-19T12:34Z`, `2026-04-19T12:34:56.789+02:00`. A fraction has one to nine
  /// digits, of which milliseconds are kept; a time without a zone is UTC. Nil for anything else,
  /// also for 30 February and 24:00.
  static func parseISO(_ text: some Collection<UInt8>) -> Double? {
    var reader = DigitReader(Array(text))
    var sign = 1
    var digits = 4
    if reader.take(UInt8(ascii: "-")) {
      (sign, digits) = (-1, 6)
    } else if reader.take(UInt8(ascii: "+")) {
      digits = 6
    }
    guard let year = reader.number(digits), reader.take(UInt8(ascii: "-")),
      let month = reader.number(2), reader.take(UInt8(ascii: "-")), let day = reader.number(2),
      (1...12).contains(month), day >= 1, day <= daysInMonth(month, year: year * sign)
    else { return nil }
    var milliseconds = dayNumber(year * sign, month, day) * 86_400_000
    if !reader.isAtEnd {
      guard reader.take(UInt8(ascii: "T")) || reader.take(UInt8(ascii: "t")),
        let time = timeOfDay(&reader), reader.isAtEnd
      else { return nil }
      milliseconds += time
    }
    let value = Double(milliseconds)
    return value >= -limit && value <= limit ? value : nil
  }

  private static func timeOfDay(_ reader: inout DigitReader) -> Int? {
    guard let hour = reader.number(2), hour < 24, reader.take(UInt8(ascii: ":")),
      let minute = reader.number(2), minute < 60
    else { return nil }
    var total = (hour * 60 + minute) * 60_000
    if reader.take(UInt8(ascii: ":")) {
      guard let second = reader.number(2), second < 60 else { return nil }
      total += second * 1000
      if reader.take(UInt8(ascii: ".")) {
        guard let fraction = reader.millisecondsOfFraction() else { return nil }
        total += fraction
      }
    }
    if reader.isAtEnd || reader.take(UInt8(ascii: "Z")) || reader.take(UInt8(ascii: "z")) {
      return total
    }
    let direction: Int
    if reader.take(UInt8(ascii: "+")) {
      direction = -1
    } else if reader.take(UInt8(ascii: "-")) {
      direction = 1
    } else {
      return nil
    }
    guard let hours = reader.number(2), hours < 24, reader.take(UInt8(ascii: ":")),
      let minutes = reader.number(2), minutes < 60
    else { return nil }
    return total + direction * (hours * 60 + minutes) * 60_000
  }

  // MARK: The calendar

  static func daysInMonth(_ month: Int, year: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: 31
    }
  }

  private static func floorDivide(_ a: Int, _ b: Int) -> Int {
    a >= 0 ? a / b : -((-a + b - 1) / b)
  }

  // Days are counted in years that begin in March, so that the leap day is the last of its year,
  // and in eras of 400 years, each of 146,097 days.
  private static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = floorDivide(shifted, 400)
    let yearOfEra = shifted - era * 400
    let monthFromMarch = (month + 9) % 12
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func date(ofDay day: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = day + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }

  private static func pad(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}

/// Reads fixed-width numbers out of bytes.
private struct DigitReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func digit() -> Int? {
    guard position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position])
    else { return nil }
    position += 1
    return Int(bytes[position - 1] - UInt8(ascii: "0"))
  }

  mutating func number(_ width: Int) -> Int? {
    var value = 0
    for _ in 0..<width {
      guard let next = digit() else { return nil }
      value = value * 10 + next
    }
    return value
  }

  mutating func millisecondsOfFraction() -> Int? {
    var value = 0
    var count = 0
    while let next = digit() {
      if count < 3 { value = value * 10 + next }
      count += 1
    }
    guard (1...9).contains(count) else { return nil }
    for _ in min(count, 3)..<3 { value *= 10 }
    return value
  }
}
