import TestSupport

/// Writes one program in which a value goes a long way.
struct FlowWriter {
  /// What the chain is made of.
  struct Steps {
    var ways: [String]
    /// Carriers, for texts.
    var carriers: [String] = []
  }

  var random: SeededGenerator
  private var count = 0
  private var top: [String] = []
  private var library: [String] = []
  /// Whether what is written now stands in the other file.
  private var isInLibrary = false

  init(random: SeededGenerator) { self.random = random }

  /// Files of a program whose handler makes something of a value and gives it to a sink.
  ///
  /// - Parameters:
  ///   - source: an expression; `KEPT` in it is a constant that `kept` gives its value.
  ///   - sink: statements; `@` is the value.
  mutating func program(
    _ source: String, kept: String?, _ steps: Steps, sink: String
  ) -> [String: String] {
    let form = Form.allCases.randomElement(using: &random) ?? .plain
    isInLibrary = form == .elsewhere
    let isElsewhere = Bool.random(using: &random)
    if let kept { keep(kept, isElsewhere) }
    let chain = chain("v0", Int.random(in: 1...6, using: &random), steps, nesting: 0)
    let body =
      "const v0 = \(source);\n\(chain.lines)\n"
      + sink.replacing("#", with: "9999").replacing("@", with: chain.value)
    if form == .elsewhere { library.append("export const main = (req) => {\n\(body)\n};") }
    var files = [
      "handler.tsx":
        "\(Prelude.imports)\n\(Prelude.names)\n\(top.joined(separator: "\n"))\n\(form.file(body))\n",
      "schema.sql": Prelude.schema,
    ]
    if !library.isEmpty {
      files["library.tsx"] = "\(Prelude.imports)\n\(library.joined(separator: "\n"))\n"
    }
    return files
  }

  /// A constant of the module level, in this file or in the other.
  private mutating func keep(_ value: String, _ isElsewhere: Bool) {
    if isInLibrary {
      library.append("const KEPT = \(value);")
    } else if isElsewhere {
      library.append("export const KEPT = \(value);")
      top.append("import { KEPT } from \"./library\";")
    } else {
      top.append("const KEPT = \(value);")
    }
  }

  private mutating func next() -> String {
    count += 1
    return String(count)
  }

  private mutating func chain(
    _ value: String, _ length: Int, _ steps: Steps, nesting: Int
  ) -> (lines: String, value: String) {
    var lines: [String] = []
    var value = value
    var left = length
    while left > 0 {
      let number = next()
      if nesting < 3, Int.random(in: 0..<4, using: &random) == 0 {
        let inside = Int.random(in: 1...max(1, left - 1), using: &random)
        left -= inside
        lines.append(block(value, number, inside, steps, nesting))
      } else {
        left -= 1
        lines.append(step(value, number, steps))
      }
      value = "v\(number)"
    }
    return (lines.joined(separator: "\n"), value)
  }

  private mutating func step(_ value: String, _ number: String, _ steps: Steps) -> String {
    if Bool.random(using: &random), let carrier = steps.carriers.randomElement(using: &random) {
      return """
        const n\(number) = Number(\(value));
        const c\(number) = \(Carriers.filled(carrier, value, "n\(number)"));
        const v\(number) = JSON.stringify({ v: c\(number) });
        """
    }
    return (steps.ways.randomElement(using: &random) ?? "")
      .replacing("#", with: number).replacing("@", with: value)
  }

  private mutating func block(
    _ value: String, _ number: String, _ length: Int, _ steps: Steps, _ nesting: Int
  ) -> String {
    let block = Block.allCases.randomElement(using: &random) ?? .closure
    let wasInLibrary = isInLibrary
    if block == .library { isInLibrary = true }
    let inner = chain("x\(number)", length, steps, nesting: nesting + 1)
    let made = block.around(
      inner.lines, inner.value, value: value, number: number, isText: !steps.carriers.isEmpty)
    if let function = made.function {
      if isInLibrary { library.append("export \(function)") } else { top.append(function) }
    }
    isInLibrary = wasInLibrary
    if block == .library, !isInLibrary {
      top.append("import { f\(number) } from \"./library\";")
    }
    return made.text
  }
}

/// How a program comes to its handler.
enum Form: CaseIterable {
  case plain, arrow, behindGuard, piped, routed, elsewhere, before

  /// The rest of the file, with the handler's body.
  func file(_ body: String) -> String {
    switch self {
    case .elsewhere:
      "import { main } from \"./library\";\nexport const handler = (req) => main(req);"
    case .plain: "export function handler(req) {\n\(body)\n}"
    case .arrow: "const main = (req) => {\n\(body)\n};\nexport default main;"
    case .behindGuard:
      "const first = guard((req) => { req.seen = 1; });\nconst main = (req) => {\n\(body)\n};\n"
        + "export const handler = first |> main;"
    case .piped:
      "const main = (req) => {\n\(body)\n};\n"
        + "export const handler = pipe(guard((req) => undefined), main);"
    case .before:
      "const main = (req) => {\n\(body)\n};\n"
        + "export const handler = main |> guard((res) => res);"
    case .routed:
      """
      const routes = {
      "GET /a/:id": (req) => {
      \(body)
      },
      };
      export function handler(req) {
      const found = routerMatch(routes, req);
      if (found === undefined) return Response.text("none", { status: 404 });
      req.params = found.params;
      return found.handler(req);
      }
      """
    }
  }
}
