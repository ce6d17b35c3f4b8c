import Encodings

/// Finds out what every name stands for, file by file, by walking the trees in source order with
/// the scopes around each place.
struct Resolver {
  var bindings: [Binding]
  /// By expression number.
  var references: [Reference?]
  var diagnostics: DiagnosticSink

  /// Fields that are read or stored, where their names are those of methods or they are stored.
  var reads: [ReceiverRead] = []
  /// Methods that are called by name.
  var calls: [ReceiverCall] = []
  /// Calls of `zigttp:sql`, in the order of the walk.
  var statementCalls: [StatementCall] = []
  /// What is given to functions that call it.
  var functionArguments: [FunctionArgument] = []
  /// Values whose elements are asked for.
  var iterations: [Iteration] = []
  /// Names of fields that are stored where the name is a literal in brackets.
  var storedNames: Set<String> = []
  /// Objects into which fields are stored under names that are computed.
  var openStores: [Expression] = []
  /// What names are declared with, where it is one value.
  var constants: [(binding: Int, value: Expression)] = []
  /// Names with whose value something is stored: `a.b = 1`.
  var changedObjects: Set<Int> = []
  /// Tables that `routerMatch` is given.
  var routeTables: [Expression] = []
  /// Functions that are declared.
  var declaredFunctions: [Int: Function] = [:]
  /// Calls that name or use schemas.
  var schemaCalls: [SchemaCall] = []

  /// Names declared around the current place, innermost last.
  private var scopes: [[ByteName: Int]] = []
  private var file = ModuleLinks.Scope()
  /// The function whose code is being walked; nil at module level.
  var function: Int?
  /// By binding: whether the walk has passed its declaration.
  private var isInitialized: [Bool]
  /// Names of loops whose list is being walked: there they never get a value, whoever asks.
  private var withoutValue: Set<Int> = []

  init(bindings: [Binding], expressionCount: Int, diagnostics: DiagnosticSink) {
    self.bindings = bindings
    self.diagnostics = diagnostics
    references = Array(repeating: nil, count: expressionCount)
    isInitialized = bindings.map { $0.kind == .function || $0.kind == .functionSelf }
  }

  /// Resolves one file.
  mutating func resolve(_ module: ParsedModule, _ scope: ModuleLinks.Scope) {
    file = scope
    function = nil
    scopes = [[:]]
    declare(module.body.flatMap(\.declaredNames), isFileScope: true)
    walk(module.body)
    if case .expression(let value)? = module.defaultExport { walk(value) }
  }

  // MARK: Scopes

  mutating func inScope(_ names: [BindingName], _ body: (inout Resolver) -> Void) {
    scopes.append([:])
    declare(names)
    body(&self)
    scopes.removeLast()
  }

  /// Walks the statements of a block, whose declarations are visible in all of it.
  mutating func walkBlock(_ statements: [Statement]) {
    inScope(statements.flatMap(\.declaredNames)) { $0.walk(statements) }
  }

  private mutating func declare(_ names: [BindingName], isFileScope: Bool = false) {
    for name in names {
      let last = scopes.count - 1
      if let first = scopes[last][name.name] {
        reportDuplicate(name, bindings[first].position)
        continue
      }
      if isFileScope, let first = file.positions[name.name] {
        reportDuplicate(name, first)
        continue
      }
      scopes[last][name.name] = name.binding
    }
  }

  private mutating func reportDuplicate(_ name: BindingName, _ first: SourcePosition) {
    diagnostics.report(
      .duplicateDeclaration,
      "`\(name.name)` is declared twice, first at \(diagnostics.describe(first))",
      "give one of them another name", at: name.position)
  }

  mutating func markInitialized(_ names: [BindingName], _ value: Bool = true) {
    for name in names { isInitialized[name.binding] = value }
  }

  /// Walks an expression in which names are visible that never have a value there.
  mutating func walk(_ expression: Expression, without names: [BindingName]) {
    let outer = withoutValue
    withoutValue.formUnion(names.map(\.binding))
    walk(expression)
    withoutValue = outer
  }

  /// Walks a function's parameters and body.
  mutating func walk(_ inner: Function) {
    let outer = function
    function = inner.id
    defer { function = outer }
    inScope(inner.selfBinding.map { [$0] } ?? []) { resolver in
      let names =
        inner.parameters.flatMap { $0.target.names } + (inner.rest?.names ?? [])
      resolver.inScope(names) { resolver in
        for parameter in inner.parameters {
          if let fallback = parameter.fallback { resolver.walk(fallback) }
          resolver.walk(parameter.target)
        }
        if let rest = inner.rest { resolver.walk(rest) }
        switch inner.body {
        case .expression(let value): resolver.walk(value)
        case .block(let statements): resolver.walkBody(statements, parameters: names)
        }
      }
    }
  }

  private mutating func walkBody(_ statements: [Statement], parameters: [BindingName]) {
    let declared = statements.flatMap(\.declaredNames)
    for name in declared {
      if let first = parameters.first(where: { ByteName($0.name) == ByteName(name.name) }) {
        reportDuplicate(name, first.position)
      }
    }
    inScope(declared) { $0.walk(statements) }
  }

  // MARK: Names

  /// What a name stands for here.
  enum Meaning {
    case reference(Reference)
    case type
    /// An import that failed, which was said where it stands.
    case unknown
    case undeclared
  }

  func lookUp(_ name: String) -> Meaning {
    for scope in scopes.reversed() {
      if let binding = scope[name] { return .reference(.binding(binding)) }
    }
    switch file.imports[name] {
    case .reference(let reference): return .reference(reference)
    case .type: return .type
    case .unknown: return .unknown
    case nil: break
    }
    if let global = BuiltinGlobal(rawValue: name) { return .reference(.global(global)) }
    return file.types.contains(name) ? .type : .undeclared
  }

  /// Resolves an identifier and reports what is wrong with its use as a value.
  mutating func resolve(_ name: String, _ expression: Expression) {
    switch lookUp(name) {
    case .reference(let reference):
      references[expression.id] = reference
      if case .binding(let binding) = reference { use(binding, at: expression.position) }
    case .type:
      diagnostics.report(
        .typeAsValue, "`\(name)` is a type, not a value", nil, at: expression.position)
    case .unknown: break
    case .undeclared: reportUndeclared(name, expression.position)
    }
  }

  private mutating func use(_ binding: Int, at position: SourcePosition) {
    let declared = bindings[binding]
    if let owner = declared.function, owner != function { bindings[binding].isCaptured = true }
    let isEarly =
      !isInitialized[binding] && declared.function == function && declared.file == position.file
    if isEarly || withoutValue.contains(binding) {
      diagnostics.report(
        .useBeforeDefinition,
        "`\(declared.name)` is used before its definition at \(diagnostics.describe(declared.position))",
        "move the definition up", at: position)
    }
  }

  private mutating func reportUndeclared(_ name: String, _ position: SourcePosition) {
    switch name {
    case "eval", "Function":
      diagnostics.report(
        .evaluation, "`\(name)` is not part of the language", "write the code itself", at: position)
    case "arguments":
      diagnostics.report(
        .argumentsObject, "`arguments` is not part of the language",
        "use a rest parameter, `(...values)`", at: position)
    case "require":
      diagnostics.report(
        .require, "`require` is not part of the language",
        "write `import { name } from \"./file\"`", at: position)
    case "Promise":
      diagnostics.report(
        .promise, "`Promise` is not part of the language", "calls give their results directly",
        at: position)
    default:
      if let advice = UnavailableNames.advice(name) {
        diagnostics.report(
          .unavailableGlobal, "`\(name)` is not part of the language", advice, at: position)
        return
      }
      diagnostics.report(
        .unknownName, "`\(name)` is not declared", suggestion(for: name), at: position)
    }
  }

  private func suggestion(for name: String) -> String? {
    if let function = ModuleFunction.allCases.first(where: { $0.name == name }) {
      return "import it: `import { \(name) } from \"zigttp:\(function.module)\"`"
    }
    let known = Set(scopes.flatMap(\.keys)).union(file.imports.keys)
      .union(BuiltinGlobal.allCases.map { ByteName($0.rawValue) })
    return Closest.match(name, among: known.sortedTexts).map { "did you mean `\($0)`?" }
  }
}
