import Glibc
import TestSupport
import Testing

@testable import HandlerRuntime

/// Expressions by seed give what node gives.
@Suite struct NodeLawTests {
  private static let show = """
    const show = (value) => {
      if (value === undefined) return "undefined";
      if (value === null) return "null";
      if (typeof value === "number") return value === 0 && 1 / value < 0 ? "-0" : String(value);
      if (typeof value === "string") return JSON.stringify(value);
      if (Array.isArray(value)) return "[" + value.map((item) => show(item)).join(",") + "]";
      if (typeof value === "object") {
        return "{" + Object.entries(value).map(([key, field]) => JSON.stringify(key) + ":" + show(field)).join(",") + "}";
      }
      return String(value);
    };

    """

  private static func program(_ expressions: [String]) -> String {
    let lines = expressions.map { "  out.push(show(\($0)));" }.joined(separator: "\n")
    return
      "\(show)export const handler = (req) => {\n  const out = [];\n\(lines)\n  return out.join(\"\\n\");\n};\n"
  }

  /// What node prints for a module.
  private static func node(_ source: String) throws -> String {
    let folder = try Scratch()
    let path = try folder.write(
      "law.mjs", Array((source + "process.stdout.write(handler());").utf8))
    let pipe = try #require(popen("node '\(path)' 2>&1", "r"))
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&buffer, 1, buffer.count, pipe)
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    let output = String(decoding: bytes, as: UTF8.self)
    #expect(pclose(pipe) == 0, "\(output)")
    return output
  }

  @Test(.enabled(if: ForeignPrograms.isExpected("node"), "node is not installed"))
  func expressionsGiveWhatNodeGives() throws {
    let seed = SeededGenerator()
    var maker = RandomExpression(random: seed)
    for _ in 0..<3 {
      let expressions = (0..<400).map { index in maker.any(1 + index % 3) }
      let source = Self.program(expressions)
      let expected = try Self.node(source).split(
        separator: "\n", omittingEmptySubsequences: false)
      try #require(expected.count == expressions.count)
      let answers: [String]
      do {
        answers = try CoreProgram(source).run()
          .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      } catch {
        answers = expressions.map { expression in
          do { return try CoreProgram(Self.program([expression])).run() } catch {
            return "\(error)"
          }
        }
      }
      for (index, (answer, other)) in zip(answers, expected).enumerated() {
        #expect(answer == other, "\(expressions[index]) \(seed)")
      }
    }
  }
}
