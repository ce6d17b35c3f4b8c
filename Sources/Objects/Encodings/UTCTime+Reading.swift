extension UTCTime {
  /// Milliseconds since 1970 of a date with time and zone: `2026-04-19T12:34:56.789+02:00`. A space
  /// may stand for the `T`; digits of a fraction after the third are cut; the second 60 is the first
  /// of the next minute. nil for anything else, also for 30 February and 24:00.
  /// Reference: RFC 3339, section 5.6.
  public static func milliseconds(rfc3339 text: some Collection<UInt8>) -> Int64? {
    var reader = TimeReader(Array(text), .rfc3339)
    guard let date = reader.date(), let time = reader.time(), reader.isAtEnd else { return nil }
    return Int64(date.daysSince1970) * millisecondsPerDay + time
  }

  /// Milliseconds since 1970 of a date, or of a date with time, as ECMAScript writes them:
  /// `2026-04-19`, `2026-04-19T12:34Z`, `2026-04-19T12:34:56.789+02:00`, `+012026-04-19`. A fraction
  /// has one to nine digits, of which milliseconds are kept; a time without a zone is UTC. nil for
  /// anything else, also for 30 February, 24:00 and the second 60.
  /// Reference: ECMA-262, "Date Time String Format".
  public static func milliseconds(iso8601 text: some Collection<UInt8>) -> Int64? {
    var reader = TimeReader(Array(text), .ecmaScript)
    guard let date = reader.date() else { return nil }
    let midnight = Int64(date.daysSince1970) * millisecondsPerDay
    if reader.isAtEnd { return midnight }
    guard let time = reader.time(), reader.isAtEnd else { return nil }
    return midnight + time
  }
}

extension CivilDate {
  /// A date alone, `2026-04-19`; nil for anything else, also for 30 February.
  /// Reference: RFC 3339, section 5.6, full-date.
  public init?(rfc3339 text: some Collection<UInt8>) {
    var reader = TimeReader(Array(text), .rfc3339)
    guard let date = reader.date(), reader.isAtEnd else { return nil }
    self = date
  }
}

/// Reads dates and times out of bytes, from left to right.
private struct TimeReader {
  enum Grammar { case rfc3339, ecmaScript }

  private let bytes: [UInt8]
  private let grammar: Grammar
  private var at = 0

  init(_ bytes: [UInt8], _ grammar: Grammar) {
    self.bytes = bytes
    self.grammar = grammar
  }

  var isAtEnd: Bool { at == bytes.count }

  mutating func date() -> CivilDate? {
    var (sign, width) = (1, 4)
    if grammar == .ecmaScript, take("+-") {
      (sign, width) = (bytes[at - 1] == UInt8(ascii: "-") ? -1 : 1, 6)
    }
    guard let year = number(width), take("-"), let month = number(2), take("-"),
      let day = number(2)
    else { return nil }
    return CivilDate(year: sign * year, month: month, day: day)
  }

  /// From the letter before a time to its zone: milliseconds since midnight in UTC, which may be
  /// negative or more than a day has.
  mutating func time() -> Int64? {
    guard take(grammar == .rfc3339 ? "Tt " : "Tt"), let hour = number(2), hour < 24, take(":"),
      let minute = number(2), minute < 60
    else { return nil }
    var total = Int64(hour * 60 + minute) * 60_000
    if take(":") {
      guard let second = number(2), second <= (grammar == .rfc3339 ? 60 : 59) else { return nil }
      total += Int64(second) * 1000
      if take(".") {
        guard let fraction = fraction() else { return nil }
        total += fraction
      }
    } else if grammar == .rfc3339 {
      return nil
    }
    return zone().map { total - $0 }
  }

  // Milliseconds; digits after the third are cut.
  private mutating func fraction() -> Int64? {
    let start = at
    var (value, weight): (Int64, Int64) = (0, 100)
    while let digit = number(1) {
      value += Int64(digit) * weight
      weight /= 10
    }
    let isTooLong = grammar == .ecmaScript && at - start > 9
    return at == start || isTooLong ? nil : value
  }

  // Milliseconds east of UTC.
  private mutating func zone() -> Int64? {
    if take("Zz") || grammar == .ecmaScript && isAtEnd { return 0 }
    let sign: Int64 = take("-") ? -1 : 1
    guard sign < 0 || take("+"), let hour = number(2), hour < 24, take(":"),
      let minute = number(2), minute < 60
    else { return nil }
    return sign * Int64(hour * 60 + minute) * 60_000
  }

  private mutating func take(_ any: StaticString) -> Bool {
    let wanted = UnsafeBufferPointer(start: any.utf8Start, count: any.utf8CodeUnitCount)
    guard at < bytes.count, wanted.contains(bytes[at]) else { return false }
    at += 1
    return true
  }

  private mutating func number(_ width: Int) -> Int? {
    guard at + width <= bytes.count else { return nil }
    var value = 0
    for byte in bytes[at..<at + width] {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    at += width
    return value
  }
}
