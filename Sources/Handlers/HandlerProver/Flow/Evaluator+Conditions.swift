import HandlerLanguage

extension Evaluator {
  /// Evaluates an expression whose truth decides what happens next.
  func condition(
    _ expression: Expression, _ state: inout PathState, _ frame: Frame
  ) -> ConditionOutcome {
    var outcome = conditionOutcome(expression, &state, frame)
    state.control.formUnion(outcome.value.labels.of(LabelKind.followsBranches))
    if isLeaf(expression) {
      // The path takes part in a decision that is not read as a route.
      if outcome.whenTrue.routes.isAny, outcome.whenFalse.routes.isAny {
        noteUnreadPath(outcome.value)
      }
      addAlternatives(of: expression, &outcome, state)
    }
    show(state)
    return outcome
  }

  private func isLeaf(_ expression: Expression) -> Bool {
    switch expression.kind {
    case .unary(.not, _), .logical, .optionalChain: false
    default: true
    }
  }

  private func conditionOutcome(
    _ expression: Expression, _ state: inout PathState, _ frame: Frame
  ) -> ConditionOutcome {
    nesting += 1
    show(state)
    defer { nesting -= 1 }
    switch expression.kind {
    case .unary(.not, let operand):
      var outcome = condition(operand, &state, frame)
      let (isTrue, isFalse) = (outcome.mayBeTrue, outcome.mayBeFalse)
      outcome = outcome.negated
      outcome.value = answer(outcome.value, mayBeTrue: isFalse, mayBeFalse: isTrue)
      return outcome
    case .logical(.and, let left, let right):
      let before = state
      let first = condition(left, &state, frame)
      guard first.mayBeTrue else { return first }
      var inner = state.refined(by: first.whenTrue)
      let second = condition(right, &inner, frame)
      meet(&state, inner, first.mayBeFalse, before)
      if first.whenTrue.routes.and(second.whenTrue.routes).alternatives.isEmpty {
        // Two paths at once: no request gets here.
        for one in first.whenTrue.routes.alternatives + second.whenTrue.routes.alternatives {
          if let path = one.path { findings?.coveredPaths.insert(path) }
        }
      }
      return ConditionOutcome(
        value: first.value.falsyPart.union(second.value),
        whenTrue: first.whenTrue.and(second.whenTrue),
        whenFalse: first.mayBeFalse
          ? first.whenFalse.or(first.whenTrue.and(second.whenFalse))
          : first.whenTrue.and(second.whenFalse))
    case .logical(.or, let left, let right):
      let before = state
      let first = condition(left, &state, frame)
      guard first.mayBeFalse else { return first }
      var inner = state.refined(by: first.whenFalse)
      let second = condition(right, &inner, frame)
      meet(&state, inner, first.mayBeTrue, before)
      return ConditionOutcome(
        value: first.value.truthyPart.union(second.value),
        whenTrue: first.mayBeTrue
          ? first.whenTrue.or(first.whenFalse.and(second.whenTrue))
          : first.whenFalse.and(second.whenTrue),
        whenFalse: first.whenFalse.and(second.whenFalse))
    case .binary(let comparison, let left, let right):
      return compare(comparison, left, right, expression, &state, frame)
    case .call(let callee, let arguments, _):
      return callCondition(expression, callee, arguments, &state, frame)
    case .optionalChain(let inner):
      var outcome = ConditionOutcome(value: .nothing)
      let value = evaluateChain(inner, &state, frame) { inside in
        outcome = condition(inner, &inside, frame)
        return outcome.value
      }
      outcome.value = value
      // A chain that breaks off is not true: what is known then holds of the whole only if so.
      outcome.whenFalse = Refinement()
      return outcome
    default:
      return truth(of: expression, &state, frame)
    }
  }

  /// The right side of `&&` or `||` is evaluated on some ways only.
  private func meet(
    _ state: inout PathState, _ inner: PathState, _ maySkip: Bool, _ before: PathState
  ) {
    let control = state.control.union(inner.control)
    if maySkip {
      // What both ways know is kept apart from what the condition says.
      state = .meet(state, inner, before: before)
    } else {
      state = inner
      state.routes = before.routes
    }
    state.control = control
  }

  /// `if (x)`.
  private func truth(
    of expression: Expression, _ state: inout PathState, _ frame: Frame
  ) -> ConditionOutcome {
    var outcome = ConditionOutcome(value: evaluate(expression, &state, frame))
    if let path = accessPath(expression) {
      outcome.whenTrue.facts = [.asked(path), .present(path)]
      outcome.whenFalse.facts = [.asked(path)]
    }
    switch expression.kind {
    case .member(let object, name: "ok", isOptional: _):
      noteSuccess(of: peek(object, state, frame), accessPath(object), in: &outcome.whenTrue)
    case .identifier:
      guard let alias = question(behind: expression, frame) else { break }
      var inner = state
      aliases += 1
      defer { aliases -= 1 }
      let meant = condition(alias, &inner, frame)
      outcome.whenTrue = outcome.whenTrue.and(lasting(meant.whenTrue))
      outcome.whenFalse = outcome.whenFalse.and(lasting(meant.whenFalse))
    default: break
    }
    return outcome
  }

  /// What was said of variables that have changed since does not hold any more.
  private func lasting(_ refinement: Refinement) -> Refinement {
    var kept = refinement
    for path in refinement.facts.compactMap(\.path) + refinement.known.narrowed.keys
    where program.bindings[path.binding].isReassigned {
      kept.known.forget(path.binding)
    }
    return kept
  }

  /// The question a constant of this frame holds the answer of.
  private func question(behind expression: Expression, _ frame: Frame) -> Expression? {
    guard case .binding(let binding)? = program.references[expression.id],
      program.bindings[binding].kind == .const,
      program.bindings[binding].function == frame.function?.id,
      let value = initialisers[binding], isQuestion(value), isLasting(value)
    else { return nil }
    // A question about questions about questions is left open.
    return aliases < Self.mostAliases ? value : nil
  }

  private static var mostAliases: Int { 6 }

  /// Whether an expression asks something that later branches may rely on, and asking again does
  /// nothing more.
  func isQuestion(_ expression: Expression) -> Bool {
    switch expression.kind {
    case .unary(.not, let operand): isQuestion(operand)
    case .binary(.equal, let left, let right), .binary(.notEqual, let left, let right),
      .binary(.less, let left, let right), .binary(.lessOrEqual, let left, let right),
      .binary(.greater, let left, let right), .binary(.greaterOrEqual, let left, let right):
      isPure(left) && isPure(right)
    case .logical(.and, let left, let right), .logical(.or, let left, let right):
      isQuestion(left) && isQuestion(right)
    case .member(let object, name: "ok", isOptional: _): isPure(object)
    case .call(let callee, let arguments, _):
      if case .member(let object, let name, _) = callee.kind {
        ["startsWith", "isOk", "isErr", "includes"].contains(name) && isPure(object)
          && arguments.allSatisfy { isPure($0.value) }
      } else {
        false
      }
    default: false
    }
  }

  /// Whether evaluating an expression a second time does nothing more.
  private func isPure(_ expression: Expression) -> Bool {
    switch expression.kind {
    case .number, .string, .boolean, .null, .undefined, .identifier: true
    case .member(let object, _, _), .unary(_, let object): isPure(object)
    case .binary(_, let left, let right), .logical(_, let left, let right),
      .index(let left, let right, _):
      isPure(left) && isPure(right)
    case .template(_, let values): values.allSatisfy(isPure)
    case .array(let elements):
      elements.allSatisfy { if case .value(let item) = $0 { isPure(item) } else { false } }
    case .optionalChain(let inner): isPure(inner)
    default: false
    }
  }

  /// What an expression that was evaluated already gives; nothing where asking again may do more.
  func peek(_ expression: Expression, _ state: PathState, _ frame: Frame) -> AbstractValue {
    guard isPure(expression) else { return .nothing }
    var copy = state
    let kept = (findings, exits)
    findings = nil
    defer { (findings, exits) = kept }
    let value = evaluate(expression, &copy, frame)
    show(state)
    return value
  }

  /// A Result, or the answer of another service, is a success.
  func noteSuccess(
    of value: AbstractValue, _ path: AccessPath?, in refinement: inout Refinement
  ) {
    guard !mayChangeOutcomes("ok") else { return }
    if let path { refinement.facts.insert(.succeeded(path)) }
    if let object = outcome(of: value, path) { refinement.facts.insert(.success(object)) }
  }

  /// There was an answer.
  func noteAnswer(
    of value: AbstractValue, _ path: AccessPath?, in refinement: inout Refinement
  ) {
    guard !mayChangeOutcomes("status") else { return }
    if let path { refinement.facts.insert(.answered(path)) }
    if let object = outcome(of: value, path) { refinement.facts.insert(.answer(object)) }
  }

  /// The one object of a Result or an answer that a value is: one that stands for itself, or the
  /// last that was made, which a constant holds.
  private func outcome(of value: AbstractValue, _ path: AccessPath?) -> Int? {
    guard let object = soleOutcome(value) else { return nil }
    if !heap[object].isMany { return object }
    guard let path, path.fields.isEmpty, holders[path.binding] == object else { return nil }
    return object
  }

  /// The one object of a Result or an answer that a value is.
  func soleOutcome(_ value: AbstractValue) -> Int? {
    guard value.objects.count == 1, let object = value.objects.first else { return nil }
    switch heap[object].kind {
    case .result, .response(.answer): return object
    default: return nil
    }
  }

  func callCondition(
    _ whole: Expression, _ callee: Expression, _ arguments: [Argument],
    _ state: inout PathState, _ frame: Frame
  ) -> ConditionOutcome {
    var outcome = ConditionOutcome(value: evaluate(whole, &state, frame))
    if case .member(let object, let name, _) = callee.kind {
      let first = arguments.first.flatMap { $0.isSpread ? nil : $0.value }
      switch name {
      case "startsWith":
        guard let first, arguments.count == 1,
          peek(object, state, frame).isExactly(.requestPath),
          let prefixes = peek(first, state, frame).literalTexts
        else { break }
        outcome.whenTrue.routes = RouteContext(
          alternatives: prefixes.map { .init(method: nil, path: .prefix($0)) })
        for prefix in prefixes { findings?.askedPaths.insert(.prefix(prefix)) }
      case "includes":
        guard let first, let path = accessPath(first) else { break }
        let asked = peek(first, state, frame)
        let list = peek(object, state, frame)
        guard !list.mayBePrimitive, list.objects.allSatisfy({ heap[$0].kind == .array }) else {
          break
        }
        narrow(path, from: asked, to: elements(of: list), in: &outcome.whenTrue)
        outcome.whenTrue.routes = routes(of: asked, among: elements(of: list))
        if let found = alternatives(of: first, state) {
          let items = elements(of: list)
          outcome.whenTrue.facts.formUnion(common(found) { mayBeSame($0, items) })
        }
      case "isOk", "isErr":
        let value = peek(object, state, frame)
        if name == "isOk" {
          noteSuccess(of: value, accessPath(object), in: &outcome.whenTrue)
        } else {
          noteSuccess(of: value, accessPath(object), in: &outcome.whenFalse)
        }
      default: break
      }
    }
    if let said = predicate(callee, whole, state, frame) {
      outcome.whenTrue.routes = outcome.whenTrue.routes.and(said.whenTrue.routes)
      outcome.whenFalse.routes = outcome.whenFalse.routes.and(said.whenFalse.routes)
    }
    return outcome
  }

  /// What a call of a helper such as `isGet(req, "/x")` says of the request.
  private func predicate(
    _ callee: Expression, _ call: Expression, _ state: PathState, _ frame: Frame
  ) -> ConditionOutcome? {
    guard case .identifier = callee.kind else { return nil }
    var inner = state
    let value = evaluate(callee, &inner, frame)
    guard value.functions.count == 1, let only = value.functions.first,
      case .closure(let id, let parent) = functions[only],
      let function = bodies[id], let body = soleExpression(of: function), isQuestion(body),
      let activation = existingFrame(id, parent, call, state, frame), !activation.isActive
    else { return nil }
    var said = PathState(routes: activation.routes, control: activation.control)
    said.known = activation.entry ?? Knowledge()
    let outer = (exits, jumps, loops)
    defer {
      (exits, jumps, loops) = outer
      show(state)
    }
    return condition(body, &said, activation)
  }

  /// The expression a function consists of.
  func soleExpression(of function: Function) -> Expression? {
    switch function.body {
    case .expression(let expression): return expression
    case .block(let statements):
      guard statements.count == 1, case .return(let value?) = statements[0].kind else { return nil }
      return value
    }
  }

  /// The answer of a yes/no question about a value.
  func answer(
    _ value: AbstractValue, mayBeTrue: Bool = true, mayBeFalse: Bool = true
  ) -> AbstractValue {
    var kinds: AbstractValue.Kinds = []
    if mayBeTrue { kinds.insert(.yes) }
    if mayBeFalse { kinds.insert(.no) }
    return AbstractValue(kinds: kinds, labels: value.labels.of(LabelKind.keptByComparison))
  }

  /// A constant, a parameter, a variable that only its function sees, or fields of one.
  func accessPath(_ expression: Expression) -> AccessPath? {
    switch expression.kind {
    case .identifier:
      guard case .binding(let binding)? = program.references[expression.id] else { return nil }
      let declared = program.bindings[binding]
      guard !declared.isReassigned || (!declared.isCaptured && declared.function != nil) else {
        return nil
      }
      return AccessPath(binding: binding)
    case .member(let object, let name, _):
      return accessPath(object).flatMap { path($0, name) }
    case .optionalChain(let inner):
      return accessPath(inner)
    default:
      return nil
    }
  }

  /// Whether fields of a name are assigned to anywhere.
  func mayBeAssigned(_ name: String) -> Bool {
    // The length of an array changes with it, and header names are equal whatever their case.
    name == "length" || assignsAnyField || assignedFields.contains(name)
      || assignedFields.contains(name.lowercasedASCII)
  }

  /// A field of a path, unless fields of that name are assigned to.
  func path(_ base: AccessPath, _ name: String) -> AccessPath? {
    guard !mayBeAssigned(name) else { return nil }
    var path = base
    path.fields.append(name)
    return path
  }
}
