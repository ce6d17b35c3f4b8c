import HandlerLanguage

/// Code that decides whether a value fits a pattern, binding names on the way.
private typealias Matcher = (Registers, Value) throws(Fault) -> Bool

/// `match`.
extension FunctionCompiler {
  func match(_ match: Match) throws(Fault) -> Code {
    let subject = try code(match.subject)
    var arms: [(fits: Matcher, value: Code)] = []
    for arm in match.arms {
      let made = try scoped { () throws(Fault) in
        let names = arm.pattern.names
        for name in names { declare(name.binding) }
        let cells = makeCells(names.map(\.binding))
        let fits = try matcher(arm.pattern, at: match.subject.position)
        let value = try code(arm.value)
        let prepared: Matcher = { (frame, subject) throws(Fault) in
          if let cells { _ = try cells(frame) }
          return try fits(frame, subject)
        }
        return (cells == nil ? fits : prepared, value)
      }
      arms.append(made)
    }
    let otherwise = try match.otherwise.map { (value) throws(Fault) in try code(value) }
    return { [arms] (frame) throws(Fault) in
      let value = try subject(frame)
      for arm in arms where try arm.fits(frame, value) { return try arm.value(frame) }
      guard let otherwise else { return .undefined }
      return try otherwise(frame)
    }
  }

  private func matcher(
    _ pattern: MatchPattern, at position: SourcePosition
  ) throws(Fault) -> Matcher {
    switch pattern {
    case .any: return { (_, _) throws(Fault) in true }
    case .literal(let expression):
      let site = site(expression.position)
      let code = try code(expression)
      return { (frame, value) throws(Fault) in
        try Comparison.Equal.test(value, try code(frame), frame, site)
      }
    case .object(let fields):
      let site = site(position)
      var parts: [(atom: Atom, cache: UnsafeMutablePointer<PropertyCache>, fits: Matcher)] = []
      for field in fields {
        parts.append(
          (try atom(field.key), isolate.caches.make(), try fieldMatcher(field.value, position)))
      }
      return { [parts] (frame, value) throws(Fault) in
        guard value.isObject else { return false }
        for part in parts {
          let field = try FieldAccess.cached(value, part.atom, part.cache, frame, site)
          if !(try part.fits(frame, field)) { return false }
        }
        return true
      }
    }
  }

  private func fieldMatcher(
    _ pattern: MatchPattern.FieldPattern, _ position: SourcePosition
  ) throws(Fault) -> Matcher {
    switch pattern {
    case .pattern(let pattern): return try matcher(pattern, at: position)
    case .bind(let name):
      let write = try writer(name.binding, initialises: true, at: name.position)
      return { (frame, value) throws(Fault) in
        if value.isUndefined { return false }
        try write(frame, value)
        return true
      }
    }
  }
}

extension MatchPattern {
  /// Every name that it binds.
  var names: [BindingName] {
    guard case .object(let fields) = self else { return [] }
    return fields.flatMap { field in
      switch field.value {
      case .bind(let name): [name]
      case .pattern(let pattern): pattern.names
      }
    }
  }
}
