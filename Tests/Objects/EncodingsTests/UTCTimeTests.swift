import Encodings
import Testing

@Suite struct UTCTimeTests {
  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00Z"),
      (999, "1970-01-01T00:00:00Z"),
      (1000, "1970-01-01T00:00:01Z"),
      (-1, "1969-12-31T23:59:59Z"),
      (951_782_399_000, "2000-02-28T23:59:59Z"),
      (951_782_400_000, "2000-02-29T00:00:00Z"),
      (951_868_800_000, "2000-03-01T00:00:00Z"),
      (1_709_210_096_000, "2024-02-29T12:34:56Z"),
      (4_107_542_399_999, "2100-02-28T23:59:59Z"),
      (4_107_542_400_000, "2100-03-01T00:00:00Z"),
      (1_795_453_445_678, "2026-11-23T17:04:05Z"),
      (253_402_300_799_999, "9999-12-31T23:59:59Z"),
      (-62_167_219_200_000, "0000-01-01T00:00:00Z"),
      (253_402_300_800_000, nil), (-62_167_219_200_001, nil), (.max, nil), (.min, nil),
    ] as [(Int64, String?)])
  func writesRFC3339(milliseconds: Int64, expected: String?) {
    #expect(UTCTime(milliseconds: milliseconds).rfc3339 == expected)
    guard milliseconds >= 0 else { return }
    let clamped = UTCTime.rfc3339(clampingSeconds: UInt64(milliseconds / 1000))
    #expect(clamped == expected ?? "9999-12-31T23:59:59Z")
  }

  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
      (951_782_399_999, "2000-02-28T23:59:59.999Z", "Mon, 28 Feb 2000 23:59:59 GMT"),
      (951_782_400_000, "2000-02-29T00:00:00.000Z", "Tue, 29 Feb 2000 00:00:00 GMT"),
      (1_776_602_096_789, "2026-04-19T12:34:56.789Z", "Sun, 19 Apr 2026 12:34:56 GMT"),
      (-1, "1969-12-31T23:59:59.999Z", "Wed, 31 Dec 1969 23:59:59 GMT"),
      (-62_198_755_200_000, "-000001-01-01T00:00:00.000Z", "Fri, 01 Jan -0001 00:00:00 GMT"),
      (8_640_000_000_000_000, "+275760-09-13T00:00:00.000Z", "Sat, 13 Sep 275760 00:00:00 GMT"),
    ] as [(Int64, String, String)])
  func writesISO8601AndHTTPDates(milliseconds: Int64, iso: String, http: String) {
    let time = UTCTime(milliseconds: milliseconds)
    #expect(time.iso8601 == iso)
    #expect(time.httpDate == http)
    #expect(UTCTime.milliseconds(iso8601: iso.utf8) == milliseconds)
  }

  @Test(
    arguments: [
      ("2024-02-29T12:34:56Z", 1_709_210_096_000), ("2024-02-29t12:34:56z", 1_709_210_096_000),
      ("2024-02-29 12:34:56.5Z", 1_709_210_096_500),
      ("2024-02-29T14:34:56.0009999999999999+02:00", 1_709_210_096_000),
      ("2024-02-29T07:04:56.999-05:30", 1_709_210_096_999),
      ("2016-12-31T23:59:60Z", 1_483_228_800_000), ("0000-01-01T00:00:00Z", -62_167_219_200_000),
      ("2024-02-29T12:34:56-00:00", 1_709_210_096_000),
    ] as [(String, Int64)])
  func readsRFC3339(text: String, milliseconds: Int64) {
    #expect(UTCTime.milliseconds(rfc3339: text.utf8) == milliseconds)
  }

  @Test(arguments: [
    "", "2024-02-29", "2024-02-30T00:00:00Z", "2023-02-29T00:00:00Z", "2024-02-29T12:34Z",
    "2024-02-29T12:34:56", "2024-02-29T24:00:00Z", "2024-02-29T12:60:00Z", "2024-02-29T12:34:61Z",
    "2024-02-29T12:34:56.Z", "2024-02-29T12:34:56+2:00", "2024-02-29T12:34:56+24:00",
    "2024-02-29T12:34:56Zx", "+002024-02-29T12:34:56Z", "2024-02-29T12:34:56,5Z",
    "２024-02-29T12:34:56Z",
  ])
  func refusesWhatIsNotRFC3339(text: String) {
    #expect(UTCTime.milliseconds(rfc3339: text.utf8) == nil)
  }

  @Test(
    arguments: [
      ("2026-04-19", 1_776_556_800_000), ("2026-04-19T12:34Z", 1_776_602_040_000),
      ("2026-04-19t12:34:56z", 1_776_602_096_000),
      ("2026-04-19T14:34:56.7+02:00", 1_776_602_096_700),
      ("2026-04-19T00:34:56.789123456-12:00", 1_776_602_096_789),
      ("2026-04-19T12:34:56", 1_776_602_096_000), ("+002026-04-19", 1_776_556_800_000),
    ] as [(String, Int64)])
  func readsISO8601(text: String, milliseconds: Int64) {
    #expect(UTCTime.milliseconds(iso8601: text.utf8) == milliseconds)
  }

  @Test(arguments: [
    "", "2026", "2026-4-19", "2026-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "2026-04-19T",
    "2026-04-19T24:00Z", "2026-04-19T12:60Z", "2026-04-19T12:00:60Z", "2026-04-19 12:00Z",
    "2026-04-19T12:00:00.Z", "2026-04-19T12:00:00.1234567890Z", "2026-04-19T12:00+2:00",
    "2026-04-19T12:00Zx", "+2026-04-19", "2026-04-19T12:00:00,5Z",
  ])
  func refusesWhatIsNotISO8601(text: String) {
    #expect(UTCTime.milliseconds(iso8601: text.utf8) == nil)
  }

  @Test func aDateAlone() {
    #expect(CivilDate(rfc3339: "1970-01-02".utf8)?.daysSince1970 == 1)
    for text in ["", "1970-01-02T", "1970-1-2", "1970-02-29", "-000001-01-01", "1970-01-02 "] {
      #expect(CivilDate(rfc3339: text.utf8) == nil, "\(text)")
    }
    #expect(CivilDate(year: 292_000_001, month: 1, day: 1) == nil)
  }
}
