import HandlerLanguage

/// Code that decides whether a value fits a pattern, binding names on the way.
private typealias Matcher = (Registers, Value) throws(Fault) -> Bool

/// One `when`.
private struct MatchArm {
  /// Makes cells for its names, when closures use them.
  let cells: Code?
  let fits: Matcher
  let value: Code
}

/// One field of an object shape.
private struct MatchField {
  let atom: Atom
  let cache: UnsafeMutablePointer<PropertyCache>
  let fits: Matcher
}

/// `match`.
extension FunctionCompiler {
  func match(_ match: Match) throws(Fault) -> Code {
    let subject = try code(match.subject)
    var arms: [MatchArm] = []
    for arm in match.arms {
      let mark = next
      defer { next = mark }
      let names = arm.pattern.names
      for name in names { declare(name.binding) }
      let cells = makeCells(names.map(\.binding))
      let fits = try matcher(arm.pattern, at: match.subject.position)
      arms.append(MatchArm(cells: cells, fits: fits, value: try code(arm.value)))
    }
    let otherwise: Code? = if let value = match.otherwise { try code(value) } else { nil }
    return { [arms] (frame: Registers) throws(Fault) in
      let value = try subject(frame)
      for arm in arms {
        if let cells = arm.cells { _ = try cells(frame) }
        if try arm.fits(frame, value) { return try arm.value(frame) }
      }
      guard let otherwise else { return .undefined }
      return try otherwise(frame)
    }
  }

  private func matcher(
    _ pattern: MatchPattern, at position: SourcePosition
  ) throws(Fault) -> Matcher {
    switch pattern {
    case .any: return { (_: Registers, _: Value) throws(Fault) in true }
    case .literal(let expression):
      let site = site(expression.position)
      let code = try code(expression)
      return { (frame: Registers, value: Value) throws(Fault) in
        try Comparison.Equal.test(value, try code(frame), frame, site)
      }
    case .object(let fields):
      let site = site(position)
      var parts: [MatchField] = []
      for field in fields {
        parts.append(
          MatchField(
            atom: try atom(field.key), cache: linker.caches.make(),
            fits: try fieldMatcher(field.value, position)))
      }
      return { [parts] (frame: Registers, value: Value) throws(Fault) in
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
      return { (frame: Registers, value: Value) throws(Fault) in
        if value.isUndefined { return false }
        try write(frame, value)
        return true
      }
    }
  }
}
