import HandlerLanguage

/// The reference of the virtual modules, made of their table: `zigttp help modules` and
/// `zigttp help MODULE`.
public enum ModulePage {
  /// The modules that have a page, sorted.
  public static var names: [String] { ModuleTable.modules }

  /// All modules and what they export, its lines ended.
  public static var overview: String {
    let width = (names.map(\.count).max() ?? 0) + 9
    var lines = Wrapped.lines(
      """
      Functions are imported by name: `import { cacheGet } from "zigttp:cache";`. There are no others: \
      packages cannot be imported. `zigttp help MODULE` shows a module, such as `zigttp help cache`.
      """)
    lines.append("")
    for name in names {
      let head = "zigttp:\(name)"
      let exports = Wrapped.lines(
        exports(of: name).joined(separator: ", "), width: 88 - width)
      for (index, line) in exports.enumerated() {
        let start = index == 0 ? head : ""
        lines.append("  " + start + String(repeating: " ", count: width - start.count) + line)
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The page of a module, its lines ended; nil where there is none of that name.
  public static func text(of module: String) -> String? {
    guard names.contains(module) else { return nil }
    let example = ModuleExamples.example(of: module)
    var lines = ["zigttp:\(module)", ""]
    lines += introduction(of: module).map { Wrapped.lines($0) } ?? []
    for entry in entries(of: module) { lines += self.lines(of: entry) + [""] }
    if lines.last == "" { lines.removeLast() }
    if let example { lines += ["", "Example:", ""] + example.shown }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What is told of a function.
  struct Entry {
    var name: String
    /// As TypeScript declares it, on one line.
    var declaration: String
    /// What it does; may be empty.
    var summary: String
    /// What its row says: effect, failure, what becomes of labels, what the contract lists.
    var facts: [String]
  }

  /// What stands before a module's functions; nil where there is nothing to say.
  static func introduction(of module: String) -> String? {
    guard module == "types" else { return nil }
    return """
      Types only, `Spec`, `Proof` and `Effects`: nothing of them is there at run time. A handler \
      whose result is a `Spec` claims properties, with dashes or underscores; where one does not \
      hold the deploy stops. `zigttp help properties` lists them.
      """
  }

  /// The functions of a module, in the table's order.
  static func entries(of module: String) -> [Entry] {
    ModuleTable.rows.filter { $0.function.module == module }.map { row in
      Entry(
        name: row.function.name, declaration: TypeDeclarations.declaration(of: row),
        summary: ModuleSignatures.entry(of: row).summary, facts: facts(of: row))
    }
  }

  /// What a module exports.
  static func exports(of module: String) -> [String] {
    if module == "types" { return ModuleTable.typeExports.sorted() }
    return ModuleTable.rows.map(\.function).filter { $0.module == module }.map(\.name)
  }

  private static func lines(of entry: Entry) -> [String] {
    let line = entry.declaration
    return (line.count <= 86 ? ["  " + line] : Wrapped.lines(line, indent: "  ", width: 86))
      + (entry.summary.isEmpty ? [] : Wrapped.lines(entry.summary, indent: "    "))
      + entry.facts.flatMap { Wrapped.lines($0, indent: "    ") }
  }

  // MARK: What the row says

  private static func facts(of row: ModuleRow) -> [String] {
    [
      effect(of: row), failure(of: row), taint(of: row), sink(of: row), contract(of: row),
      capabilities(of: row),
    ].compactMap(\.self)
  }

  private static func effect(of row: ModuleRow) -> String? {
    switch row.effect {
    case .none: row.isPure ? "May run at module level." : nil
    case .read: row.isDeterministic && row.literal != .env ? "Reads what is stored." : nil
    case .write:
      row.literal == .egress ? "Writes, unless the method is a literal GET or HEAD." : "Writes."
    }
  }

  private static func failure(of row: ModuleRow) -> String? {
    switch row.failure {
    case .never: nil
    case .expected: "`undefined` is an expected answer."
    case .critical: "Can fail: a path that handles the failure must not answer 2xx (fault-covered)."
    }
  }

  private static func taint(of row: ModuleRow) -> String? {
    switch row.taint {
    case .none: nil
    case .keepsArguments: "The result is what its arguments are: secret, credential, request data."
    case .called: "The result is what its functions give."
    case .keeps(let places):
      "The result is as "
        + places.map { "`\(row.parameters[$0])`" }.joined(separator: " and ")
        + " is: secret, credential, request data; of the others nothing is left in it."
    case .cuts: "The result is what its arguments are, cut: no longer a whole."
    case .decodes: "The result is raw data again, whatever was escaped in it."
    case .encodesURL: "The result is safe as a part of a URL."
    case .environment: "A secret or configuration, by its name (`zigttp help environment`)."
    case .request: "Its params are request data."
    case .validated:
      "The value is validated: what its arguments are otherwise, and not escaped, it still is."
    case .external: "The answer is data that nobody has checked."
    case .credential: "The result is a credential of the request."
    case .sessionToken:
      "As its claims; it may leave in a response's body or `set-cookie` alone."
    case .random: "Not deterministic."
    case .statementTables:
      "Rows are request data that nobody has checked, and what was written to their tables."
    case .cacheNamespace: "The result is what was written to that namespace."
    case .escapedHTML: "The result is safe in HTML."
    case .masked: "Drops secret and credential where `visible` is a literal of at most 4."
    }
  }

  private static func sink(of row: ModuleRow) -> String? {
    switch row.sink {
    case .none: nil
    case .log: "No secret, credential or request data may reach it."
    case .query:
      "Parameters are data: they are never part of the statement. Check what the request says."
    case .store(let places):
      "No secret or credential may reach "
        + places.filter(row.parameters.indices.contains).map { "`\(row.parameters[$0])`" }
        .joined(separator: " or ") + "."
    case .egress: "No secret or credential may reach the URL or the body; a header may carry one."
    }
  }

  private static func contract(of row: ModuleRow) -> String? {
    let first = row.parameters.first ?? ""
    switch row.literal {
    case .none: return nil
    case .env:
      return "Write `\(first)` as a literal: then the contract lists it, and allows no other."
    case .cacheNamespace:
      return "Write `\(first)` as a literal: then the contract lists it, and allows no other."
    case .statement:
      return row.function == .sql
        ? "Write both as literals: the contract lists the statement, with what it does and its tables."
        : "Only statements that the contract lists are run."
    case .schema:
      return "Stands at module level; name and schema are literals, so that they can be checked."
    case .routes: return "The keys stand in the contract as routes."
    case .egress:
      return
        "Write scheme and host as a literal: then the contract lists the host, and allows no other."
    }
  }

  private static func capabilities(of row: ModuleRow) -> String? {
    let names = row.capabilities.map(\.rawValue)
    return names.isEmpty ? nil : "Capabilities: \(names.joined(separator: ", "))."
  }
}
