import HandlerLanguage
import Testing

@testable import HandlerRuntime

/// Expressions over every built-in with its edges, and programs by seed, give what node gave when they
/// were recorded: `make conformance` writes them anew.
@Suite struct ConformanceTableTests {
  private static let show = """
    const show = (value) => {
      if (value === undefined) return "undefined";
      if (value === null) return "null";
      if (typeof value === "number") return value === 0 && 1 / value < 0 ? "-0" : String(value);
      if (typeof value === "string") return JSON.stringify(value);
      if (typeof value === "function") return "function";
      if (Array.isArray(value)) return "[" + value.map((item) => show(item)).join(",") + "]";
      if (typeof value === "object") {
        return "{" + Object.entries(value).map(([key, field]) => JSON.stringify(key) + ":" + show(field)).join(",") + "}";
      }
      return String(value);
    };

    """

  /// What each body prints, in one program; nil where one of them is refused or faults.
  private static func answers(_ bodies: [String]) -> [String]? {
    let functions = bodies.map { "(() => { \($0) })" }.joined(separator: ",\n")
    let source =
      "\(show)const cases = [\n\(functions)\n];\n"
      + "export default (req) => Response.json(cases.map((run) => run()));\n"
    guard let body = try? ConformanceProgram(source: source).body(),
      let program = try? ConformanceProgram(
        source: "export default (req) => Response.text(JSON.parse(req.body).join(\"\\u0001\"));"),
      let response = try? program.answer(
        RuntimeRequest(method: "POST", target: "/", body: Array(body.utf8)))
    else { return nil }
    return String(decoding: response.body, as: UTF8.self)
      .split(separator: "\u{1}", omittingEmptySubsequences: false).map(String.init)
  }

  /// The same for one; what is wrong with it where it is refused or faults.
  private static func answer(_ body: String) -> String {
    do {
      return try CoreProgram("\(show)export const handler = (req) => { \(body) };").run()
    } catch let fault as Fault {
      return "! \(fault.message)"
    } catch {
      return "refused: \(error)"
    }
  }

  private static func check(_ rows: [(body: String, expected: String)], in batch: Int) {
    for start in stride(from: 0, to: rows.count, by: batch) {
      let part = rows[start..<min(start + batch, rows.count)]
      let given = answers(part.map(\.body)) ?? part.map { answer($0.body) }
      for (row, one) in zip(part, given) { #expect(one == row.expected, "\(row.body)") }
    }
  }

  private static func rows(_ file: String) throws -> [(source: String, expected: String)] {
    try ConformanceFiles.rows(file).map { ($0[0], $0.count == 2 ? $0[1] : "") }
  }

  @Test func expressionsGiveWhatNodeGave() throws {
    let rows = try Self.rows("table.tsv").filter { $0.expected != "!" }
    #expect(rows.count >= 3000)
    Self.check(rows.map { ("return show((\($0.source)));", $0.expected) }, in: 500)
  }

  @Test func whatThrowsInNodeIsAFaultOrRefused() throws {
    let rows = try Self.rows("table.tsv").filter { $0.expected == "!" }
    #expect(rows.count >= 100)
    for row in rows {
      let given = Self.answer("return show((\(row.source)));")
      #expect(given.hasPrefix("! ") || given.hasPrefix("refused"), "\(row.source) gives \(given)")
    }
  }

  @Test func programsGiveWhatNodeGave() throws {
    let rows = try Self.rows("programs.tsv")
    #expect(rows.count >= 400)
    let bodies = rows.map {
      ("\($0.source) return out.map((value) => show(value)).join(\";\");", $0.expected)
    }
    Self.check(bodies, in: 50)
  }

  /// Every built-in that gives the same each time is asked for something.
  @Test func everyBuiltinIsInTheTable() throws {
    let text = try ConformanceFiles.text("table.tsv")
    for method in BuiltinMethod.allCases
    where [.string, .array, .number].contains(method.receiver) && method != .numberValueOf
      && method != .stringLocaleCompare && method != .arrayForEach
    {
      #expect(text.contains(".\(method.name)("), "\(method.rawValue)")
    }
  }
}
