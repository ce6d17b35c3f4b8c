/// Times as documents write them, without a calendar library.
enum UTCTime {
  /// RFC 3339 in UTC, to the second: `1970-01-01T00:00:00Z`.
  ///
  /// - Parameter seconds: since 1970; years beyond 9999 are cut to the last second of it.
  static func rfc3339(_ seconds: UInt64) -> String {
    let seconds = min(seconds, 253_402_300_799)
    let (days, rest) = (Int(seconds / 86_400), Int(seconds % 86_400))
    // Days since 0000-03-01, so that the leap day is a year's last.
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))"
      + "T\(pad(rest / 3600, 2)):\(pad(rest / 60 % 60, 2)):\(pad(rest % 60, 2))Z"
  }

  private static func pad(_ number: Int, _ digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }
}
