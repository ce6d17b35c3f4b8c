import Testing

@testable import Reports

@Suite struct SafeTextTests {
  @Test(arguments: [
    ("GET /a b", "GET /a b"),
    ("", ""),
    ("grün 日本語 😀", "grün 日本語 😀"),
    ("a\nb", "a\\u{a}b"),
    ("a\r\nb", "a\\u{d}\\u{a}b"),
    ("\u{1b}[31m", "\\u{1b}[31m"),
    ("\u{7f}\u{85}", "\\u{7f}\\u{85}"),
    ("\u{202e}\u{2066}\u{200b}\u{feff}", "\\u{202e}\\u{2066}\\u{200b}\\u{feff}"),
    ("\u{2028}\u{2029}", "\\u{2028}\\u{2029}"),
    ("\u{e0041}", "\\u{e0041}"),
  ])
  func writesOutWhatMovesOrHides(text: String, expected: String) {
    #expect(SafeText.line(text) == expected)
  }

  @Test(arguments: [0xfdd0, 0xfdef, 0xfffe, 0xffff, 0x1fffe, 0x10ffff] as [UInt32])
  func writesOutNoncharacters(value: UInt32) throws {
    let text = String(try #require(Unicode.Scalar(value)))
    #expect(SafeText.line(text) == "\\u{" + String(value, radix: 16) + "}")
  }

  @Test func widthIsInColumns() {
    #expect(SafeText.width("abc") == 3)
    #expect(SafeText.width("日本") == 4)
    #expect(SafeText.width("e\u{301}") == 1)
    #expect(SafeText.width("😀") == 2)
    #expect(SafeText.width("") == 0)
  }

  @Test func cutsToColumns() {
    #expect(SafeText.clipped("abcdef", to: 6) == "abcdef")
    #expect(SafeText.clipped("abcdefg", to: 6) == "abcde…")
    #expect(SafeText.clipped("日本語日本", to: 6) == "日本…")
    #expect(SafeText.clipped("\u{1b}\u{1b}", to: 8) == "\\u{1b}\\…")
  }

  @Test func jsonStaysTheSameDocument() {
    #expect(
      SafeText.jsonLine("{\"a\":\"ü\u{9b}\u{e0041}\u{202e}\"}")
        == "{\"a\":\"ü\\u009b\\udb40\\udc41\\u202e\"}")
  }
}
