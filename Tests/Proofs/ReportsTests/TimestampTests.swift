import Reports
import Testing

@Suite struct TimestampTests {
  @Test func writesRFC3339() {
    #expect(Timestamp.rfc3339(milliseconds: 1_795_453_445_678) == "2026-11-23T17:04:05Z")
  }

  @Test(arguments: [253_402_300_800_000, -62_167_219_200_001, Int64.max, Int64.min])
  func yearsWithoutFourDigitsKeepTheirNumber(milliseconds: Int64) {
    #expect(Timestamp.rfc3339(milliseconds: milliseconds) == "\(milliseconds) ms")
  }
}
