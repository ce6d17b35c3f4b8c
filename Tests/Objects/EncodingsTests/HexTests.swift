import Encodings
import Testing

@Suite struct HexTests {
  @Test func everyByteIsReadAsItIsWritten() {
    let bytes = (0...255).map { UInt8($0) }
    let text = Hex.encode(bytes)
    #expect(text.hasPrefix("000102") && text.hasSuffix("fdfeff"))
    #expect(Hex.decode(text) == bytes)
  }

  @Test(arguments: ["0", "000", "0A", "0g", "0 ", " 00", "00\n", "é", "00é"])
  func refusesWhatIsNotLowerCaseHex(text: String) {
    #expect(Hex.decode(text) == nil)
  }

  @Test func digitsHaveTheirValues() {
    for unit in UInt8.min...UInt8.max {
      let value = Int(String(UnicodeScalar(unit)), radix: 16).map { UInt8($0) }
      #expect(Hex.valueOfAnyCase(unit) == value)
      let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(unit)
      #expect(Hex.value(unit) == (isUpper ? nil : value))
    }
    for value: UInt8 in 0..<16 {
      #expect(Hex.value(Hex.digit(value)) == value)
      #expect(Hex.valueOfAnyCase(Hex.upperDigit(value)) == value)
      #expect((Hex.upperDigit(value) == Hex.digit(value)) == (value < 10))
    }
  }
}
