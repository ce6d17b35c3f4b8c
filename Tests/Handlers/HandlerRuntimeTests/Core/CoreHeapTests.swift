import Testing

@testable import HandlerRuntime

@Suite("Core: values and heap")
struct CoreHeapTests {
  @Test func numbersKeepTheirBits() {
    for number in [0.0, -0.0, 1.5, .infinity, -.infinity, .greatestFiniteMagnitude] {
      #expect(Value(number).isNumber)
      #expect(Value(number).number.bitPattern == number.bitPattern)
    }
    #expect(Value(Double(nan: 0x7ff, signaling: false)).bits == Value.nan.bits)
  }
}
