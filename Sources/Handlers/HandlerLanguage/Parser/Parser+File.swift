extension Parser {
  /// Reads the whole file. What could not be read is in ``diagnostics``.
  mutating func parseFile() {
    do {
      try advance()
    } catch {
      report(error)
      recover()
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
    let start = token.start
    let place = (depth: depth, functions: functions.count, breakables: breakables)
    do throws(SyntaxFailure) {
      return try read(&self)
    } catch {
      report(error)
      depth = place.depth
      functions.removeLast(functions.count - place.functions)
      breakables = place.breakables
      inConditionalBranch = false
      if error.code == .nestedTooDeeply {
        abandonFile()
      } else {
        recover(atLeastFrom: start)
      }
      return []
    }
  }

  /// Goes to the end: what is nested too deeply has no sensible place to go on from.
  private mutating func abandonFile() {
    lexer.offset = lexer.bytes.count
    token = lexer.place
  }

  /// Skips to where a statement can start: behind a `;`, at a word that starts one, or at the
  /// brace that closes the block.
  private mutating func recover(atLeastFrom start: Int = -1) {
    var open = 0
    if token.start == start { skipToken(counting: &open) }
    while token.kind != .endOfFile {
      switch token.kind {
      case .semicolon where open <= 0:
        skipToken()
        return
      case .braceClose where open <= 0: return
      case .kwConst, .kwFunction, .kwReturn, .kwIf, .kwFor, .kwImport, .kwExport, .kwSwitch, .kwVar,
        .kwClass, .kwWhile, .kwTry:
        if open <= 0 && token.newlineBefore { return }
      default: break
      }
      skipToken(counting: &open)
    }
  }

  private mutating func skipToken(counting open: inout Int) {
    switch token.kind {
    case .braceOpen, .templateHead: open += 1
    case .braceClose: open -= 1
    default: break
    }
    skipToken()
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
