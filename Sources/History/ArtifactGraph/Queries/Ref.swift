import Encodings

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
        let time = Self.time(rest[..<end].dropFirst(2))
      {
        atOrBefore = time
        rest = rest[rest.index(after: end)...]
      } else {
        return nil
      }
    }
    guard !name.isEmpty else { return nil }
  }

  // An RFC 3339 time, or the last millisecond of a date in UTC.
  private static func time(_ text: Substring) -> Int64? {
    if let date = CivilDate(rfc3339: text.utf8) {
      return Int64(date.daysSince1970 + 1) * UTCTime.millisecondsPerDay - 1
    }
    return UTCTime.milliseconds(rfc3339: text.utf8)
  }

  /// The hex digits of a prefix of a digest, in lower case; nil when it can be none.
  var digestPrefix: String? {
    guard back == nil, atOrBefore == nil else { return nil }
    let digits = name.hasPrefix("sha256:") ? String(name.dropFirst(7)) : name
    guard (4...64).contains(digits.utf8.count),
      digits.utf8.allSatisfy({ Hex.valueOfAnyCase($0) != nil })
    else { return nil }
    return digits.lowercased()
  }
}
