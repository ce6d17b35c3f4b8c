import HandlerLanguage

/// One arm of a `switch`.
private struct SwitchArm {
  let tests: FixedCodes
  let body: Code
}

/// Statements. Their code gives ``Value/normal``, a signal, or the value that the function returns.
extension FunctionCompiler {
  /// The statements of a block, with a scope of their own.
  func block(_ statements: [Statement]) throws(Fault) -> Code {
    try scoped { () throws(Fault) -> Code in
      let names = statements.flatMap(\.declaredNames).map(\.binding)
      for name in names { declare(name) }
      return try body(statements, declaring: names)
    }
  }

  /// Statements whose names are declared already: cells, then functions, then the rest.
  func body(_ statements: [Statement], declaring names: [Int]) throws(Fault) -> Code {
    let codes = CodeList()
    if let cells = makeCells(names) { codes.append(cells) }
    for statement in statements {
      guard case .function(let name, let function) = statement.kind else { continue }
      let value = try functionValue(function)
      let write = try writer(name.binding, initialises: true, at: statement.position)
      codes.append { (frame: Registers) throws(Fault) in
        try write(frame, try value(frame))
        return .normal
      }
    }
    try append(statements[...], to: codes)
    return sequence(codes)
  }

  /// Compiles statements in order. `if (test) return …` takes what follows it as its other branch,
  /// so that nobody has to look whether it returned.
  private func append(_ statements: ArraySlice<Statement>, to codes: CodeList) throws(Fault) {
    for (index, statement) in zip(statements.indices, statements) {
      if case .if(let condition, let then, nil) = statement.kind, then.alwaysReturns,
        index + 1 < statements.endIndex, hasRoomForNesting
      {
        let joined = try nestedStatement(statement.position) { () throws(Fault) in
          let test = try test(condition)
          let first = try nestedBody(then)
          let rest = CodeList()
          try append(statements[(index + 1)...], to: rest)
          let second = sequence(rest)
          return { (frame: Registers) throws(Fault) in
            try test(frame) ? try first(frame) : try second(frame)
          }
        }
        if let joined { codes.append(joined) }
        return
      }
      if let code = try self.statement(statement) { codes.append(code) }
    }
  }

  /// Code that runs one after the other until something but `normal` comes out.
  func sequence(_ codes: CodeList) -> Code {
    switch codes.count {
    case 0: return { (_: Registers) throws(Fault) in .normal }
    case 1: return codes[0]
    case 2:
      let a = codes[0]
      let b = codes[1]
      return { (frame: Registers) throws(Fault) in
        let first = try a(frame)
        if !Value.same(first, .normal) { return first }
        return try b(frame)
      }
    case 3:
      let a = codes[0]
      let b = codes[1]
      let c = codes[2]
      return { (frame: Registers) throws(Fault) in
        let first = try a(frame)
        if !Value.same(first, .normal) { return first }
        let second = try b(frame)
        if !Value.same(second, .normal) { return second }
        return try c(frame)
      }
    default:
      let steps = codes.fixed
      return { (frame: Registers) throws(Fault) in
        for index in 0..<steps.count {
          let result = try steps.run(index, frame)
          if !Value.same(result, .normal) { return result }
        }
        return .normal
      }
    }
  }

  /// One statement; nil when it leaves nothing to run.
  private func statement(_ statement: Statement) throws(Fault) -> Code? {
    try nestedStatement(statement.position) { () throws(Fault) in
      switch statement.kind {
      case .variables(_, let declarators):
        let codes = CodeList()
        for declarator in declarators { codes.append(try declaration(declarator)) }
        return sequence(codes)
      case .function: return nil
      case .expression(let expression):
        return try scoped { () throws(Fault) -> Code in
          try effect(expression)
        }
      case .return(let value):
        guard let value else { return { (_: Registers) throws(Fault) in .undefined } }
        return try code(value)
      case .if(let test, let then, let otherwise):
        return try branch(test, then, otherwise)
      case .forOf(_, let pattern, let iterable, let body):
        return try loop(statement.position, pattern, iterable, body)
      case .break: return { (_: Registers) throws(Fault) in .breakSignal }
      case .continue: return { (_: Registers) throws(Fault) in .continueSignal }
      case .switch(let subject, let cases):
        return try choice(statement.position, subject, cases)
      case .block(let statements): return try block(statements)
      case .assert(let condition, let message):
        return try assertion(statement.position, condition, message)
      }
    }
  }

  /// A statement as the body of a branch or loop.
  func nestedBody(_ statement: Statement) throws(Fault) -> Code {
    if case .block(let statements) = statement.kind { return try block(statements) }
    return try block([statement])
  }

  private func declaration(_ declarator: Declarator) throws(Fault) -> Code {
    if case .name(let name) = declarator.pattern {
      // Compiled first: in `const x = x` the right side does not see a value yet.
      guard let value = declarator.value else {
        let write = try writer(name.binding, initialises: true, at: name.position)
        return { (frame: Registers) throws(Fault) in
          try write(frame, .undefined)
          return .normal
        }
      }
      if let register = try plainRegister(name.binding, initialises: true) {
        let code = try store(value, into: register)
        markInitialised(name.binding)
        return code
      }
      let code = try code(value)
      let write = try writer(name.binding, initialises: true, at: name.position)
      return { (frame: Registers) throws(Fault) in
        try write(frame, try code(frame))
        return .normal
      }
    }
    guard let value = declarator.value else { return { (_: Registers) throws(Fault) in .normal } }
    let code = try code(value)
    let bind = try binder(declarator.pattern)
    return { (frame: Registers) throws(Fault) in
      try bind(frame, try code(frame))
      return .normal
    }
  }

  private func branch(
    _ condition: Expression, _ then: Statement, _ otherwise: Statement?
  ) throws(Fault) -> Code {
    let test = try test(condition)
    let first = try nestedBody(then)
    guard let otherwise else {
      return { (frame: Registers) throws(Fault) in try test(frame) ? try first(frame) : .normal }
    }
    let second = try nestedBody(otherwise)
    return { (frame: Registers) throws(Fault) in
      try test(frame) ? try first(frame) : try second(frame)
    }
  }

  private func assertion(
    _ position: SourcePosition, _ condition: Expression, _ message: Expression?
  ) throws(Fault) -> Code {
    let test = try test(condition)
    let message: Code? = if let message { try code(message) } else { nil }
    let site = site(position)
    return { (frame: Registers) throws(Fault) in
      if try test(frame) { return .normal }
      guard let message else { throw site.fault("assertion failed", kind: .assertion) }
      let value = try message(frame)
      let context = site.context(frame)
      let text = try site.here { () throws(Fault) in try context.swiftText(value) }
      throw site.fault("assertion failed: \(text)", kind: .assertion)
    }
  }

  /// `switch`: labels are compared in order; the names of all arms share one scope, so reads of
  /// them look whether their declaration has run.
  private func choice(
    _ position: SourcePosition, _ subject: Expression, _ cases: [SwitchCase]
  ) throws(Fault) -> Code {
    let subject = try code(subject)
    return try scoped { () throws(Fault) -> Code in
      let site = site(position)
      let names = cases.flatMap { $0.body.flatMap(\.declaredNames) }.map(\.binding)
      for name in names { declare(name, checked: true) }
      var arms: [SwitchArm] = []
      var fallback = -1
      for arm in cases {
        let tests = CodeList()
        for test in arm.tests { tests.append(try code(test)) }
        if arm.isDefault { fallback = arms.count }
        arms.append(SwitchArm(tests: tests.fixed, body: try body(arm.body, declaring: [])))
      }
      let cells = makeCells(names)
      return { [arms, fallback] (frame: Registers) throws(Fault) in
        let value = try subject(frame)
        if let cells { _ = try cells(frame) }
        var chosen = fallback
        search: for index in 0..<arms.count {
          let tests = arms[index].tests
          for test in 0..<tests.count {
            let label = try tests.run(test, frame)
            if try Comparison.Equal.test(value, label, frame, site) {
              chosen = index
              break search
            }
          }
        }
        guard chosen >= 0 else { return .normal }
        let result = try arms[chosen].body(frame)
        return Value.same(result, .breakSignal) ? .normal : result
      }
    }
  }
}
