import Testing

@testable import Reports

@Suite struct TimestampTests {
  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00Z"),
      (999, "1970-01-01T00:00:00Z"),
      (1000, "1970-01-01T00:00:01Z"),
      (-1, "1969-12-31T23:59:59Z"),
      (951_782_399_000, "2000-02-28T23:59:59Z"),
      (951_782_400_000, "2000-02-29T00:00:00Z"),
      (951_868_800_000, "2000-03-01T00:00:00Z"),
      (4_107_542_399_999, "2100-02-28T23:59:59Z"),
      (4_107_542_400_000, "2100-03-01T00:00:00Z"),
      (1_795_453_445_678, "2026-11-23T17:04:05Z"),
      (253_402_300_799_999, "9999-12-31T23:59:59Z"),
      (-62_167_219_200_000, "0000-01-01T00:00:00Z"),
    ] as [(Int64, String)])
  func writesRFC3339(milliseconds: Int64, expected: String) {
    #expect(Timestamp.rfc3339(milliseconds: milliseconds) == expected)
  }

  @Test(arguments: [253_402_300_800_000, -62_167_219_200_001, Int64.max, Int64.min])
  func yearsWithoutFourDigitsKeepTheirNumber(milliseconds: Int64) {
    #expect(Timestamp.rfc3339(milliseconds: milliseconds) == "\(milliseconds) ms")
  }
}
