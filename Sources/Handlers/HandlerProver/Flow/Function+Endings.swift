import HandlerLanguage

/// A statement behind which a function may end without a return.
struct Ending {
  /// `if`, `switch` … as a witness names it.
  var word: String
  var position: SourcePosition
}

extension Function {
  /// The statements behind which the body may end without a return, in source order; empty when
  /// there is no statement or each of them returns.
  var endings: [Ending] {
    guard case .block(let statements) = body else { return [] }
    return endings(of: statements, or: nil)
  }

  /// - Parameter outer: what the statements stand in: they end there when there are none.
  private func endings(of statements: [Statement], or outer: Ending?) -> [Ending] {
    let steps = statements.filter { if case .function = $0.kind { false } else { true } }
    guard let last = steps.last else { return outer.map { [$0] } ?? [] }
    for step in steps.dropLast() where endings(of: step).isEmpty { return [] }
    return endings(of: last)
  }

  private func endings(of statement: Statement) -> [Ending] {
    switch statement.kind {
    case .return, .break, .continue: return []
    case .block(let statements):
      return endings(of: statements, or: Ending(word: "block", position: statement.position))
    case .if: return endings(ofChain: statement)
    case .switch(_, let cases):
      let whole = Ending(word: "`switch`", position: statement.position)
      var found = cases.contains(where: \.isDefault) ? [] : [whole]
      for item in cases {
        found += endings(of: item.body, or: whole)
        for inner in item.body { found += breaks(in: inner) }
      }
      return found
    case .forOf: return [Ending(word: "loop", position: statement.position)]
    case .assert: return [Ending(word: "`assert`", position: statement.position)]
    case .variables, .function, .expression:
      return [Ending(word: "statement", position: statement.position)]
    }
  }

  /// An `else if` chain is walked in a loop: it can be long.
  private func endings(ofChain first: Statement) -> [Ending] {
    var found: [Ending] = []
    var current: Statement? = first
    while let statement = current {
      guard case .if(_, let then, let otherwise) = statement.kind else {
        found += endings(of: statement)
        break
      }
      found += endings(of: then)
      if otherwise == nil { found.append(Ending(word: "`if`", position: statement.position)) }
      current = otherwise
    }
    return found
  }

  /// The `break` statements that leave the switch around a statement.
  private func breaks(in statement: Statement) -> [Ending] {
    switch statement.kind {
    case .break: return [Ending(word: "`break`", position: statement.position)]
    case .block(let statements): return statements.flatMap(breaks)
    case .if:
      var found: [Ending] = []
      var current: Statement? = statement
      while let next = current {
        guard case .if(_, let then, let otherwise) = next.kind else {
          found += breaks(in: next)
          break
        }
        found += breaks(in: then)
        current = otherwise
      }
      return found
    default: return []
    }
  }
}
