import Testing

@testable import HandlerRuntime

/// What has a fast way of its own gives what the slow way gives.
@Suite struct SpecialisedCodeTests {
  /// Orders that are known without a call, beside the same orders hidden in a block.
  @Test(arguments: [
    "[]", "[2]", "[3, 1, 2]", "[3, NaN, 1, NaN, 2, -0, 0, Infinity, -Infinity, Infinity]",
    "[5, undefined, 1, undefined, 4]", "[\"10\", 9, \"1\", true, null, 2]",
    "range(1000).map((n) => (n * 7919) % 101)", "range(200).map((n) => 200 - n)",
    "range(300).map((n) => n % 7 === 0 ? NaN : n % 13)",
  ])
  func sortingByDifference(_ array: String) throws {
    for (known, hidden) in [
      ("(a, b) => a - b", "(a, b) => { const d = a - b; return d; }"),
      ("(a, b) => b - a", "(a, b) => { const d = b - a; return d; }"),
      ("function (x, y) { return x - y; }", "(a, b) => { const d = a - b; return d; }"),
    ] {
      let sorted = try run("const xs = \(array); return String(xs.toSorted(\(known)))")
      #expect(try run("const xs = \(array); return String(xs.toSorted(\(hidden)))") == sorted)
      #expect(try run("const xs = \(array); xs.sort(\(known)); return String(xs)") == sorted)
    }
  }

  @Test func whatLooksLikeADifferenceAndIsNone() throws {
    #expect(try run("return String([1, 3, 2].toSorted((a, b = 5) => a - b))") == "1,2,3")
    #expect(try run("const a = 9; return String([1, 3, 2].toSorted((x, y) => a - y))") == "1,3,2")
    #expect(try run("return String([1, 3, 2].toSorted((a, ...b) => a - b))") == "1,2,3")
  }

  @Test(arguments: [
    ("1 + 2 + 'a' + 3 + 4", "3a34"), ("'a' + 1 + 2", "a12"), ("1 + 2 + (3 + 'a')", "33a"),
    ("'' + -0 + ' ' + 1e21 + ' ' + 0.1 + ' ' + NaN", "0 1e+21 0.1 NaN"),
    (
      "'a' + null + undefined + true + [1, [2, 3]] + { x: 1 }",
      "anullundefinedtrue1,2,3[object Object]"
    ),
    ("'ä' + 1 + 'b' + '€' + 2", "ä1b€2"),
    (
      "'x'.repeat(300) + 1 + 'y'.repeat(300)",
      String(repeating: "x", count: 300) + "1" + String(repeating: "y", count: 300)
    ),
    (
      "4294967295 + '' + 4294967296 + '' + 9007199254740991 + '' + -10",
      "429496729542949672969007199254740991-10"
    ),
    ("`${1}${2}${''}`", "12"), ("`a${'ä'.repeat(100)}b${1}`.length", "103"),
    ("((n) => { let s = ''; s = s + n + ';' + n; return s; })(7)", "7;7"),
    ("((n) => { let s = 'a'; s += 'b' + n + (s = 'z'); return s + s; })(7)", "ab7zab7z"),
  ])
  func textOfParts(_ expression: String, _ text: String) throws {
    #expect(try run("return \(expression)") == text)
  }

  @Test func manyParts() throws {
    let sum = (0..<60).map { "'p' + \($0)" }.joined(separator: " + ")
    let text = (0..<60).map { "p\($0)" }.joined()
    #expect(try run("return \(sum)") == text)
    let template = (0..<60).map { "p${\($0)}" }.joined()
    #expect(try run("return `\(template)`") == text)
  }

  @Test func aPartThatFaultsKeepsTheNextFromRunning() throws {
    let program =
      "let seen = 0; const f = () => { seen = 1; return 'x'; }; const c = { toText: 1 };"
    #expect(try run(program + "const s = 'a' + c + f(); return seen + s") == "1a[object Object]x")
  }

  @Test(arguments: [
    ("7 % 3", "1"), ("7 % 0", "NaN"), ("0 % 5", "0"), ("1 / (-0 % 5)", "-Infinity"),
    ("-7 % 3", "-1"),
    ("7.5 % 2", "1.5"), ("4294967295 % 10", "5"), ("4294967296 % 10", "6"), ("5 % 4294967297", "5"),
    ("5 % Infinity", "5"), ("NaN % 2", "NaN"),
  ])
  func remainders(_ expression: String, _ text: String) throws {
    #expect(try run("const x = [\(expression)]; return String(x[0])") == text)
    let (a, b) = (expression.split(separator: "%")[0], expression.split(separator: "%")[1])
    if !expression.contains("(") {
      #expect(try run("const f = (a, b) => a % b; return String(f(\(a), \(b)))") == text)
    }
  }
}
