import Glibc
import HandlerLanguage
import Testing

/// A source that is refused, with all that is said about it.
struct RefusedCase: CustomTestStringConvertible {
  var title: String
  var entry: String
  var files: [(path: String, text: String)]
  var expected: [String]
  var testDescription: String { title }

  var found: [String] {
    let project = Project(Dictionary(uniqueKeysWithValues: files.map { ($0.path, $0.text) }))
    return project.load(entry).diagnostics.map(\.description)
  }

  /// Reads `== title`, files (each behind `@ path`; the first one is the entry), `--`, and the
  /// lines expected. A file that names no handler gets one at its end.
  static func read(_ text: String) -> [RefusedCase] {
    var cases: [RefusedCase] = []
    var isExpectation = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("== ") {
        cases.append(
          RefusedCase(title: String(line.dropFirst(3)), entry: "", files: [], expected: []))
        isExpectation = false
      } else if cases.isEmpty || (isExpectation && line.isEmpty) {
        continue
      } else if line == "--" {
        isExpectation = true
      } else if isExpectation {
        cases[cases.count - 1].expected.append(String(line))
      } else if line.hasPrefix("@ ") {
        cases[cases.count - 1].files.append((String(line.dropFirst(2)), ""))
      } else {
        cases[cases.count - 1].add(line)
      }
    }
    for index in cases.indices { cases[index].complete() }
    return cases
  }

  private mutating func add(_ line: Substring) {
    if files.isEmpty { files.append(("handler.ts", "")) }
    files[files.count - 1].text += line + "\n"
  }

  private mutating func complete() {
    entry = files[0].path
    if !files[0].text.contains("handler"), !title.contains("no handler") {
      files[0].text += "function handler() {}\n"
    }
  }
}

@Suite struct RefusedTests {
  static let path = testdata + "/refused.cases"
  static let text = bytes(of: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
  static let cases = RefusedCase.read(text)

  @Test(arguments: cases)
  func saysWhatItFound(_ item: RefusedCase) {
    #expect(item.found == item.expected)
  }

  /// Each code is provoked by at least one case, whose title starts with it. `RECORD_SNAPSHOTS=1`
  /// writes what is found into the file of cases instead, for a person to review.
  @Test func everyCodeIsProvoked() throws {
    if getenv("RECORD_SNAPSHOTS") != nil { return try record() }
    for code in DiagnosticCode.allCases where !DiagnosticCode.ofProver.contains(code) {
      let provoked = Self.cases.contains { item in
        item.title.hasPrefix(code.rawValue)
          && item.expected.contains { $0.contains("[\(code.rawValue)]") }
      }
      #expect(provoked || code == .invalidUTF8, "no case for \(code) \(code.rawValue)")
    }
  }

  @Test func codesAreUnique() {
    #expect(Set(DiagnosticCode.allCases.map(\.rawValue)).count == DiagnosticCode.allCases.count)
  }

  /// Bytes that are no text cannot stand in the file of cases.
  @Test func invalidUTF8() {
    let text = Array("// ä\n  \"é".utf8) + [0xC3, 0x28]
    let result = Program.load(entry: "a.ts") { _ in text }
    #expect(
      result.diagnostics.map(\.description) == [
        "a.ts:2:5: error[ZT101]: the file is not UTF-8 from this byte on; save it as UTF-8"
      ])
  }

  /// Lines end where they end for every other diagnostic; a byte order mark has no column.
  @Test func linesBeforeInvalidUTF8() {
    let text = "\u{FEFF}a\rb\u{2028}c\r\n\u{2029} d"
    for (text, place) in [(text, (5, 3)), ("\u{FEFF}ab", (1, 3)), ("#!x\r", (2, 1))] {
      let found = Program.load(entry: "a.ts") { _ in Array(text.utf8) + [0x80] }.diagnostics
      #expect(found.map(\.code) == ["ZT101"])
      #expect(found.map(\.line) == [place.0] && found.map(\.column) == [place.1], "\(text)")
    }
  }

  @Test(
    arguments: [
      [0x80], [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0x80],
      [0xF4, 0x90, 0x80, 0x80], [0xF8], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xC3],
    ] as [[UInt8]])
  func malformedSequences(_ sequence: [UInt8]) {
    let result = Program.load(entry: "a.ts") { _ in Array("//".utf8) + sequence }
    #expect(result.diagnostics.map(\.code) == ["ZT101"])
    #expect(result.diagnostics.first?.column == 3)
  }

  private func record() throws {
    var text = ""
    var index = 0
    var isExpectation = false
    for line in Self.text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line == "--" {
        isExpectation = true
        text += "--\n" + Self.cases[index].found.map { $0 + "\n" }.joined() + "\n"
        index += 1
      } else if line.hasPrefix("== ") {
        isExpectation = false
        text += line + "\n"
      } else if !isExpectation {
        text += line + "\n"
      }
    }
    let file = try #require(fopen(Self.path, "w"))
    defer { fclose(file) }
    fputs(text, file)
  }
}
