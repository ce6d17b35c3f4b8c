import Encodings

/// `import` and `export`, which stand at the top level only.
extension Parser {
  mutating func parseTopLevelStatement() throws(SyntaxFailure) -> [Statement] {
    switch token.kind {
    case .kwImport:
      let next = try peek()
      if next.kind == .parenOpen || next.kind == .dot { return try parseStatement() }
      try parseImport()
      return []
    case .kwExport: return try parseExport()
    default: return try parseStatement()
    }
  }

  private mutating func parseImport() throws(SyntaxFailure) {
    try advance()
    if token.kind == .string {
      let source = try parseSource(isTypeOnly: false)
      module.imports.append(ParsedModule.ImportClause(source: source, names: []))
      return
    }
    var isType = false
    if atWord("type"), let next = Optional(try peek()), !isWord(next, "from") || isFromName(),
      next.kind == .braceOpen || next.kind == .star || next.kind == .identifier
    {
      isType = true
      try advance()
    }
    var names: [ParsedModule.Import] = []
    var whole: (default: Token?, namespace: Token?) = (nil, nil)
    if token.kind == .identifier {
      let start = token
      try advance()
      if isType {
        module.typeNames.insert(text(start))
      } else {
        whole.default = start
        module.isBroken = true
      }
      if token.kind == .assign { throw unexpected("expected `from`") }
      _ = try take(.comma)
    }
    if token.kind == .star {
      whole.namespace = try parseNamespaceImport(isType)
    } else if token.kind == .braceOpen {
      names = try parseImportNames(isType)
    }
    guard try takeWord("from") else { throw unexpected("expected `from`") }
    let isTypeOnly = isType || (!names.isEmpty && names.allSatisfy(\.isType))
    let source = try parseSource(isTypeOnly: isTypeOnly)
    // Of a package nothing can be imported, in whatever form: that is all there is to say.
    if ModulePath.isRelative(source.text) || source.text.hasPrefix("zigttp:") {
      if let start = whole.default {
        refuse(
          .defaultImport, "default imports are not part of the language",
          "write `import { \(text(start)) } from …`, and `export` it by name", start)
      }
      if let start = whole.namespace {
        refuse(
          .namespaceImport, "`import *` is not part of the language",
          "name what is used: `import { name } from …`", start)
      }
    }
    if source.text == "zigttp:types" {
      for name in names where name.imported == "Spec" { module.specNames.insert(name.local) }
    }
    module.imports.append(ParsedModule.ImportClause(source: source, names: names))
  }

  /// Whether `type from` starts `import type from from "…"`.
  private func isFromName() -> Bool {
    var ahead = lexer
    guard (try? ahead.next()) != nil, let third = try? ahead.next() else { return false }
    return isWord(third, "from")
  }

  /// Where it starts, unless it brings in types only.
  private mutating func parseNamespaceImport(_ isType: Bool) throws(SyntaxFailure) -> Token? {
    let start = token
    try advance()
    guard try takeWord("as"), token.kind == .identifier else { throw unexpected("expected `as`") }
    module.typeNames.insert(text(token))
    try advance()
    if isType { return nil }
    module.isBroken = true
    return start
  }

  private mutating func parseImportNames(
    _ isTypeClause: Bool
  ) throws(SyntaxFailure) -> [ParsedModule.Import] {
    try advance()
    var names: [ParsedModule.Import] = []
    while token.kind != .braceClose {
      var isType = isTypeClause
      if atWord("type"), let next = Optional(try peek()), next.kind.isWord, !isWord(next, "as") {
        isType = true
        try advance()
      }
      let imported = token
      guard token.kind.isWord || token.kind == .string else { throw unexpected("expected a name") }
      try advance()
      var local = imported
      if try takeWord("as") {
        local = token
        try advance()
      }
      guard local.kind == .identifier else {
        throw SyntaxFailure(
          .reservedWord, "`\(text(local))` is a reserved word, not a name",
          "write `\(text(imported)) as name`", local)
      }
      names.append(
        ParsedModule.Import(
          imported: imported.kind == .string ? try stringValue(imported).text : text(imported),
          local: text(local), isType: isType, position: position(local)))
      guard try take(.comma) else { break }
    }
    try expect(.braceClose, "}")
    return names
  }

  /// Reads the string behind `from` and the end of the statement.
  private mutating func parseSource(
    isTypeOnly: Bool
  ) throws(SyntaxFailure) -> ParsedModule.Source {
    guard token.kind == .string else { throw unexpected("expected a string") }
    let source = ParsedModule.Source(
      text: try stringValue(token).text, position: position(token), isTypeOnly: isTypeOnly)
    try advance()
    if token.kind == .kwWith || atWord("assert"), !token.newlineBefore {
      refuse(
        .importAttributes, "import attributes are not part of the language",
        "write constants in a .ts file", token)
      try advance()
      if token.kind == .braceOpen { try skipBalanced() }
    }
    try expectStatementEnd()
    return source
  }

  // MARK: export

  private mutating func parseExport() throws(SyntaxFailure) -> [Statement] {
    let start = token
    try advance()
    switch token.kind {
    case .kwDefault: return try parseExportDefault()
    case .braceOpen:
      try parseExportNames(isType: false)
      return []
    case .star:
      refuse(
        .exportAll, "`export *` is not part of the language",
        "name what is exported: `export { name } from …`", start)
      module.isBroken = true
      while token.kind != .string, token.kind != .endOfFile { try advance() }
      _ = try parseSource(isTypeOnly: true)
      return []
    case .assign: throw unexpected("expected a declaration", "write `export default`")
    case .at: return try parseStatement()
    default: break
    }
    if atWord("type"), let next = Optional(try peek()),
      next.kind == .braceOpen || next.kind == .star
    {
      try advance()
      if token.kind == .star {
        while token.kind != .string, token.kind != .endOfFile { try advance() }
        _ = try parseSource(isTypeOnly: true)
      } else {
        try parseExportNames(isType: true)
      }
      return []
    }
    return try parseExportedDeclaration(start)
  }

  private mutating func parseExportedDeclaration(
    _ start: Token
  ) throws(SyntaxFailure) -> [Statement] {
    switch token.kind {
    case .kwConst, .kwVar, .kwFunction, .kwClass, .kwEnum, .identifier: break
    default: throw unexpected("expected a declaration")
    }
    let types = module.typeNames
    let statements = try parseStatement()
    for name in module.typeNames.subtracting(types).sortedTexts {
      export(name, .type, at: position(start))
    }
    for statement in statements {
      switch statement.kind {
      case .function(let name, _): export(name.name, .local(name.name), at: name.position)
      case .variables(_, let declarators):
        for name in declarators.flatMap({ $0.pattern.names }) {
          export(name.name, .local(name.name), at: name.position)
        }
      default:
        throw SyntaxFailure(
          .unexpectedToken, "expected a declaration behind `export`", nil, start)
      }
    }
    return statements
  }

  private mutating func parseExportNames(isType: Bool) throws(SyntaxFailure) {
    try advance()
    var names: [(local: String, exported: String, isType: Bool, position: SourcePosition)] = []
    while token.kind != .braceClose {
      var isTypeName = isType
      if atWord("type"), let next = Optional(try peek()), next.kind.isWord, !isWord(next, "as") {
        isTypeName = true
        try advance()
      }
      guard token.kind.isWord else { throw unexpected("expected a name") }
      let local = token
      try advance()
      var exported = local
      if try takeWord("as") {
        exported = token
        guard token.kind.isWord else { throw unexpected("expected a name") }
        try advance()
      }
      names.append((text(local), text(exported), isTypeName, position(local)))
      guard try take(.comma) else { break }
    }
    try expect(.braceClose, "}")
    var source: ParsedModule.Source?
    if try takeWord("from") {
      source = try parseSource(isTypeOnly: names.allSatisfy(\.isType))
    } else {
      try expectStatementEnd()
    }
    for name in names {
      if name.exported == "default", source == nil, !name.isType {
        setDefault(.name(name.local, name.position))
      } else if name.isType {
        export(name.exported, .type, at: name.position)
      } else if let source {
        export(name.exported, .other(source: source, name: name.local), at: name.position)
      } else {
        export(name.exported, .local(name.local), at: name.position)
      }
    }
  }

  private mutating func export(
    _ name: String, _ target: ParsedModule.Export.Target, at position: SourcePosition
  ) {
    if let first = module.exports.first(where: { ByteName($0.name) == ByteName(name) }) {
      if case .type = target { return }
      if case .type = first.target {
        module.exports.removeAll { ByteName($0.name) == ByteName(name) }
      } else {
        report(
          .duplicateExport,
          "`\(name)` is exported twice, first on line \(first.position.line)", nil, at: position)
        return
      }
    }
    module.exports.append(ParsedModule.Export(name: name, target: target, position: position))
  }

  private mutating func setDefault(_ value: ParsedModule.Default) {
    if let first = module.defaultExport {
      report(
        .duplicateExport,
        "the file has two default exports, the first on line \(first.position.line)", nil,
        at: value.position)
      return
    }
    module.defaultExport = value
  }

  private mutating func parseExportDefault() throws(SyntaxFailure) -> [Statement] {
    try advance()
    let start = token
    if atWord("async"), let next = Optional(try peek()), next.kind == .kwFunction {
      refuseAsync(token)
      try advance()
    }
    if token.kind == .kwFunction {
      var ahead = lexer
      var next = try ahead.next()
      if next.kind == .star { next = try ahead.next() }
      if next.kind == .identifier {
        let statements = try parseFunctionDeclaration()
        if case .function(let name, _)? = statements.first?.kind {
          setDefault(.name(name.name, name.position))
        }
        return statements
      }
      let function = named(try parseFunctionExpression(), "default")
      setDefault(.expression(function))
      return []
    }
    if token.kind == .kwClass { return try refuseClass() }
    if atWord("interface"), try peek().kind == .identifier { return try parseStatement() }
    let value = try parseExpression()
    try expectStatementEnd()
    if case .identifier(let name) = value.kind {
      setDefault(.name(name, position(start)))
    } else {
      setDefault(.expression(named(value, "default")))
    }
    return []
  }
}

extension Pattern {
  /// Every name it binds, in source order.
  public var names: [BindingName] {
    switch self {
    case .name(let name): [name]
    case .object(let properties, let rest):
      properties.flatMap { $0.target.names } + (rest.map { [$0] } ?? [])
    case .array(let elements, let rest):
      elements.flatMap { $0?.target.names ?? [] } + (rest?.names ?? [])
    }
  }
}
