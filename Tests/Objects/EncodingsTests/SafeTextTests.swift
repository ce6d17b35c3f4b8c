import Encodings
import Testing

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
    #expect(SafeText(escaping: text).text == expected)
  }

  @Test(arguments: [0xfdd0, 0xfdef, 0xfffe, 0xffff, 0x1fffe, 0x10ffff] as [UInt32])
  func writesOutNoncharacters(value: UInt32) throws {
    let text = String(try #require(Unicode.Scalar(value)))
    #expect(SafeText(escaping: text).text == "\\u{" + String(value, radix: 16) + "}")
  }

  @Test func widthIsInColumns() {
    #expect(SafeText(escaping: "abc").width == 3)
    #expect(SafeText(escaping: "日本").width == 4)
    #expect(SafeText(escaping: "e\u{301}").width == 1)
    #expect(SafeText(escaping: "😀").width == 2)
    #expect(SafeText(escaping: "").width == 0)
  }

  @Test func cutsToColumns() {
    #expect(SafeText(escaping: "abcdef").clipped(to: 6).text == "abcdef")
    #expect(SafeText(escaping: "abcdefg").clipped(to: 6).text == "abcde…")
    #expect(SafeText(escaping: "日本語日本").clipped(to: 6).text == "日本…")
    #expect(SafeText(escaping: "\u{1b}\u{1b}").clipped(to: 8).text == "\\u{1b}\\…")
  }

  @Test func jsonStaysTheSameDocument() {
    #expect(
      SafeText(minifiedJSON: "{\"a\":\"ü\u{9b}\u{e0041}\u{202e}\"}").text
        == "{\"a\":\"ü\\u009b\\udb40\\udc41\\u202e\"}")
  }

  @Test func literalsStayAndValuesAreEscaped() {
    let name = "a\nb\u{1b}[2J"
    let text: SafeText = "line 1\n\(name) and \(name[...]), \(12)\n"
    #expect(
      text.text == "line 1\na\\u{a}b\\u{1b}[2J and a\\u{a}b\\u{1b}[2J, 12\n")
    // What is safe is not escaped again.
    let outer: SafeText = "<\(text)>"
    #expect(outer.text == "<" + text.text + ">")
    #expect(
      SafeText(escaping: text.text.split(separator: "\n")[1]).text
        == text.text.split(separator: "\n")[1])
  }

  @Test func linesStayLinesWhereTheyAreToStay() {
    #expect(SafeText(escapingLines: "a\u{7}\n\nb\n").text == "a\\u{7}\n\nb\n")
  }

  @Test func padsOnEitherSide() {
    #expect(SafeText("日本").padded(to: 6).text == "日本  ")
    #expect(SafeText("12").padded(to: 4, atStart: true).text == "  12")
    #expect(SafeText("long").padded(to: 2).text == "long")
    #expect(SafeText("a  ").trimmed().text == "a")
  }

  @Test func joins() {
    let parts: [SafeText] = ["a", "\("\u{9b}")", "c"]
    #expect(parts.joined(separator: ", ").text == "a, \\u{9b}, c")
    #expect([SafeText]().joined().isEmpty)
  }
}
