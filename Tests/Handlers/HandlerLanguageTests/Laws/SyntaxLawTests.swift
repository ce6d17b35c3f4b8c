import Testing

import struct TestSupport.SeededGenerator

@testable import HandlerLanguage

/// What holds of every program that the grammar has.
@Suite struct SyntaxLawTests {
  private static let paths = ["a.js", "a.jsx", "a.ts", "a.tsx"]

  private static func parse(_ source: String, _ path: String) -> (tree: String, said: [String]) {
    var parser = Parser(
      file: SourceFile(path: path, bytes: Array(source.utf8)), fileIndex: 0, bindings: [],
      nextExpression: 0, nextFunction: 0, hints: ParserHints())
    parser.parseFile()
    let said = parser.diagnostics.filter { $0.severity == .error }.map(\.description)
    return (TreePrinter().print(parser.module.body), said)
  }

  /// However a tree is written, it is what is read: with the parentheses it needs or with all,
  /// with types or without, with or without comments, line ends and semicolons.
  @Test(arguments: paths, SourcePrinter.Parentheses.allCases)
  func whatIsWrittenIsWhatIsRead(_ path: String, _ parentheses: SourcePrinter.Parentheses) {
    let seed = SeededGenerator()
    var trees = RandomTree(seed, path: path)
    for round in 0..<120 {
      let body = trees.statements(3, most: 5)
      let expected = TreePrinter().print(body)
      var printer = SourcePrinter(
        random: trees.random, parentheses: parentheses, isTypeScript: trees.hasTypes,
        hasTypes: trees.hasTypes && round % 3 > 0,
        isWild: round % 2 == 1)
      // Names of a `Spec` stand in types alone.
      if trees.hasTypes, round % 3 == 0, expected.contains("<a") { continue }
      let source = printer.source(body)
      let found = Self.parse(source, path)
      guard found.said.isEmpty, found.tree == expected else {
        Issue.record(
          """
          \(path) \(parentheses) round \(round) \(seed)
          \(source)
          -- read as
          \(found.said.joined(separator: "\n"))
          \(found.tree)
          -- instead of
          \(expected)
          """)
        return
      }
    }
  }

  /// What is said of a source that was damaged at random.
  private static func check(_ bytes: [UInt8], _ path: String) -> String? {
    let result = Program.load(entry: path) { asked in asked == path ? bytes : nil }
    if (result.program == nil) != !result.errors.isEmpty { return "no program and no error" }
    let widths = lineWidths(bytes)
    for item in result.diagnostics {
      if item.message.isEmpty || item.advice?.isEmpty == true { return "says nothing: \(item)" }
      if item.path != path { return "names another file: \(item)" }
      guard widths.indices.contains(item.line - 1), item.column >= 1,
        item.column <= widths[item.line - 1] + 1
      else { return "stands nowhere: \(item)" }
    }
    return nil
  }

  /// How many UTF-16 units each line has, counted on the text and not on its tokens.
  private static func lineWidths(_ bytes: [UInt8]) -> [Int] {
    var widths = [0]
    var wasReturn = false
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      switch scalar {
      case "\n" where wasReturn: break
      case "\n", "\r", "\u{2028}", "\u{2029}": widths.append(0)
      default: widths[widths.count - 1] += UTF16.width(scalar)
      }
      wasReturn = scalar == "\r"
    }
    return widths
  }

  private static func random(_ trees: inout RandomTree, _ path: String) -> [UInt8] {
    var printer = SourcePrinter(
      random: trees.random, parentheses: .some, isTypeScript: trees.hasTypes,
      hasTypes: trees.hasTypes, isWild: true)
    return Array(printer.source(trees.statements(3, most: 4)).utf8)
  }

  /// Cut off at each byte, a program is read to its end, and what is said of it has a place in it.
  @Test(arguments: paths) func everyBeginningIsReadToItsEnd(_ path: String) {
    let seed = SeededGenerator()
    var trees = RandomTree(seed, path: path)
    for _ in 0..<6 {
      let whole = Self.random(&trees, path)
      for count in 0..<min(whole.count, 400) {
        let bytes = Array(whole[..<count])
        guard let wrong = Self.check(bytes, path) else { continue }
        Issue.record("\(wrong) \(seed)\n\(String(decoding: bytes, as: UTF8.self))")
        return
      }
    }
  }

  @Test(arguments: paths) func damagedProgramsAreReadToTheirEnd(_ path: String) {
    let seed = SeededGenerator()
    var trees = RandomTree(seed, path: path)
    for round in 0..<150 {
      var bytes = Self.random(&trees, path)
      for _ in 0...round % 3 { Damage.once(&bytes, &trees.random) }
      guard let wrong = Self.check(bytes, path) else { continue }
      Issue.record("\(wrong) \(seed)\n\(String(decoding: bytes, as: UTF8.self))")
      return
    }
  }

  static let samples: [(path: String, bytes: [UInt8])] = {
    var found: [(String, [UInt8])] = []
    for folder in ["language/accepted", "hello", "echo", "orders", "pages", "router20"] {
      for name in names(in: "\(testdata)/../\(folder)") where name.split(separator: ".").count == 2
      {
        let isSource = ["ts", "tsx", "js", "jsx"].contains { name.hasSuffix(".\($0)") }
        guard isSource, let read = bytes(of: "\(testdata)/../\(folder)/\(name)") else { continue }
        found.append((name, read))
      }
    }
    return found
  }()

  @Test func damagedSamplesAreReadToTheirEnd() {
    let seed = SeededGenerator()
    var random = seed
    #expect(Self.samples.count > 15)
    for (path, whole) in Self.samples {
      for round in 0..<40 {
        var bytes = whole
        if round % 2 == 0 {
          bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
        } else {
          for _ in 0...round % 3 { Damage.once(&bytes, &random) }
        }
        guard let wrong = Self.check(bytes, path) else { continue }
        Issue.record("\(path): \(wrong) \(seed)\n\(String(decoding: bytes, as: UTF8.self))")
        return
      }
    }
  }
}
