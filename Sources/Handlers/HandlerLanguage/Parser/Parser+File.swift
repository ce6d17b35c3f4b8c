extension Parser {
  /// Reads the whole file. What could not be read is in ``diagnostics``.
  mutating func parseFile() {
    do {
      try advance()
    } catch {
      report(error)
      skipToken()
    }
    while token.kind != .endOfFile, diagnostics.count < Self.maximumDiagnostics {
      if token.kind == .braceClose {
        report(unexpected("expected a statement"))
        skipToken()
        continue
      }
      module.body += readRecovering { parser throws(SyntaxFailure) in
        try parser.parseTopLevelStatement()
      }
    }
  }

  /// Reads statements up to the closing brace, which is left for the caller.
  mutating func parseStatements() -> [Statement] {
    var statements: [Statement] = []
    while token.kind != .braceClose, token.kind != .endOfFile,
      diagnostics.count < Self.maximumDiagnostics
    {
      statements += readRecovering { parser throws(SyntaxFailure) in
        try parser.parseStatement()
      }
    }
    return statements
  }

  /// Reads one statement; after a failure it goes on behind it.
  private mutating func readRecovering(
    _ read: (inout Parser) throws(SyntaxFailure) -> [Statement]
  ) -> [Statement] {
    let place = checkpoint()
    do throws(SyntaxFailure) {
      return try read(&self)
    } catch {
      // Whatever fails after that only follows from it.
      if isAbandoned { return [] }
      report(error)
      depth = place.depth
      functions.removeLast(functions.count - place.functions)
      breakables = place.breakables
      inConditionalBranch = false
      resultSpecs = place.resultSpecs
      inSpec = place.inSpec
      disallowsConditional = place.disallowsConditional
      if error.code == .nestedTooDeeply || diagnostics.count >= Self.maximumDiagnostics {
        abandonFile()
      } else {
        recover(from: place, behind: token.start, error.code)
      }
      return []
    }
  }

  /// Goes to the end: what is nested too deeply has no sensible place to go on from, and after so
  /// many diagnostics nobody reads more.
  private mutating func abandonFile() {
    isAbandoned = true
    lexer.offset = lexer.bytes.count
    token = lexer.place
  }

  /// Goes to where the next statement can start. The failed statement is skipped from its start,
  /// for the brackets that were open where it failed.
  private mutating func recover(
    from place: Checkpoint, behind failure: Int, _ code: DiagnosticCode
  ) {
    // Text between tags cannot be cut into tokens: only a new line helps.
    let isMarkup = code == .markupText || code == .mismatchedTag
    lexer = place.lexer
    token = place.token
    var open: [Token.Kind] = []
    var isFirst = true
    while token.kind != .endOfFile {
      if token.start >= failure, !isFirst {
        switch token.kind {
        case .semicolon where open.isEmpty && !isMarkup:
          skipToken()
          return
        case .braceClose where open.isEmpty && !isMarkup: return
        default:
          if token.newlineBefore, open.isEmpty || startsStatement && !open.contains(.braceOpen) {
            return
          }
        }
      }
      isFirst = false
      count(&open)
      skipToken()
    }
  }

  private var startsStatement: Bool {
    switch token.kind {
    case .kwConst, .kwFunction, .kwReturn, .kwIf, .kwFor, .kwImport, .kwExport, .kwSwitch, .kwVar,
      .kwClass, .kwWhile, .kwTry:
      true
    default: atWord("let")
    }
  }

  /// Keeps track of the brackets that are open behind the current token.
  private mutating func count(_ open: inout [Token.Kind]) {
    switch token.kind {
    case .braceOpen, .parenOpen, .bracketOpen, .templateHead: open.append(token.kind)
    case .parenClose: if open.last == .parenOpen { open.removeLast() }
    case .bracketClose: if open.last == .bracketOpen { open.removeLast() }
    case .braceClose:
      while let last = open.last, last == .parenOpen || last == .bracketOpen { open.removeLast() }
      if open.last == .braceOpen {
        open.removeLast()
      } else if open.last == .templateHead, (try? lexer.scanTemplatePiece(from: token)) != false {
        open.removeLast()
      }
    default: break
    }
  }

  /// Takes the next token, stepping over characters that start none.
  private mutating func skipToken() {
    while true {
      let start = lexer.offset
      do throws(SyntaxFailure) {
        try advance()
        return
      } catch {
        if lexer.isAtEnd {
          token = lexer.place
          return
        }
        if lexer.offset == start { _ = lexer.takeAnyCharacter() }
      }
    }
  }
}
