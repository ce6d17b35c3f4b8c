/// Finds the one handler of the entry file.
struct HandlerFinder {
  var diagnostics: DiagnosticSink
  private let entry: Int
  private let loader: ProgramLoader
  private let links: ModuleLinks
  private let bindings: [Binding]
  private let values: ConstantValues

  init(
    entry: Int, loader: ProgramLoader, links: ModuleLinks, resolver: Resolver,
    values: ConstantValues
  ) {
    self.entry = entry
    self.loader = loader
    self.links = links
    self.values = values
    bindings = resolver.bindings
    diagnostics = DiagnosticSink(files: loader.files)
  }

  /// One way in which a file names its handler.
  private struct Candidate {
    var handler: Handler
    /// The same for two names of one thing.
    var binding: Int?
    var position: SourcePosition
  }

  /// The handler; nil after saying what is wrong.
  mutating func find() -> Handler? {
    let path = loader.files[entry].path
    var candidates: [Candidate] = []
    if let named = namedCandidate() { candidates.append(named) }
    if let fallback = defaultCandidate(),
      fallback.binding == nil || fallback.binding != candidates.first?.binding
    {
      candidates.append(fallback)
    }
    guard let first = candidates.first else {
      diagnostics.report(
        .noHandler, "`\(path)` has no handler",
        "write `export function handler(req) { return Response.json({ ok: true }) }`",
        at: SourcePosition(file: entry, line: 1, column: 1))
      return nil
    }
    if let second = candidates.dropFirst().first {
      diagnostics.report(
        .severalHandlers,
        "the file has two handlers: `handler` at \(diagnostics.describe(first.position)) and the default export at \(diagnostics.describe(second.position))",
        "keep one of them", at: second.position)
      return nil
    }
    return check(first)
  }

  /// The top-level name `handler`, or what is exported under it.
  private func namedCandidate() -> Candidate? {
    if let found = candidate("handler", at: nil) { return found }
    guard let module = loader.units[entry]?.module,
      let export = module.exports.first(where: { $0.name == "handler" }),
      case .local(let name) = export.target
    else { return nil }
    return candidate(name, at: export.position)
  }

  private func defaultCandidate() -> Candidate? {
    switch loader.units[entry]?.module.defaultExport {
    case .name(let name, let position): return candidate(name, at: position)
    case .expression(let value):
      return Candidate(
        handler: .defaultExport(value), binding: nil, position: value.position)
    case nil: return nil
    }
  }

  private func candidate(_ name: String, at position: SourcePosition?) -> Candidate? {
    guard case .reference(.binding(let binding))? = links.topLevelName(name, in: entry) else {
      return nil
    }
    return Candidate(
      handler: .binding(binding), binding: binding,
      position: position ?? bindings[binding].position)
  }

  private mutating func check(_ candidate: Candidate) -> Handler? {
    let shape: ConstantValues.Shape
    switch candidate.handler {
    case .binding(let index):
      if bindings[index].kind == .let {
        diagnostics.report(
          .handlerNotFunction, "the handler `\(bindings[index].name)` is a variable",
          "declare it with `const` or as a function", at: bindings[index].position)
        return nil
      }
      shape = values.shape(ofBinding: index)
    case .defaultExport(let value): shape = values.shape(value)
    }
    switch shape {
    case .plain, .unknown: return candidate.handler
    case .data, .guard:
      diagnostics.report(
        .handlerNotFunction,
        shape == .guard ? "the handler is a guard alone" : "the handler is not a function",
        "write `function handler(req) { … }`", at: candidate.position)
      return nil
    }
  }
}
