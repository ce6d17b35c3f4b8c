import HandlerLanguage

extension Evaluator {
  /// Statements of one block, function declarations first.
  func execute(_ statements: [Statement], _ state: inout PathState, _ frame: Frame) {
    for statement in statements {
      if case .function(let name, let function) = statement.kind {
        grow(frame, binding: name.binding, closure(function, frame))
      }
    }
    for statement in statements {
      // What stands behind a return is dead code.
      guard state.isReachable else { return }
      execute(statement, &state, frame)
    }
  }

  /// One statement.
  func execute(_ statement: Statement, _ state: inout PathState, _ frame: Frame) {
    switch statement.kind {
    case .variables(_, let declarators):
      for declarator in declarators { declare(declarator, &state, frame) }
    case .function:
      break
    case .expression(let expression):
      _ = evaluate(expression, &state, frame)
    case .return(let expression):
      if let expression {
        evaluateReturn(expression, &state, frame)
      } else {
        finish(.undefined, nil, state, frame, at: statement.position)
      }
      state.isReachable = false
      exits += 1
    case .if:
      executeIf(statement, &state, frame)
    case .forOf(_, let pattern, let iterable, let body):
      executeLoop(pattern, iterable, body, &state, frame)
    case .break:
      leave(&state, loopsOnly: false)
    case .continue:
      leave(&state, loopsOnly: true)
    case .switch(let subject, let cases):
      executeSwitch(subject, cases, &state, frame)
    case .block(let statements):
      execute(statements, &state, frame)
    case .assert(let condition, let message):
      executeAssert(condition, message, &state, frame)
    }
  }

  /// `pattern = value`; remembers what the conditions on it will be about.
  private func declare(_ declarator: Declarator, _ state: inout PathState, _ frame: Frame) {
    guard let value = declarator.value else {
      bind(declarator.pattern, .undefined, &state, frame)
      return
    }
    if case .name(let name) = declarator.pattern, !program.bindings[name.binding].isReassigned {
      if initialisers[name.binding] == nil { initialisers[name.binding] = value }
      let result: AbstractValue
      if isQuestion(value) {
        var inner = state
        result = condition(value, &inner, frame).value
        state.control = inner.control
      } else {
        result = evaluate(value, &state, frame)
      }
      bind(declarator.pattern, result, &state, frame)
      if isFailableCall(value) {
        state.outcomes[name.binding] = value
        findings?.keptOutcomes.insert(value.id)
      }
      return
    }
    let result = evaluate(value, &state, frame)
    bind(declarator.pattern, result, &state, frame, receiver: value)
  }

  /// An `else if` chain is walked in a loop: it can be long.
  private func executeIf(_ first: Statement, _ state: inout PathState, _ frame: Frame) {
    let before = state
    let exitsBefore = exits
    var ends: [PathState] = []
    var current: Statement? = first
    while let statement = current {
      guard case .if(let test, let then, let otherwise) = statement.kind else {
        execute(statement, &state, frame)
        break
      }
      let outcome = condition(test, &state, frame)
      var thenState = state.refined(by: outcome.whenTrue)
      state = state.refined(by: outcome.whenFalse)
      execute(then, &thenState, frame)
      ends.append(thenState)
      current = otherwise
    }
    for end in ends { state = .meet(end, state, before: before) }
    if exits == exitsBefore { state.control = before.control }
  }

  private func executeLoop(
    _ pattern: Pattern, _ iterable: Expression, _ body: Statement, _ state: inout PathState,
    _ frame: Frame
  ) {
    let items = evaluate(iterable, &state, frame)
    consume(items, at: iterable.position)
    if !items.kinds.isDisjoint(with: [.undefined, .null, .boolean, .number]) {
      addFault(items.labels)
    }
    let before = state
    let exitsBefore = exits
    var control = state.control.union(shapeLabels(items).of(LabelKind.followsBranches))
    var isSettled = false
    // What decides one turn to be the last decides whether the next one happens.
    while !isSettled {
      var inner = before
      inner.control = control
      bind(pattern, elements(of: items), &inner, frame)
      jumps.append(Jumps(isLoop: true))
      execute(body, &inner, frame)
      state = before
      var after = control
      for end in jumps.removeLast().states + [inner] {
        after.formUnion(end.control)
        if end.isReachable { state.outcomes.merge(end.outcomes) { first, _ in first } }
      }
      isSettled = after == control || exits == exitsBefore
      control = after
    }
    if exits != exitsBefore { state.control = control }
  }

  /// `break` out of the innermost loop or switch, `continue` of the innermost loop.
  private func leave(_ state: inout PathState, loopsOnly: Bool) {
    if let target = jumps.lastIndex(where: { $0.isLoop || !loopsOnly }) {
      jumps[target].states.append(state)
    }
    state.isReachable = false
    exits += 1
  }

  private func executeSwitch(
    _ subject: Expression, _ cases: [SwitchCase], _ state: inout PathState, _ frame: Frame
  ) {
    let value = evaluate(subject, &state, frame)
    consume(value, at: subject.position)
    let before = state
    let exitsBefore = exits
    state.control.formUnion(value.labels.of(LabelKind.followsBranches))
    var ends: [PathState] = []
    jumps.append(Jumps(isLoop: false))
    for item in cases {
      var routes: RouteContext?
      for test in item.tests {
        let tested = evaluate(test, &state, frame)
        state.control.formUnion(tested.labels.of(LabelKind.followsBranches))
        let one = routeRefinement(value, equals: tested, at: test.position)
        routes = routes.map { $0.or(one) } ?? one
      }
      var inner = state
      if let routes, !item.isDefault { inner.routes = inner.routes.and(routes) }
      execute(item.body, &inner, frame)
      ends.append(inner)
    }
    let control = state.control
    if cases.contains(where: \.isDefault) { state.isReachable = false }
    ends += jumps.removeLast().states
    for end in ends { state = .meet(end, state, before: before) }
    state.control = exits == exitsBefore ? before.control : state.control.union(control)
  }

  private func executeAssert(
    _ test: Expression, _ message: Expression?, _ state: inout PathState, _ frame: Frame
  ) {
    let outcome = condition(test, &state, frame)
    addFault(outcome.value.labels)
    let stored = outcome.value.labels.of([.stored])
    if !stored.isSubset(of: asserted) {
      asserted.formUnion(stored)
      hasChanged = true
    }
    if let message {
      var failing = state.refined(by: outcome.whenFalse)
      let text = evaluate(message, &failing, frame)
      consume(text, at: message.position)
      sink(.log, text, "assert message", at: message.position)
    }
    state = state.refined(by: outcome.whenTrue)
    exits += 1
  }
}
