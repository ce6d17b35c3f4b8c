import TestSupport
import Testing

@testable import HandlerRuntime

@Suite("Numbers and text")
struct BuiltinsNumberTests {
  private func ascii<R>(_ text: String, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    Array(text.utf8).withUnsafeBufferPointer(body)
  }

  private func wide<R>(_ text: String, _ body: (UnsafeBufferPointer<UInt16>) -> R) -> R {
    Array(text.utf16).withUnsafeBufferPointer(body)
  }

  @Test("every layout of a number is the recorded one")
  func layouts() throws {
    func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
    let rows = try ConformanceFiles.rows("numbers.tsv")
    #expect(rows.count > 300)
    for row in rows {
      let value = Double(bitPattern: try #require(UInt64(row[0], radix: 16)))
      let ours = [
        NumberFormatting.text(value),
        text(NumberFormatting.fixed(value, digits: 0)),
        text(NumberFormatting.fixed(value, digits: 2)),
        text(NumberFormatting.fixed(value, digits: 20)),
        text(NumberFormatting.precision(value, 1)),
        text(NumberFormatting.precision(value, 6)),
        text(NumberFormatting.precision(value, 30)),
        text(NumberFormatting.exponential(value, digits: nil)),
        text(NumberFormatting.exponential(value, digits: 0)),
        text(NumberFormatting.exponential(value, digits: 8)),
        text(NumberFormatting.text(value, radix: 2)),
        text(NumberFormatting.text(value, radix: 3)),
        text(NumberFormatting.text(value, radix: 16)),
        text(NumberFormatting.text(value, radix: 36)),
      ]
      for (index, (given, expected)) in zip(ours, row.dropFirst()).enumerated() {
        #expect(given == expected, "\(row[1]), column \(index)")
      }
      if value.isFinite { #expect(ascii(row[1], NumberParsing.number) == value) }
    }
  }

  @Test("number literals read as the whole text or not at all")
  func numberReading() {
    let cases: [(String, Double)] = [
      ("", 0), ("  12  ", 12), ("0x1f", 31), ("0XFF", 255), ("0b101", 5), ("0o17", 15),
      (".5", 0.5), ("5.", 5), ("1e3", 1000), ("+7", 7), ("-1.5e-3", -0.0015),
      ("Infinity", .infinity), ("-Infinity", -.infinity), ("\u{FEFF}1\u{2029}", 1),
      ("0x10000000000000081", 18_446_744_073_709_551_616),
      ("0x20000000000001", 9_007_199_254_740_992),
      ("0x20000000000003", 9_007_199_254_740_996),
      (
        "0x20000000000001" + String(repeating: "0", count: 20) + "1", 9_007_199_254_740_994 * 0x1p84
      ),
      ("0x1fffffffffffff8", 144_115_188_075_855_872),
      ("123456789012345678901234567890", 123_456_789_012_345_677_877_719_597_056),
    ]
    for (text, expected) in cases { #expect(wide(text, NumberParsing.number) == expected) }
    let long = String(repeating: "1", count: 400)
    #expect(wide(long, NumberParsing.number) == .infinity)
    #expect(wide("0x" + String(repeating: "f", count: 400), NumberParsing.number) == .infinity)
    for text in ["1x", "0x", "0xg", "-0x1", "1e", ".", "e5", "1 2", "Infinit", "1_000", "--1"] {
      #expect(wide(text, NumberParsing.number).isNaN, "\(text)")
    }
    #expect(ascii("-0", NumberParsing.number).sign == .minus)
  }

  @Test("parseFloat and parseInt take the start that is a number")
  func leadingNumbers() {
    #expect(ascii("3.14abc", NumberParsing.leadingFloat) == 3.14)
    #expect(ascii("  -2e3.5", NumberParsing.leadingFloat) == -2000)
    #expect(ascii("1e+", NumberParsing.leadingFloat) == 1)
    #expect(ascii("Infinityx", NumberParsing.leadingFloat) == .infinity)
    #expect(ascii("x", NumberParsing.leadingFloat).isNaN)
    let cases: [(String, Int32, Double)] = [
      ("42px", 0, 42), ("0x1F", 0, 31), ("0x1F", 16, 31), ("-12", 10, -12), ("101", 2, 5),
      ("zz", 36, 1295), ("9007199254740993", 10, 9_007_199_254_740_992), ("7.9", 0, 7),
    ]
    for (text, radix, expected) in cases {
      #expect(ascii(text) { NumberParsing.leadingInteger($0, radix: radix) } == expected)
    }
    for (text, radix) in [("", 0), ("x", 10), ("1", 1), ("1", 37), ("2", 2), ("1", -5)]
      as [(String, Int32)]
    {
      #expect(ascii(text) { NumberParsing.leadingInteger($0, radix: radix) }.isNaN)
    }
  }

  @Test("case mapping is the full one and knows the final sigma")
  func caseMapping() {
    func lower(_ text: String) -> String {
      wide(text) { String(decoding: CaseMapping.lowercased($0), as: UTF16.self) }
    }
    func upper(_ text: String) -> String {
      wide(text) { String(decoding: CaseMapping.uppercased($0), as: UTF16.self) }
    }
    #expect(upper("straße ﬁ ŉ") == "STRASSE FI ʼN")
    #expect(lower("ΟΔΥΣΣΕΥΣ ΣΑΣ") == "οδυσσευς σας")
    #expect(lower("Σ") == "σ")
    #expect(lower("AΣ.") == "aς.")
    #expect(lower("AΣ.b") == "aσ.b")
    #expect(lower("İ").unicodeScalars.count == 2)
    #expect(upper("𐐨") == "𐐀")
    let lone: [UInt16] = [0x61, 0xD800, 0x62]
    #expect(lone.withUnsafeBufferPointer(CaseMapping.uppercased) == [0x41, 0xD800, 0x42])
  }

  @Test("URI coding round-trips and refuses what is malformed")
  func uriCoding() {
    func encode(_ text: String, _ part: URICoding.Part) -> String? {
      wide(text) { URICoding.encode($0, part) }.map { String(decoding: $0, as: UTF8.self) }
    }
    func decode(_ text: String, _ part: URICoding.Part) -> String? {
      ascii(text) { URICoding.decode($0, part) }.map { String(decoding: $0, as: UTF16.self) }
    }
    #expect(encode("a b/ü?😀'", .component) == "a%20b%2F%C3%BC%3F%F0%9F%98%80'")
    #expect(encode("http://x/ü?a=1&b=[2]#z", .whole) == "http://x/%C3%BC?a=1&b=%5B2%5D#z")
    #expect(
      [UInt16](arrayLiteral: 0xD800).withUnsafeBufferPointer { URICoding.encode($0, .whole) } == nil
    )
    #expect(decode("a%20b%2F%C3%BC%F0%9F%98%80", .component) == "a b/ü😀")
    #expect(decode("%2F%20%23", .whole) == "%2F %23")
    for bad in [
      "%", "%2", "%zz", "%C3", "%C3%", "%80", "%C0%80", "%ED%A0%80", "%F8%80%80%80", "%C3x",
    ] {
      #expect(decode(bad, .component) == nil, "\(bad)")
    }
  }

  @Test("ill-formed UTF-8 becomes one replacement for each maximal start")
  func utf8Decoding() {
    func units(_ bytes: [UInt8]) -> [UInt16] { bytes.withUnsafeBufferPointer(Transcoding.utf16) }
    #expect(units([0x61, 0xC3, 0xBC, 0xF0, 0x9F, 0x98, 0x80]) == [0x61, 0xFC, 0xD83D, 0xDE00])
    #expect(units([0xE2, 0x82, 0x61]) == [0xFFFD, 0x61])
    #expect(units([0xED, 0xA0, 0x80]) == [0xFFFD, 0xFFFD, 0xFFFD])
    #expect(units([0xF0, 0x9F]) == [0xFFFD])
    #expect(units([0xC0, 0xAF, 0xFF]) == [0xFFFD, 0xFFFD, 0xFFFD])
    var random = SeededGenerator()
    let seed = random.description
    for _ in 0..<2_000 {
      let bytes = (0..<12).map { _ in
        UInt8.random(
          in: Bool.random(using: &random) ? 0x20...0xFF : 0x7E...0xC5, using: &random)
      }
      #expect(units(bytes) == Array(String(decoding: bytes, as: UTF8.self).utf16), "\(seed)")
    }
    var out: [UInt8] = []
    [UInt16](arrayLiteral: 0xD83D, 0xDE00, 0xDC00, 0x41, 0xD800).withUnsafeBufferPointer {
      Transcoding.appendUTF8($0, to: &out)
    }
    #expect(String(decoding: out, as: UTF8.self) == "😀\u{FFFD}A\u{FFFD}")
  }

  @Test("search finds the first and the last occurrence across widths")
  func searching() {
    ascii("ana") { needle in
      wide("banana") { hay in
        #expect(StringSearch.firstIndex(of: needle, in: hay, from: 0) == 1)
        #expect(StringSearch.firstIndex(of: needle, in: hay, from: 2) == 3)
        #expect(StringSearch.firstIndex(of: needle, in: hay, from: 4) == nil)
        #expect(StringSearch.lastIndex(of: needle, in: hay, from: .max) == 3)
        #expect(StringSearch.lastIndex(of: needle, in: hay, from: 2) == 1)
      }
    }
    wide("é€") { needle in
      ascii("plain") { hay in #expect(StringSearch.firstIndex(of: needle, in: hay, from: 0) == nil)
      }
    }
  }
}
