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
    nesting += 1
    defer { nesting -= 1 }
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
    guard case .name(let name) = declarator.pattern else {
      let result = evaluate(value, &state, frame)
      bind(declarator.pattern, result, &state, frame, receiver: value)
      noteAlternatives(of: declarator.pattern, value, &state)
      return
    }
    let isConstant = !program.bindings[name.binding].isReassigned
    if isConstant, initialisers[name.binding] == nil { initialisers[name.binding] = value }
    let made = outcomesMade
    let result: AbstractValue
    if isConstant, isQuestion(value) {
      var inner = state
      let exitsBefore = exits
      result = condition(value, &inner, frame).value
      if exits != exitsBefore { state.control = inner.control }
      state.pending = inner.pending
      state.unsettled = inner.unsettled
    } else {
      result = evaluate(value, &state, frame)
    }
    // What was known of it belongs to an earlier turn.
    state.known.forget(name.binding)
    bind(declarator.pattern, result, &state, frame)
    state.holders[name.binding] = nil
    if isConstant, case .call = value.kind, let object = soleOutcome(result),
      outcomesMade[object, default: 0] == made[object, default: 0] + 1
    {
      state.holders[name.binding] = object
    }
    show(state)
    state.alternatives[.binding(name.binding)] = alternatives(of: value, state)
  }

  /// `const { error, value } = parse(text)`: what goes with what.
  private func noteAlternatives(
    of pattern: Pattern, _ value: Expression, _ state: inout PathState
  ) {
    let found = alternatives(of: value, state)
    func note(_ target: Pattern, _ name: String, _ fallback: Expression?) {
      guard case .name(let binding) = target,
        !program.bindings[binding.binding].isReassigned
      else { return }
      guard let found, fallback == nil, path(AccessPath(binding: 0), name) != nil else {
        state.alternatives[.binding(binding.binding)] = nil
        return
      }
      state.alternatives[.binding(binding.binding)] = found.map { one in
        Alternative(
          value: load(one.value, name, at: value.position), status: nil, facts: one.facts)
      }
    }
    switch pattern {
    case .name: break
    case .object(let properties, _):
      for property in properties {
        if case .literal(let key) = property.key {
          note(property.target, key.text, property.fallback)
        }
      }
    case .array(let items, _):
      for (place, item) in items.enumerated() {
        if let item { note(item.target, String(place), item.fallback) }
      }
    }
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
      if outcome.mayBeTrue {
        var thenState = state.refined(by: outcome.whenTrue)
        execute(then, &thenState, frame)
        ends.append(thenState)
      }
      state = state.refined(by: outcome.whenFalse)
      guard outcome.mayBeFalse else {
        state.isReachable = false
        break
      }
      current = otherwise
    }
    for end in ends.reversed() { state = .meet(state, end, before: before) }
    if exits == exitsBefore { state.control = before.control }
    show(state)
  }

  /// What tells the turns of loops apart.
  struct TurnKey: Hashable {
    var loop: Int
    var frame: Int
  }

  private func executeLoop(
    _ pattern: Pattern, _ iterable: Expression, _ body: Statement, _ state: inout PathState,
    _ frame: Frame
  ) {
    let items = evaluate(iterable, &state, frame)
    consume(items, at: iterable.position)
    if !isIterable(items) { addFault(items.labels, &state, frame) }
    let before = state
    let exitsBefore = exits
    let key = TurnKey(loop: iterable.id, frame: frame.id)
    let count = shapeLabels(items).of(LabelKind.followsBranches)
    // What a turn leaves behind is there in the next one; what decides one to be the last decides
    // whether the next happens.
    for round in 0..<3 {
      let start = turns[key].map { PathState.meet(before, $0, before: before) } ?? before
      var inner = start
      inner.control.formUnion(count)
      loops += 1
      jumps.append(Jumps(isLoop: true))
      bind(pattern, elements(of: items), &inner, frame)
      execute(body, &inner, frame)
      loops -= 1
      let left = jumps.removeLast()
      exits -= left.states.count
      var end = inner
      for other in left.states { end = .meet(end, other, before: before) }
      end.alternatives = [:]
      var joined = turns[key].map { PathState.meet($0, end, before: before) } ?? end
      turnCount[key, default: 0] += 1
      if turnCount[key, default: 0] > Self.settlingPasses, let old = turns[key] {
        joined.widen(since: old)
      }
      turns[key] = joined
      let next = turns[key].map { PathState.meet(before, $0, before: before) } ?? before
      guard next.isMore(than: start) else { break }
      if round == 2 { hasChanged = true }
    }
    let control = turns[key]?.control ?? before.control
    state = turns[key].map { PathState.meet(before, $0, before: before) } ?? before
    state.isReachable = true
    state.routes = before.routes
    state.control = exits == exitsBefore ? before.control : control.union(before.control)
    show(state)
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
    let path = accessPath(subject)
    let before = state
    let exitsBefore = exits
    state.control.formUnion(value.labels.of(LabelKind.followsBranches))
    var ends: [PathState] = []
    jumps.append(Jumps(isLoop: false))
    for item in cases {
      var refinement: Refinement?
      for test in item.tests {
        let tested = evaluate(test, &state, frame)
        state.control.formUnion(tested.labels.of(LabelKind.followsBranches))
        let one = equality(value, path, tested, subject, state, at: test.position)
        refinement = refinement.map { $0.or(one) } ?? one
      }
      var inner = state
      if let refinement, !item.isDefault { inner = inner.refined(by: refinement) }
      execute(item.body, &inner, frame)
      ends.append(inner)
    }
    let control = state.control
    if cases.contains(where: \.isDefault) { state.isReachable = false }
    let left = jumps.removeLast().states
    exits -= left.count
    for end in ends + left { state = .meet(state, end, before: before) }
    state.control = exits == exitsBefore ? before.control : state.control.union(control)
    show(state)
  }

  private func executeAssert(
    _ test: Expression, _ message: Expression?, _ state: inout PathState, _ frame: Frame
  ) {
    let before = state.control
    let outcome = condition(test, &state, frame)
    if let message {
      var failing = state.refined(by: outcome.whenFalse)
      let text = evaluate(message, &failing, frame)
      render(text, at: message, &failing, frame)
      consume(text, at: message.position)
      reached(.log, text, "assert message", at: message.position)
    }
    state.control = before
    if outcome.mayBeFalse { addFault(outcome.value.labels, &state, frame) }
    state = state.refined(by: outcome.whenTrue)
    // `assert false` says that nothing comes here.
    if !outcome.mayBeTrue {
      state.isReachable = false
      exits += 1
    }
    show(state)
  }
}

extension PathState {
  /// Gives up what still grows from turn to turn.
  fileprivate mutating func widen(since old: PathState) {
    for (binding, value) in locals where old.locals[binding] != value { locals[binding]?.widen() }
    for (object, fields) in view where old.view[object] != fields { view[object] = nil }
  }

  /// Whether a state at the start of a loop says more than another.
  fileprivate func isMore(than other: PathState) -> Bool {
    known != other.known || pending != other.pending || unsettled != other.unsettled
      || control != other.control || locals != other.locals || view != other.view
  }
}
