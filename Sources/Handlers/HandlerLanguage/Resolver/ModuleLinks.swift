import Encodings

/// What the imports of every file bring in, followed through files that pass names on.
struct ModuleLinks {
  /// What an imported or exported name stands for.
  enum Target {
    case reference(Reference)
    case type
    /// It could not be found, and that was said or follows from what was said.
    case unknown
  }

  /// The names of one file that are not declared by its own statements.
  struct Scope {
    var imports: [ByteName: Target] = [:]
    var positions: [ByteName: SourcePosition] = [:]
    var types: Set<ByteName> = []
  }

  var diagnostics: DiagnosticSink
  /// Modules such as `env` from which a value is imported.
  private(set) var virtualModules: Set<String> = []

  private let loader: ProgramLoader
  private var scopes: [Scope]
  private var exports: [[ByteName: Target]]
  private var topLevel: [[ByteName: Int]]

  init(loader: ProgramLoader) {
    self.loader = loader
    diagnostics = DiagnosticSink(files: loader.files)
    scopes = Array(repeating: Scope(), count: loader.files.count)
    exports = Array(repeating: [:], count: loader.files.count)
    topLevel = Array(repeating: [:], count: loader.files.count)
  }

  func scope(of file: Int) -> Scope { scopes[file] }

  /// What a name at the top level of a file stands for: one of its own, or an imported one.
  func topLevelName(_ name: String, in file: Int) -> Target? {
    if let binding = topLevel[file][name] { return .reference(.binding(binding)) }
    if let target = scopes[file].imports[name] { return target }
    return scopes[file].types.contains(name) ? .type : nil
  }

  /// Links every file; what a file imports comes before it in the order.
  mutating func linkAll() {
    for index in loader.order {
      guard let module = loader.units[index]?.module else { continue }
      for name in module.body.flatMap(\.declaredNames) {
        topLevel[index][name.name] = name.binding
      }
      scopes[index].types = module.typeNames
      for clause in module.imports { link(clause, index) }
      for export in module.exports { link(export, index) }
    }
  }

  private mutating func link(_ clause: ParsedModule.ImportClause, _ index: Int) {
    let isKnown = clause.source.isTypeOnly || checkSource(clause.source)
    for name in clause.names {
      if let first = scopes[index].positions[name.local] {
        diagnostics.report(
          .duplicateDeclaration,
          "`\(name.local)` is declared twice, first at \(diagnostics.describe(first))",
          "give one of them another name with `as`", at: name.position)
        continue
      }
      scopes[index].positions[name.local] = name.position
      if name.isType {
        scopes[index].imports[name.local] = .type
        continue
      }
      scopes[index].imports[name.local] =
        isKnown ? target(name.imported, clause.source, index, name.position) : .unknown
    }
  }

  private mutating func link(_ export: ParsedModule.Export, _ index: Int) {
    switch export.target {
    case .type: exports[index][export.name] = .type
    case .local(let name):
      if let target = topLevelName(name, in: index) {
        exports[index][export.name] = target
        return
      }
      exports[index][export.name] = .unknown
      guard loader.units[index]?.module.isBroken == false else { return }
      diagnostics.report(
        .unknownName, "`\(name)` is exported but not declared", nil, at: export.position)
    case .other(let source, let name):
      exports[index][export.name] =
        checkSource(source) ? target(name, source, index, export.position) : .unknown
    }
  }

  // By its bytes: the standard library's search for a text in a text brings regular expressions with it,
  // which are a fifteenth of a runtime.
  private static func hasScheme(_ text: String) -> Bool {
    let units = Array(text.utf8)
    return units.indices.contains { units[$0...].starts(with: "://".utf8) }
  }

  /// Whether a source can be imported from; says why not.
  private mutating func checkSource(_ source: ParsedModule.Source) -> Bool {
    let text = source.text
    if ModulePath.isRelative(text) { return true }
    if text.hasPrefix("zigttp:") {
      let name = String(text.dropFirst("zigttp:".count))
      if ModuleTable.modules.contains(name) { return true }
      let closest = Closest.match(name, among: ModuleTable.modules)
      diagnostics.report(
        .unknownModule, "there is no module `\(text)`",
        closest.map { "did you mean `zigttp:\($0)`?" }
          ?? "modules are \(ModuleTable.modules.joined(separator: ", "))",
        at: source.position)
      return false
    }
    if text.utf8.first == Ascii.slash || Self.hasScheme(text) {
      diagnostics.report(
        .importOutsideProject, "`\(text)` leads out of the project",
        "import files relative to this one, `./…`", at: source.position)
    } else {
      diagnostics.report(
        .packageImport, "packages such as `\(text)` cannot be imported",
        PackageAdvice.advice(for: text), at: source.position)
    }
    return false
  }

  private mutating func target(
    _ name: String, _ source: ParsedModule.Source, _ index: Int, _ position: SourcePosition
  ) -> Target {
    if source.text.hasPrefix("zigttp:") {
      return moduleTarget(String(source.text.dropFirst("zigttp:".count)), name, position)
    }
    guard let other = loader.units[index]?.links[source.text], let unit = loader.units[other] else {
      return .unknown
    }
    if let target = exports[other][name] { return target }
    if unit.module.isBroken { return .unknown }
    let path = loader.files[other].path
    if topLevelName(name, in: other) != nil {
      diagnostics.report(
        .unknownExport, "`\(name)` is declared in `\(path)` but not exported",
        "write `export` before it", at: position)
    } else if name == "default" {
      diagnostics.report(
        .defaultImport, "default exports cannot be imported", "export it by name", at: position)
    } else {
      let closest = Closest.match(name, among: Set(exports[other].keys).sortedTexts)
      diagnostics.report(
        .unknownExport, "`\(path)` does not export `\(name)`",
        closest.map { "did you mean `\($0)`?" }, at: position)
    }
    return .unknown
  }

  private mutating func moduleTarget(
    _ module: String, _ name: String, _ position: SourcePosition
  ) -> Target {
    if module == "types" {
      if ModuleTable.typeExports.contains(name) { return .type }
    } else if let function = ModuleTable.function(module: module, name: name) {
      virtualModules.insert(module)
      return .reference(.module(function))
    }
    let names = ModuleFunction.allCases.filter { $0.module == module }.map(\.name)
    let elsewhere = ModuleFunction.allCases.first { $0.name == name }
    let closest = Closest.match(
      name, among: module == "types" ? ModuleTable.typeExports.sorted() : names)
    let advice =
      elsewhere.map { "`\(name)` is in `zigttp:\($0.module)`" }
      ?? closest.map { "did you mean `\($0)`?" }
      ?? (names.isEmpty ? nil : "it exports \(names.joined(separator: ", "))")
    diagnostics.report(
      .unknownExport, "`zigttp:\(module)` does not export `\(name)`", advice, at: position)
    return .unknown
  }
}

extension Statement {
  /// Names that the statement itself declares in the block it stands in.
  var declaredNames: [BindingName] {
    switch kind {
    case .variables(_, let declarators): declarators.flatMap { $0.pattern.names }
    case .function(let name, _): [name]
    default: []
    }
  }
}
