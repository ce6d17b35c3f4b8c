import Encodings
import FoundationEssentials
import TestSupport
import Testing

/// What holds of all bytes, days and moments.
@Suite struct EncodingLawTests {
  private static func bytes(_ random: inout SeededGenerator) -> [UInt8] {
    (0..<Int.random(in: 0...24, using: &random)).map { _ in
      UInt8.random(in: 0...255, using: &random)
    }
  }

  /// The text with one character changed, added or left out.
  private static func damaged(
    _ text: [UInt8], _ alphabet: String, _ random: inout SeededGenerator
  ) -> [UInt8] {
    var text = text
    let at = Int.random(in: 0...text.count, using: &random)
    let character = Array(alphabet.utf8).randomElement(using: &random) ?? 0
    switch Int.random(in: 0..<3, using: &random) {
    case 0: text.insert(character, at: at)
    case 1: if at < text.count { text.remove(at: at) }
    default: if at < text.count { text[at] = character }
    }
    return text
  }

  @Test func hexHasOneSpelling() {
    var random = SeededGenerator()
    let seed = random.description
    for _ in 0..<1_000 {
      let bytes = Self.bytes(&random)
      let text = Hex.encode(bytes)
      let other = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      #expect(text == other, "\(seed)")
      #expect(Hex.decode(text) == bytes, "\(seed)")
      let damaged = String(
        decoding: Self.damaged(Array(text.utf8), "09afAFgz G/:@`", &random), as: UTF8.self)
      if let read = Hex.decode(damaged) { #expect(Hex.encode(read) == damaged, "\(seed)") }
      #expect(text.isEmpty || Hex.decode(text.uppercased()) == nil || text.allSatisfy(\.isNumber))
    }
  }

  @Test func base64IsThatOfFoundation() {
    var random = SeededGenerator()
    let seed = random.description
    for _ in 0..<1_000 {
      let bytes = Self.bytes(&random)
      let text = Base64.encode(bytes)
      #expect(text == Data(bytes).base64EncodedString(), "\(seed)")
      #expect(Base64.decode(text.utf8) == bytes, "\(seed)")
      let url = text.utf8.filter { $0 != UInt8(ascii: "=") }.map { unit in
        switch unit {
        case UInt8(ascii: "+"): UInt8(ascii: "-")
        case UInt8(ascii: "/"): UInt8(ascii: "_")
        default: unit
        }
      }
      #expect(Base64.decodeLenient(url) == bytes, "\(seed)")
      let damaged = Self.damaged(Array(text.utf8), "AZaz09+/-_= \n", &random)
      let shown = String(decoding: damaged, as: UTF8.self)
      if let read = Base64.decode(damaged) {
        // One text for each bytes, and one that others read as the same bytes.
        #expect(Base64.encodedUTF8(read) == damaged, "\(shown) \(seed)")
        #expect(Data(base64Encoded: Data(damaged)) == Data(read), "\(shown) \(seed)")
        #expect(Base64.decodeLenient(damaged) == read, "\(shown) \(seed)")
      }
    }
  }

  /// Every day of the years 1 to 9999, counted one by one from 0001-01-01, a Monday and the day
  /// 719,162 before 1970.
  @Test func everyDayOfFourDigitYears() {
    var days = -719_162
    var weekday = 1
    for year in 1...9999 {
      let isLeap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0
      for (month, length) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        .enumerated()
      {
        var isRight = CivilDate(year: year, month: month + 1, day: length + 1) == nil
        for day in 1...length {
          let date = CivilDate(daysSince1970: days)
          if date.day != day || date.month != month + 1 || date.year != year
            || date.daysSince1970 != days || date.weekday != weekday
          {
            isRight = false
          }
          days += 1
          weekday = weekday == 6 ? 0 : weekday + 1
        }
        #expect(isRight, "\(year)-\(month + 1)")
        if !isRight { return }
      }
    }
    #expect(days == 2_932_897)
  }

  @Test func momentsAreReadAsTheyAreWritten() throws {
    var random = SeededGenerator()
    let seed = random.description
    for _ in 0..<2_000 {
      let milliseconds = Int64.random(
        in: -62_135_596_800_000...253_402_300_799_999, using: &random)
      let time = UTCTime(milliseconds: milliseconds)
      #expect(UTCTime.milliseconds(iso8601: time.iso8601.utf8) == milliseconds, "\(seed)")
      let text = try #require(time.rfc3339)
      let seconds = milliseconds - Int64(time.millisecond)
      #expect(UTCTime.milliseconds(rfc3339: text.utf8) == seconds, "\(seed)")
      // Later is behind, as text too.
      let other = UTCTime(
        milliseconds: milliseconds + Int64.random(in: -5_000...5_000, using: &random))
      if let otherText = other.rfc3339, otherText != text {
        let isLater = UTCTime.milliseconds(rfc3339: otherText.utf8).map { $0 > seconds }
        #expect((otherText > text) == isLater, "\(text) \(otherText) \(seed)")
      }
      // The same clock further east is earlier.
      let (hours, minutes) = (
        Int64.random(in: 0...23, using: &random), Int64.random(in: 0...59, using: &random)
      )
      let zone = "\(hours < 10 ? "0" : "")\(hours):\(minutes < 10 ? "0" : "")\(minutes)"
      for (sign, factor) in [("+", Int64(-1)), ("-", 1)] {
        let shifted = text.dropLast() + sign + zone
        let expected = seconds + factor * (hours * 60 + minutes) * 60_000
        #expect(UTCTime.milliseconds(rfc3339: shifted.utf8) == expected, "\(shifted) \(seed)")
        #expect(UTCTime.milliseconds(iso8601: shifted.utf8) == expected, "\(shifted) \(seed)")
      }
    }
  }

  /// Where both grammars take a text, they take it as the same moment.
  @Test func theGrammarsOfTimesAgree() {
    var random = SeededGenerator()
    let seed = random.description
    var both = 0
    for _ in 0..<3_000 {
      let time = UTCTime(
        milliseconds: Int64.random(in: -62_135_596_800_000...253_402_300_799_999, using: &random))
      let damaged = Self.damaged(Array(time.iso8601.utf8), "0123456789:.-+TtZz ", &random)
      guard let one = UTCTime.milliseconds(rfc3339: damaged),
        let other = UTCTime.milliseconds(iso8601: damaged)
      else { continue }
      both += 1
      #expect(one == other, "\(String(decoding: damaged, as: UTF8.self)) \(seed)")
    }
    #expect(both > 100)
  }

  @Test func orderOfTextIsThatOfItsBytes() {
    var random = SeededGenerator()
    let seed = random.description
    let pieces = ["a", "b", "\u{e9}", "e\u{301}", "\u{FFFF}", "\u{10000}", "\u{0}", "\u{7f}"]
    for _ in 0..<500 {
      let texts = (0..<6).map { _ in
        (0..<Int.random(in: 0...4, using: &random)).map { _ in
          pieces.randomElement(using: &random) ?? ""
        }.joined()
      }
      func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
      for one in texts {
        for other in texts {
          let (a, b) = (bytes(one), bytes(other))
          #expect(UTF8Order.precedes(one, other) == a.lexicographicallyPrecedes(b), "\(seed)")
          #expect(UTF8Order.equal(one, other) == (a == b), "\(seed)")
        }
      }
      let sorted = UTF8Order.sortedUnique(texts).map(bytes)
      let expected = Set(texts.map(bytes)).sorted { $0.lexicographicallyPrecedes($1) }
      #expect(sorted == expected, "\(seed)")
    }
  }
}
