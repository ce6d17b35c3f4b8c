import HandlerLanguage
import Testing

@testable import HandlerRuntime

@Suite("Conformance of the built-ins")
struct ConformanceTests {
  static let files = [
    "strings.js", "arrays.js", "numbers.js", "math.js", "objects.js", "json.js", "globals.js",
    "corners.js",
    "web.js", "jsx.jsx",
  ]

  static let request = RuntimeRequest(
    method: "POST", target: "/a/b%20c?x=1&y=a%20b+c&x=2&empty",
    headers: [
      ("Content-Type", "application/json"), ("X-Id", "7"), ("Cookie", "a=1"), ("Cookie", "b=2"),
      ("Accept", "text/html"), ("Accept", "*/*"),
    ], body: Array(#"{"n":[1,"é"]}"#.utf8))

  private func golden(_ file: String) throws -> [String] {
    try ConformanceFiles.lines(String(file.prefix { $0 != "." }) + ".golden")
  }

  /// The cases' own text, to name the one that fails.
  private func cases(_ file: String) throws -> [String] {
    try ConformanceFiles.text(file).split(separator: "\n  () => ").dropFirst().map(String.init)
  }

  @Test("every case gives the recorded line", arguments: files)
  func answers(file: String) throws {
    let expected = try golden(file)
    let response = try ConformanceProgram(file: file).answer(Self.request)
    let given = String(decoding: response.body, as: UTF8.self).split(separator: "\n").map(
      String.init)
    let sources = try cases(file)
    #expect(given.count == expected.count)
    for (index, (one, other)) in zip(given, expected).enumerated() {
      #expect(
        one == other, "\(file), case \(index + 1): \(index < sources.count ? sources[index] : "")")
    }
  }

  @Test("every case that must fault does, with its message")
  func faults() throws {
    let program = try ConformanceProgram(file: "faults.jsx")
    let expected = try golden("faults.jsx")
    let sources = try cases("faults.jsx")
    #expect(sources.count == expected.count)
    for (index, message) in expected.enumerated() {
      let fault = #expect(throws: Fault.self, "case \(index): \(sources[index])") {
        try program.body("/?i=\(index)")
      }
      #expect(fault?.message == message, "case \(index): \(sources[index])")
      #expect(fault?.kind == .error)
    }
  }

  @Test("there are at least 600 cases")
  func amount() throws {
    let count = try Self.files.reduce(0) { try $0 + golden($1).count }
    #expect(count >= 600)
  }

  @Test("every row of the tables of built-ins is exercised")
  func coverage() throws {
    var called: Set<String> = []
    var text = ""
    for file in Self.files {
      let program = try ConformanceProgram(file: file)
      _ = try program.answer(Self.request)
      called.formUnion(program.rows.all)
      text += try ConformanceFiles.text(file)
    }
    for global in BuiltinGlobal.allCases where global != .fetchSync && global.row.isCallable {
      #expect(called.contains(global.rawValue), "\(global.rawValue)")
    }
    for member in BuiltinMember.allCases {
      let isThere =
        member.row.isCallable
        ? called.contains(member.rawValue) : text.contains(member.rawValue)
      #expect(isThere, "\(member.rawValue)")
    }
    for method in BuiltinMethod.allCases {
      #expect(called.contains(method.rawValue), "\(method.rawValue)")
    }
  }
}
