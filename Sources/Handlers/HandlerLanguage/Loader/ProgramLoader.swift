import Encodings

/// Reads the files of a handler and puts their trees in the order in which they run.
struct ProgramLoader {
  /// A file with its tree and where its imports lead.
  struct Unit {
    var module: ParsedModule
    var start: Start
    /// Index into `files` by the text of a relative import.
    var links: [ByteName: Int] = [:]
    /// `Spec` aliases by the text of an import that brings in types only.
    var typeAliases: [ByteName: [ByteName: [String]]] = [:]
  }

  /// The numbers that were free when a file was read: a second reading starts from them too.
  struct Start {
    var bindings: Int
    var expression: Int
    var function: Int
  }

  var files: [SourceFile] = []
  /// By index in `files`; nil while a file's imports are being read.
  var units: [Unit?] = []
  /// Index into `files` of `schema.sql`, where the program uses SQL and there is one.
  var schema: Int?
  /// Indexes into `files`: what is imported first, the entry last.
  var order: [Int] = []
  var bindings: [Binding] = []
  var nextExpression = 0
  var nextFunction = 0
  /// By file.
  var diagnostics: [[Diagnostic]] = []
  /// What does not belong to any file that was read.
  var general: [Diagnostic] = []

  private var indexes: [ByteName: Int] = [:]
  private var missing: Set<ByteName> = []
  /// Files whose imports are being read, outermost first.
  private var open: [Int] = []

  mutating func loadFiles<Failure: Error>(
    entry: String, read: (String) throws(Failure) -> [UInt8]?
  ) throws(Failure) {
    guard let path = ModulePath.normalize(entry), let index = try file(path, read) else {
      general.append(
        Diagnostic(
          code: DiagnosticCode.missingFile.rawValue, message: "there is no file `\(entry)`",
          path: entry, line: 1, column: 1))
      return
    }
    try load(index, read)
    try loadSchema(beside: path, read)
  }

  /// Reads `schema.sql` in the handler's folder, where any file imports `zigttp:sql`.
  private mutating func loadSchema<Failure: Error>(
    beside path: String, _ read: (String) throws(Failure) -> [UInt8]?
  ) throws(Failure) {
    let usesSQL = units.contains { unit in
      unit?.module.sources.contains { $0.text == "zigttp:sql" && !$0.isTypeOnly } ?? false
    }
    guard usesSQL, let place = ModulePath.resolve("./schema.sql", from: path) else { return }
    schema = try file(place, read)
    guard let schema, let offset = UTF8Validation.firstInvalidOffset(in: files[schema].bytes)
    else { return }
    let before = files[schema].bytes.prefix(offset)
    report(
      .invalidUTF8, "the file is not UTF-8 from this byte on", "save it as UTF-8",
      at: SourcePosition(
        file: schema, line: before.count { $0 == 10 } + 1,
        column: before.reversed().prefix { $0 != 10 }.count { $0 & 0xC0 != 0x80 } + 1))
  }

  /// The index of a file, read at its first mention; nil if there is none.
  private mutating func file<Failure: Error>(
    _ path: String, _ read: (String) throws(Failure) -> [UInt8]?
  ) throws(Failure) -> Int? {
    if let index = indexes[path] { return index }
    if missing.contains(path) { return nil }
    guard let bytes = try read(path) else {
      missing.insert(path)
      return nil
    }
    let index = files.count
    files.append(SourceFile(path: path, bytes: bytes))
    units.append(nil)
    diagnostics.append([])
    indexes[path] = index
    return index
  }

  /// Parses a file and loads what it imports.
  private mutating func load<Failure: Error>(
    _ index: Int, _ read: (String) throws(Failure) -> [UInt8]?
  ) throws(Failure) {
    open.append(index)
    defer { open.removeLast() }
    var unit = parse(index)
    // A limit on the chain of files that are open at once bounds this recursion.
    for source in unit.module.sources where !source.isTypeOnly {
      guard ModulePath.isRelative(source.text), unit.links[source.text] == nil else { continue }
      guard let target = try link(source, from: index, read) else { continue }
      if let place = open.firstIndex(of: target) {
        let cycle = (open[place...] + [target]).map { files[$0].path }
        report(
          .importCycle, "files import each other: \(cycle.joined(separator: " -> "))",
          "move what both need into a third file", at: source.position)
        unit.module.isBroken = true
        continue
      }
      unit.links[source.text] = target
      if units[target] == nil {
        if open.count >= 100 {
          report(
            .nestedTooDeeply, "the chain of imports is too long here", nil, at: source.position)
          unit.module.isBroken = true
        } else {
          try load(target, read)
        }
      }
    }
    try readTypeAliases(&unit, index, read)
    units[index] = unit
    order.append(index)
  }

  /// Looks into files from which types alone are imported, where a function's result is declared
  /// by one of them: it may stand for a `Spec<…>`, and a declared one must not go unnoticed.
  private mutating func readTypeAliases<Failure: Error>(
    _ unit: inout Unit, _ index: Int, _ read: (String) throws(Failure) -> [UInt8]?
  ) throws(Failure) {
    for clause in unit.module.imports where clause.source.isTypeOnly {
      let text = clause.source.text
      guard ModulePath.isRelative(text), unit.typeAliases[text] == nil,
        clause.names.contains(where: { unit.module.resultTypeNames.contains($0.local) }),
        let path = ModulePath.resolve(text, from: files[index].path)
      else { continue }
      for candidate in ModulePath.candidates(path) {
        guard let other = try file(candidate, read) else { continue }
        if UTF8Validation.firstInvalidOffset(in: files[other].bytes) == nil {
          var parser = Parser(
            file: files[other], fileIndex: other, bindings: [], nextExpression: 0, nextFunction: 0,
            hints: ParserHints())
          parser.parseFile()
          unit.typeAliases[text] = parser.module.specAliases
        }
        break
      }
    }
  }

  /// The file that a relative import means; nil after saying why there is none.
  private mutating func link<Failure: Error>(
    _ source: ParsedModule.Source, from index: Int,
    _ read: (String) throws(Failure) -> [UInt8]?
  ) throws(Failure) -> Int? {
    guard let path = ModulePath.resolve(source.text, from: files[index].path) else {
      report(
        .importOutsideProject, "`\(source.text)` leads out of the project", "move the file into it",
        at: source.position)
      return nil
    }
    let candidates = ModulePath.candidates(path)
    for candidate in candidates {
      if let found = try file(candidate, read) { return found }
    }
    if let ending = ModulePath.ending(of: path),
      ["json", "css", "mjs", "cjs", "mts"].contains(ending)
    {
      report(
        .unsupportedFile, "`\(source.text)` is not a file of code",
        ending == "json" || ending == "css"
          ? "write the value as a constant in a .ts file" : "rename it to .ts or .js",
        at: source.position)
    } else {
      report(
        .missingFile, "there is no file for `\(source.text)`",
        "looked for \(candidates.prefix(4).joined(separator: ", "))", at: source.position)
    }
    return nil
  }

  // MARK: Parsing

  private mutating func parse(_ index: Int) -> Unit {
    let start = Start(
      bindings: bindings.count, expression: nextExpression, function: nextFunction)
    if let offset = UTF8Validation.firstInvalidOffset(in: files[index].bytes) {
      // Lines are counted as everywhere: by the lexer.
      var lexer = Lexer(bytes: Array(files[index].bytes.prefix(offset)))
      while !lexer.isAtEnd { _ = lexer.takeAnyCharacter() }
      report(
        .invalidUTF8, "the file is not UTF-8 from this byte on", "save it as UTF-8",
        at: SourcePosition(file: index, line: lexer.line, column: lexer.column))
      var module = ParsedModule(file: index)
      module.isBroken = true
      return Unit(module: module, start: start)
    }
    var parser = Parser(
      file: files[index], fileIndex: index, bindings: bindings, nextExpression: nextExpression,
      nextFunction: nextFunction, hints: ParserHints())
    parser.parseFile()
    bindings = parser.bindings
    nextExpression = parser.nextExpression
    nextFunction = parser.nextFunction
    diagnostics[index] += parser.diagnostics
    return Unit(module: parser.module, start: start)
  }

  /// Reads a file again, with what is known of it now. The numbers come out the same: what was
  /// found out about bindings and names stays true.
  mutating func parseAgain(_ index: Int, _ hints: ParserHints) {
    guard let unit = units[index] else { return }
    var parser = Parser(
      file: files[index], fileIndex: index, bindings: Array(bindings.prefix(unit.start.bindings)),
      nextExpression: unit.start.expression, nextFunction: unit.start.function, hints: hints)
    parser.parseFile()
    units[index]?.module = parser.module
  }

  mutating func report(
    _ code: DiagnosticCode, _ message: String, _ advice: String?, at position: SourcePosition,
    severity: Diagnostic.Severity = .error
  ) {
    guard diagnostics[position.file].count < Parser.maximumDiagnostics else { return }
    diagnostics[position.file].append(
      Diagnostic(
        severity: severity, code: code.rawValue, message: message, advice: advice,
        path: files[position.file].path, line: position.line, column: position.column))
  }
}
