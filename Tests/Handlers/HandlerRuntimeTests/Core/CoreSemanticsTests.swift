import Testing

@testable import HandlerRuntime

/// Answers recorded from node with `testdata/handlers/semantics/record.mjs`.
@Suite("Core: JavaScript semantics as node has them")
struct CoreSemanticsTests {
  @Test(arguments: ["operators", "specialised", "scope", "control"])
  func sameAnswers(_ name: String) throws {
    let source = try repositoryFile("testdata/handlers/semantics/\(name).js")
    let golden = try repositoryFile("testdata/handlers/semantics/\(name).golden")
    let answers = try CoreProgram(source).run() + "\n"
    let expected = golden.split(separator: "\n", omittingEmptySubsequences: false)
    let actual = answers.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(actual.count == expected.count)
    #expect(expected.count > 40)
    for (line, (a, e)) in zip(actual, expected).enumerated() {
      #expect(a == e, "\(name).golden:\(line + 1)")
    }
  }

  /// node's own `**` is not correctly rounded, so these are spelled out.
  @Test(arguments: [
    ("2 ** 0.5", "1.4142135623730951"), ("(-8) ** (1 / 3)", "null"), ("0 ** 0", "1"),
    ("NaN ** 0", "1"), ("1 ** Infinity", "null"), ("(-1) ** -Infinity", "null"),
    ("2 ** -1074", "5e-324"), ("(-2) ** 3", "-8"), ("10 ** 21", "1e+21"), ("'2' ** '3'", "8"),
    ("4 ** undefined", "null"), ("4 ** null", "1"), ("(-0) ** -1", "null"),
  ])
  func powers(_ expression: String, _ expected: String) throws {
    #expect(try json(expression) == expected)
  }
}
