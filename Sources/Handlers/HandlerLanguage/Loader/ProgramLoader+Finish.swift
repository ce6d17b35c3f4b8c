import Encodings

extension ProgramLoader {
  /// Resolves every name, finds the handler, and decides what each `|>` means.
  mutating func finish() -> ProgramLoadResult {
    guard let entry = order.last else { return result(nil) }
    applySpecAliases()
    var links = ModuleLinks(loader: self)
    links.linkAll()
    var resolver = Resolver(
      bindings: bindings, expressionCount: nextExpression, diagnostics: DiagnosticSink(files: files)
    )
    for index in order {
      guard let unit = units[index], !unit.module.isBroken else { continue }
      resolver.resolve(unit.module, links.scope(of: index))
    }
    for (index, found) in links.diagnostics.byFile.enumerated() { add(found, index) }
    for (index, found) in resolver.diagnostics.byFile.enumerated() { add(found, index) }
    for (index, found) in SchemaDeclarations.check(resolver).byFile.enumerated() {
      add(found, index)
    }
    guard !hasErrors else { return result(nil) }

    var values = ConstantValues(loader: self, resolver: resolver)
    let pipelines = values.decidePipelines()
    for (index, found) in values.diagnostics.byFile.enumerated() { add(found, index) }
    guard !hasErrors else { return result(nil) }
    for (index, sequences) in pipelines where !sequences.isEmpty {
      parseAgain(index, hints(index, sequences))
    }
    var finder = HandlerFinder(
      entry: entry, loader: self, links: links, resolver: resolver, values: values)
    let handler = finder.find()
    for (index, found) in finder.diagnostics.byFile.enumerated() { add(found, index) }
    guard let handler, !hasErrors else { return result(nil) }
    let receivers = ReceiverKinds.check(resolver, handler: values.function(of: handler))
    for (index, found) in receivers.byFile.enumerated() { add(found, index) }
    guard !hasErrors else { return result(nil) }
    var reader = StatementReader(resolver, files: files, schema: schema.map { files[$0] })
    reader.read()
    if let problem = reader.schemaProblem { general.append(problem) }
    for (index, found) in reader.diagnostics.byFile.enumerated() { add(found, index) }
    guard !hasErrors else { return result(nil) }
    var program = program(handler, resolver, links)
    program.statements = reader.statements
    program.schema = schema
    return result(program)
  }

  private var hasErrors: Bool {
    !general.isEmpty || diagnostics.contains { $0.contains { $0.severity == .error } }
  }

  private mutating func add(_ found: [Diagnostic], _ index: Int) {
    let room = Parser.maximumDiagnostics - diagnostics[index].count
    diagnostics[index] += found.prefix(max(0, room))
  }

  private func program(
    _ handler: Handler, _ resolver: Resolver, _ links: ModuleLinks
  ) -> Program {
    let modules = order.compactMap { index -> Module? in
      guard let module = units[index]?.module else { return nil }
      var body = module.body
      // Nobody can import a default export, but what it evaluates still runs.
      if index != order.last, case .expression(let value)? = module.defaultExport {
        body.append(Statement(position: value.position, kind: .expression(value)))
      }
      return Module(file: index, body: body)
    }
    return Program(
      files: files, modules: modules, bindings: resolver.bindings,
      references: resolver.references, functionCount: nextFunction, handler: handler,
      virtualModules: links.virtualModules.sorted(),
      warnings: sorted.filter { $0.severity == .warning })
  }

  private var sorted: [Diagnostic] {
    general
      + diagnostics.flatMap { found in
        found.enumerated().sorted {
          ($0.element.line, $0.element.column, $0.offset)
            < ($1.element.line, $1.element.column, $1.offset)
        }.map(\.element)
      }
  }

  private func result(_ program: Program?) -> ProgramLoadResult {
    ProgramLoadResult(program: program, diagnostics: sorted, files: files)
  }

  // MARK: Spec aliases

  /// Reads files again whose functions name a `Spec<…>` by an alias that was not known yet: one
  /// that stands further down, or in another file.
  private mutating func applySpecAliases() {
    for index in order {
      let aliases = specAliases(index)
      if !aliases.isEmpty { parseAgain(index, hints(index, [:])) }
    }
  }

  private func hints(_ index: Int, _ sequences: [Int: Int]) -> ParserHints {
    ParserHints(sequences: sequences, specAliases: specAliases(index))
  }

  /// Aliases of other files and of later lines that result types of a file name.
  private func specAliases(_ index: Int) -> [ByteName: [String]] {
    guard let unit = units[index], !unit.module.isBroken else { return [:] }
    var aliases: [ByteName: [String]] = [:]
    for name in unit.module.resultTypeNames {
      if let names = unit.module.specAliases[name] { aliases[name] = names }
    }
    for clause in unit.module.imports {
      let text = clause.source.text
      let known =
        unit.links[text].flatMap { units[$0]?.module.specAliases } ?? unit.typeAliases[text] ?? [:]
      for name in clause.names {
        if let names = known[name.imported] { aliases[name.local] = names }
      }
    }
    return aliases
  }
}
