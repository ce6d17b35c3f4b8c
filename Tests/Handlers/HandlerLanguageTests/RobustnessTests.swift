import HandlerLanguage
import Testing

import struct TestSupport.SeededGenerator

@Suite struct RobustnessTests {
  /// Forms that nest without end; each is refused, and none overflows the stack.
  @Test(arguments: [
    ("(", "1", ")"), ("[", "1", "]"), ("({ a: ", "1", "})"), ("f(", "1", ")"), ("x => ", "1", ""),
    ("(x) => ", "1", ""), ("(x = ", "1", ") => 1"), ("`${", "1", "}`"), ("!", "1", ""),
    ("-", "1", ""),
    ("1 ** ", "1", ""), ("1 ? 1 : ", "1", ""), ("1 ? ", "1", " : 1"), ("a = ", "1", ""),
    ("x |> (", "1", ")"), ("match (1) { when 1: ", "1", "}"), ("function () { return ", "1", "}"),
    ("a[", "1", "]"), ("{ ", "", " }"), ("if (1) ", ";", ""), ("if (1) ; else ", ";", ""),
    ("for (const x of y) ", ";", ""), ("switch (1) { case 1: ", "", "}"), ("() => { ", "", "}"),
    ("function f() { ", "", "}"), ("const [", "a", "] = 1"), ("const { a: ", "a", "} = 1"),
    ("assert(() => { ", "", " }, 1)"), ("let a: ", "b", "[]"), ("let a: (", "b", ")"),
    ("let a: [", "b", "]"), ("let a: { b: ", "c", " }"), ("let a: (x: ", "b", ") => void"),
    ("let a: A<", "b", ">"), ("let a: keyof ", "b", ""), ("let a: b extends c ? d : ", "e", ""),
    ("a < ", "b", ""), ("a<b<", "c", ""), ("<p>", "", "</p>"), ("<p a=", "<b/>", "/>"),
    ("<p>{", "1", "}</p>"),
    ("a.", "b", ""), ("a + ", "b", ""), ("a?.", "b", ""), ("f", "", "()"), ("a |> ", "b", ""),
    ("new ", "a", ""),
    ("await ", "a", ""), ("async (x) => ", "a", ""), ("class A { ", "", " }"), ("typeof ", "a", ""),
    ("<T>(x: ", "T", ") => 1"), ("({ a: (", "b", ") })"), ("([", "a", "]) => 1"),
    ("({ a: ", "b", "}) => 1"),
    ("yield ", "1", ""), ("x: ", "1", ""), ("`${`", "", "`}`"), ("try { ", "", " } catch { }"),
    ("while (1) ", ";", ""),
  ])
  func deepNesting(_ open: String, _ middle: String, _ close: String) {
    for path in ["handler.tsx", "handler.ts", "handler.js"] {
      for count in [60, 10_000] {
        let source =
          String(repeating: open, count: count) + middle + String(repeating: close, count: count)
        let result = Project(source, path: path).load(path)
        #expect(result.program == nil)
        #expect(!result.diagnostics.isEmpty)
      }
    }
  }

  @Test(arguments: [
    "(", "[", "!", "x => ", "f(", "{ ", "{", "1 ? 1 : ", "`${", "if (1) { ", "() => { ",
    "function f() { ", "switch (1) { case 1: ", "for (const x of y) { ",
  ])
  func deepNestingIsNamedAndNothingElseIs(_ open: String) {
    #expect(codes(String(repeating: open, count: 10_000)) == ["ZT109"])
  }

  @Test func longIsNotDeep() {
    let elements = (0..<5_000).map { "{ a: \($0), b: [x + 1, f(x)] }" }.joined(separator: ",\n")
    let chain = (0..<200).map { ".m\($0)(1)" }.joined()
    let sum = (0..<300).map { "x + \($0)" }.joined(separator: " + ")
    let branches = (0..<120).map { "if (x === \($0)) return \($0)" }.joined(separator: "\nelse ")
    let statements = (0..<3_000).map { "const v\($0) = x" }.joined(separator: "\n")
    let found = problems(
      """
      const x = 1, f = () => 1
      const table = [\(elements)]
      const chained = f()\(chain), summed = \(sum)
      \(statements)
      function handler() { \(branches) }
      """)
    #expect(found == [])
  }

  /// Sources with single bytes changed, dropped, doubled or moved: whatever they mean, they are
  /// read to an end, and give either a program or an error.
  @Test func mutatedSources() {
    var random = SeededGenerator()
    let seed = random.description
    let folder = testdata + "/accepted"
    let sources = names(in: folder).compactMap { name in
      bytes(of: "\(folder)/\(name)").map { (name, $0) }
    }
    #expect(sources.count >= 12)
    for round in 0..<2_400 {
      let (name, original) = sources[round % sources.count]
      var mutated = original
      for _ in 0..<Int.random(in: 1...4, using: &random) { Damage.once(&mutated, &random) }
      let result = Program.load(entry: name) { path in
        path == name ? mutated : bytes(of: "\(folder)/\(path)")
      }
      #expect((result.program == nil) == !result.errors.isEmpty, "\(seed)")
    }
  }

  @Test func randomBytes() {
    var random = SeededGenerator()
    let seed = random.description
    for _ in 0..<1_000 {
      let count = Int.random(in: 0..<200, using: &random)
      let noise = (0..<count).map { _ in UInt8.random(in: 0...127, using: &random) }
      let result = Program.load(entry: "a.tsx") { _ in noise }
      #expect((result.program == nil) == !result.errors.isEmpty, "\(seed)")
    }
  }

  /// Tokens in random order reach further into the parser than bytes do.
  @Test func randomTokens() {
    let words = [
      "const", "let", "function", "return", "if", "else", "for", "of", "switch", "case", "default",
      "match", "when",
      "assert", "import", "export", "from", "type", "interface", "as", "async", "a", "b", "f", "1",
      "'s'", "`t`", "`${",
      "(", ")", "{", "}", "[", "]", "<", ">", "=>", "=", ";", ",", ":", "?", "?.", "...", ".", "+",
      "|>", "??", "/", "\n",
      "class", "new", "var", "!", "is", "infer", "extends", "declare", "</", "/>", "in", "**",
      "break",
    ]
    var random = SeededGenerator()
    let seed = random.description
    for _ in 0..<6_000 {
      let count = Int.random(in: 1..<30, using: &random)
      let source = (0..<count).map { _ in words.randomElement(using: &random) ?? "" }
        .joined(separator: " ")
      let result = Project(source, path: "a.tsx").load("a.tsx")
      #expect((result.program == nil) == !result.errors.isEmpty, "\(source) \(seed)")
    }
  }
}
