import HandlerLanguage

extension Evaluator {
  /// `match`, with a closure for each arm's value; `missing` is called where no arm may match and
  /// the value is `undefined`.
  func evaluateMatch(
    _ match: Match, _ state: inout PathState, _ frame: Frame,
    _ arm: (Expression, inout PathState) -> AbstractValue,
    missing: (PathState) -> Void = { _ in }
  ) -> AbstractValue {
    let subject = evaluate(match.subject, &state, frame)
    let before = state
    let exitsBefore = exits
    var result = AbstractValue.nothing
    var ends: [PathState] = []
    var deciding = subject.labels.of(LabelKind.followsBranches)
    var matchesAll = false
    for item in match.arms {
      var inner = state
      deciding.formUnion(labels(deciding: item.pattern, subject).of(LabelKind.followsBranches))
      inner.control.formUnion(deciding)
      let refinement = refine(item.pattern, subject, match.subject, &inner, frame)
      inner = inner.refined(by: refinement)
      result.formUnion(arm(item.value, &inner))
      ends.append(inner)
      if case .any = item.pattern { matchesAll = true }
    }
    var inner = state
    inner.control.formUnion(deciding)
    if let otherwise = match.otherwise {
      result.formUnion(arm(otherwise, &inner))
    } else if !matchesAll {
      result.formUnion(.undefined)
      missing(inner)
    }
    for end in ends { inner = .meet(inner, end, before: before) }
    state = inner
    if exits == exitsBefore { state.control = before.control }
    return result.adding(deciding)
  }

  /// Labels of everything a pattern looks at.
  private func labels(deciding pattern: MatchPattern, _ subject: AbstractValue) -> Labels {
    guard case .object(let fields) = pattern else { return subject.labels }
    return fields.reduce(into: subject.labels) { found, field in
      let value = load(subject, field.key.text, at: SourcePosition(file: 0, line: 1, column: 1))
      found.formUnion(value.labels)
      if case .pattern(let inner) = field.value {
        found.formUnion(labels(deciding: inner, value))
      }
    }
  }

  /// Binds a pattern's names and gives what is known when it matches.
  private func refine(
    _ pattern: MatchPattern, _ subject: AbstractValue, _ expression: Expression?,
    _ state: inout PathState, _ frame: Frame, path given: AccessPath? = nil
  ) -> Refinement {
    let path = given ?? expression.flatMap(accessPath)
    switch pattern {
    case .any:
      return Refinement()
    case .literal(let literal):
      let value = evaluate(literal, &state, frame)
      return equality(subject, path, value, expression, state, at: literal.position)
    case .object(let fields):
      var all = Refinement()
      if let path { all.facts = [.asked(path), .present(path)] }
      // A Result that has its value, or says so, is a success.
      if fields.contains(where: isSuccess) { noteSuccess(of: subject, path, in: &all) }
      for field in fields {
        let value = load(
          subject, field.key.text, at: expression?.position ?? heapStart(subject))
        switch field.value {
        case .bind(let name):
          bind(.name(name), value.removing(.undefined), &state, frame)
        case .pattern(let inner):
          let place = path.flatMap { self.path($0, field.key.text) }
          all = all.and(refine(inner, value, nil, &state, frame, path: place))
        }
      }
      return all
    }
  }

  private func heapStart(_ value: AbstractValue) -> SourcePosition {
    value.objects.min().map { heap[$0].position } ?? SourcePosition(file: 0, line: 1, column: 1)
  }

  private func isSuccess(_ field: MatchPattern.Field) -> Bool {
    switch (field.key.text, field.value) {
    case ("value", .bind): return true
    case ("ok", .pattern(.literal(let literal))):
      if case .boolean(true) = literal.kind { return true }
      return false
    default: return false
    }
  }
}
