/// A name for a row of the ledger, as a user writes it.
///
/// Reference: interface.md, "Refs".
struct Ref: Hashable {
  /// `HEAD`, a service, or a prefix of a digest: what it is is told by what there is.
  var name: String
  /// `~N`.
  var back: Int?
  /// `@{DATE}`: milliseconds since 1970.
  var atOrBefore: Int64?

  /// nil for text that is written like no ref.
  init?(_ text: String) {
    var rest = Substring(text)
    name = String(rest.prefix { $0 != "~" && $0 != "@" })
    rest = rest.dropFirst(name.count)
    // Either may come first: `HEAD~1@{DATE}` and, as git has it, `HEAD@{DATE}~1`.
    while let mark = rest.first {
      if mark == "~", back == nil {
        let digits = rest.dropFirst().prefix { $0 != "@" }
        guard digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let count = Int(digits) else {
          return nil
        }
        back = count
        rest = rest.dropFirst(1 + digits.count)
      } else if mark == "@", atOrBefore == nil, rest.hasPrefix("@{"),
        let end = rest.firstIndex(of: "}"),
        let time = RefDate.milliseconds(String(rest[..<end].dropFirst(2)))
      {
        atOrBefore = time
        rest = rest[rest.index(after: end)...]
      } else {
        return nil
      }
    }
    guard !name.isEmpty else { return nil }
  }

  /// The hex digits of a prefix of a digest, in lower case; nil when it can be none.
  var digestPrefix: String? {
    guard back == nil, atOrBefore == nil else { return nil }
    let digits = name.hasPrefix("sha256:") ? String(name.dropFirst(7)) : name
    guard (4...64).contains(digits.utf8.count),
      digits.utf8.allSatisfy({
        (0x30...0x39).contains($0) || (0x61...0x66).contains($0 | 0x20)
      })
    else { return nil }
    return digits.lowercased()
  }
}

/// Dates and times in refs.
enum RefDate {
  /// Milliseconds since 1970 of an RFC 3339 time, or of the last millisecond of a date in UTC.
  static func milliseconds(_ text: String) -> Int64? {
    var scanner = Scanner(bytes: Array(text.utf8))
    guard let day = scanner.date() else { return nil }
    if scanner.isAtEnd { return (day + 1) * 86_400_000 - 1 }
    guard scanner.take("T") || scanner.take("t") || scanner.take(" "), let time = scanner.time(),
      let zone = scanner.zone(), scanner.isAtEnd
    else { return nil }
    return day * 86_400_000 + time - zone
  }

  private struct Scanner {
    let bytes: [UInt8]
    var at = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { at == bytes.count }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard at < bytes.count, bytes[at] == UInt8(ascii: character) else { return false }
      at += 1
      return true
    }

    mutating func number(_ digits: Int, _ range: ClosedRange<Int64>) -> Int64? {
      guard at + digits <= bytes.count else { return nil }
      var value: Int64 = 0
      for byte in bytes[at..<at + digits] {
        guard (0x30...0x39).contains(byte) else { return nil }
        value = value * 10 + Int64(byte - 0x30)
      }
      at += digits
      return range.contains(value) ? value : nil
    }

    // Days since 1970-01-01.
    mutating func date() -> Int64? {
      guard let year = number(4, 0...9999), take("-"), let month = number(2, 1...12), take("-"),
        let day = number(2, 1...31), day <= Self.days(in: month, of: year)
      else { return nil }
      // Counting years from March puts the leap day at the end of one.
      let shifted = month > 2 ? year : year - 1
      let era = (shifted >= 0 ? shifted : shifted - 399) / 400
      let yearOfEra = shifted - era * 400
      let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
      let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
      return era * 146_097 + dayOfEra - 719_468
    }

    private static func days(in month: Int64, of year: Int64) -> Int64 {
      switch month {
      case 2:
        year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
      case 4, 6, 9, 11: 30
      default: 31
      }
    }

    // Milliseconds since midnight; digits after the third of a fraction are cut.
    mutating func time() -> Int64? {
      guard let hour = number(2, 0...23), take(":"), let minute = number(2, 0...59), take(":"),
        let second = number(2, 0...60)
      else { return nil }
      var fraction: Int64 = 0
      if take(".") {
        var weight: Int64 = 100
        guard at < bytes.count, (0x30...0x39).contains(bytes[at]) else { return nil }
        while let digit = number(1, 0...9) {
          fraction += digit * weight
          weight /= 10
        }
      }
      return ((hour * 60 + minute) * 60 + second) * 1000 + fraction
    }

    mutating func zone() -> Int64? {
      if take("Z") || take("z") { return 0 }
      let sign: Int64 = take("-") ? -1 : 1
      guard sign < 0 || take("+"), let hour = number(2, 0...23), take(":"),
        let minute = number(2, 0...59)
      else { return nil }
      return sign * (hour * 60 + minute) * 60_000
    }
  }
}
