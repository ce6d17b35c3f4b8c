import TestSupport

/// A program by seed of whatever the language has, planted with nothing: some keep a property, some
/// break it, and only running tells which.
public struct ArbitraryProgram: Sendable {
  /// The text of `handler.tsx`.
  public let text: String
  /// Whether it asks nothing, so that what it puts out depends on data alone.
  public let isStraight: Bool

  /// A program that somebody has written.
  public init(text: String, isStraight: Bool = false) {
    (self.text, self.isStraight) = ("\(Prelude.imports)\n\(Prelude.names)\n\(text)\n", isStraight)
  }

  /// The program of a seed.
  public init(seed: UInt64) {
    var writer = ProgramWriter(seed: seed)
    text = writer.program()
    isStraight = writer.palette.isStraight
  }
}

struct ProgramWriter {
  private var random: SeededGenerator
  let palette: Palette
  private var count = 0
  private var top: [String] = []
  private var left: Int

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    palette = Palette(&random)
    left = Int.random(in: 3...16, using: &random)
  }

  mutating func program() -> String {
    var form = Form.allCases.filter { $0 != .elsewhere }.randomElement(using: &random) ?? .plain
    if palette.isStraight { form = .plain }
    if palette.hasKept { top.append("const KEPT = \(Templates.kept);") }
    var names: [String] = []
    var body: [String] = []
    for _ in 0..<2 { body.append(source(&names)) }
    while left > 0 { body.append(statement(&names, nesting: 0, isHandler: true)) }
    body.append(filled(pick(palette.answers), names).text)
    return """
      \(Prelude.imports)
      \(Prelude.names)
      const used = (x) => { if (x === undefined) logError("zz-unchecked"); return x; };
      const noted = (r) => { if (!r.ok) logError("zz-failed"); return r; };
      \(top.joined(separator: "\n"))
      \(form.file(body.joined(separator: "\n")))

      """
  }

  // MARK: choosing

  private mutating func pick(_ items: [String]) -> String {
    items.isEmpty ? "" : items[Int.random(in: items.indices, using: &random)]
  }
  private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }

  /// A template with one of the names and a number.
  private mutating func filled(
    _ template: String, _ names: [String]
  ) -> (text: String, name: String) {
    count += 1
    let name = "v\(count)"
    return (
      template.replacing("#", with: "\(count)").replacing("@", with: pick(names)), name
    )
  }

  // MARK: statements

  private mutating func source(_ names: inout [String]) -> String {
    count += 1
    let text = "const v\(count) = \(pick(palette.sources));"
    names.append("v\(count)")
    return text
  }

  private mutating func give(_ template: String, _ names: inout [String]) -> String {
    let (text, name) = filled(template, names)
    names.append(name)
    return text
  }

  private mutating func statement(
    _ names: inout [String], nesting: Int, isHandler: Bool
  ) -> String {
    left -= 1
    let kind = Int.random(in: 0..<20, using: &random)
    switch kind {
    case 0, 1: return source(&names)
    case 2, 3, 4: return give(pick(palette.texts), &names)
    case 5, 6, 7:
      let number = count + 1
      let carrier = pick(palette.carriers)
      return give(
        "const n# = (@.length % 7) + 2; const c# = \(Carriers.filled(carrier, "@", "n#"));\n"
          + "const v# = JSON.stringify({ v: c# }) ?? \"\";", &names
      ).replacing("n#", with: "n\(number)")
    case 8: return give("const v# = @ + \(pick(names));", &names)
    case 9: return give("const v# = `<p>${@}</p><a href=\"/x?a=${\(pick(names))}\">`;", &names)
    case 10, 11, 12:
      return palette.sinks.isEmpty ? source(&names) : filled(pick(palette.sinks), names).text
    case 13 where !palette.isStraight && nesting < 3: return branch(&names, nesting, isHandler)
    case 14 where !palette.isStraight && nesting < 2: return loop(&names, nesting)
    case 15 where nesting < 3: return block(&names, nesting)
    case 16 where palette.hasResults: return result(&names, isHandler)
    case 17 where palette.hasFetch: return fetch(&names, isHandler)
    case 18 where palette.hasKept: return give(pick(Templates.keptUses), &names)
    case 19 where palette.hasCache && !palette.isStraight:
      return give(pick(Templates.fills), &names)
    case 16 where isHandler && !palette.isStraight:
      let test = filled(pick(Templates.conditions), names).text
      return "if (\(test)) { \(filled(pick(palette.answers), names).text) }"
    default: return give(pick(palette.texts), &names)
    }
  }

  /// Statements of their own, which change `target`.
  private mutating func inner(
    _ names: [String], _ target: String, _ nesting: Int, _ isHandler: Bool
  ) -> String {
    var names = names
    var lines: [String] = []
    for _ in 0...Int.random(in: 0...2, using: &random) {
      lines.append(statement(&names, nesting: nesting + 1, isHandler: isHandler))
    }
    lines.append("\(target) = \(names[names.count - 1]);")
    return lines.joined(separator: "\n")
  }

  private mutating func branch(
    _ names: inout [String], _ nesting: Int, _ isHandler: Bool
  ) -> String {
    count += 1
    let target = "v\(count)"
    let start = pick(names)
    let test = filled(pick(Templates.conditions), names).text
    var text =
      "let \(target) = \(start);\nif (\(test)) {\n\(inner(names, target, nesting, isHandler))\n}"
    if chance(2) { text += " else {\n\(inner(names, target, nesting, isHandler))\n}" }
    names.append(target)
    return text
  }

  private mutating func loop(_ names: inout [String], _ nesting: Int) -> String {
    count += 1
    let (target, item) = ("v\(count)", "i\(count)")
    let over = pick(["range(2)", "[\"a\", \(pick(names))]", "range(\(pick(names)).length % 3)"])
    let start = pick(names)
    var inside = names
    inside.append("t\(count)")
    let lead = "const t\(count) = String(\(item)) + \(target);"
    let text =
      "let \(target) = \(start);\nfor (const \(item) of \(over)) {\n\(lead)\n"
      + "\(inner(inside, target, nesting, false))\n}"
    names.append(target)
    return text
  }

  private mutating func block(_ names: inout [String], _ nesting: Int) -> String {
    count += 1
    let number = "\(count)"
    let value = pick(names)
    let kinds: [Block] =
      palette.isStraight
      ? [.function, .closure, .callback, .immediately]
      : Block.allCases.filter { $0 != .library }
    let kind = kinds.randomElement(using: &random) ?? .closure
    // A function of the module level sees nothing but its parameters.
    var inside = kind == .function ? ["x\(number)"] : names + ["x\(number)"]
    var lines: [String] = []
    for _ in 0...Int.random(in: 0...2, using: &random) {
      lines.append(statement(&inside, nesting: nesting + 1, isHandler: false))
    }
    let made = kind.around(
      lines.joined(separator: "\n"), inside[inside.count - 1], value: value, number: number,
      isText: true)
    if let function = made.function { top.append(function) }
    names.append("v\(number)")
    return made.text
  }

  private mutating func result(_ names: inout [String], _ isHandler: Bool) -> String {
    let template =
      isHandler && chance(2) ? pick(Templates.resultGates) : pick(Templates.resultUses)
    return give(template, &names, "R", Templates.results)
  }

  private mutating func fetch(_ names: inout [String], _ isHandler: Bool) -> String {
    let template = isHandler && chance(2) ? pick(Templates.fetchGates) : pick(Templates.fetches)
    return give(template, &names, "F", Templates.calls)
  }

  /// A template whose letter stands for one of some calls, and `B` for an answer.
  private mutating func give(
    _ template: String, _ names: inout [String], _ letter: Character, _ calls: [String]
  ) -> String {
    let text = template.fillingLetters { one in
      switch one {
      case letter: pick(calls)
      case "B": pick(Templates.bads)
      default: nil
      }
    }
    return give(text, &names)
  }
}
