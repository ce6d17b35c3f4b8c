extension Resolver {
  mutating func walk(_ statements: [Statement]) {
    for statement in statements { walk(statement) }
  }

  mutating func walk(_ statement: Statement) {
    switch statement.kind {
    case .variables(_, let declarators):
      for declarator in declarators {
        if let value = declarator.value {
          walk(value)
          note(declarator.pattern, value)
        }
        walk(declarator.pattern)
      }
    case .function(let name, let function):
      declaredFunctions[name.binding] = function
      walk(function)
    case .expression(let value): walk(value)
    case .return(let value): if let value { walk(value) }
    case .if(let test, let then, let otherwise):
      walk(test)
      walk(then)
      if let otherwise { walk(otherwise) }
    case .forOf(_, let pattern, let iterable, let body):
      // The names are there for the iterable already, without a value, as JavaScript has it.
      inScope(pattern.names) { resolver in
        resolver.walk(iterable, without: pattern.names)
        resolver.iterations.append(Iteration(value: iterable, use: .loop))
        resolver.walk(pattern)
        resolver.walk(body)
      }
    case .break, .continue: break
    case .switch(let subject, let cases): walkSwitch(subject, cases)
    case .block(let statements): walkBlock(statements)
    case .assert(let condition, let message):
      walk(condition)
      if let message { walk(message) }
    }
  }

  /// Remembers constants, and what is taken out of values by name.
  private mutating func note(_ pattern: Pattern, _ value: Expression) {
    switch pattern {
    case .name(let name): constants.append((name.binding, value))
    case .object(let properties, _):
      for property in properties {
        guard case .literal(let key) = property.key else { continue }
        noteRead(key.text, of: value, at: property.target.names.first?.position ?? value.position)
      }
    case .array: break
    }
  }

  /// All cases share one scope, but a case may be entered without those above it.
  private mutating func walkSwitch(_ subject: Expression, _ cases: [SwitchCase]) {
    walk(subject)
    inScope(cases.flatMap { $0.body.flatMap(\.declaredNames) }) { resolver in
      for item in cases {
        for test in item.tests { resolver.walk(test) }
        resolver.walk(item.body)
        for statement in item.body {
          if case .variables = statement.kind {
            resolver.markInitialized(statement.declaredNames, false)
          }
        }
      }
    }
  }

  /// Walks what a pattern evaluates; its names have values from here on.
  mutating func walk(_ pattern: Pattern) {
    switch pattern {
    case .name(let name): markInitialized([name])
    case .object(let properties, let rest):
      for property in properties {
        if case .computed(let key) = property.key { walk(key) }
        if let fallback = property.fallback { walk(fallback) }
        walk(property.target)
      }
      if let rest { markInitialized([rest]) }
    case .array(let elements, let rest):
      for case let element? in elements {
        if let fallback = element.fallback { walk(fallback) }
        walk(element.target)
      }
      if let rest { walk(rest) }
    }
  }
}
