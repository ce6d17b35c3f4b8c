import HandlerLanguage

extension Evaluator {
  /// Everything the value of an expression of its kind can be.
  func evaluateKind(
    of expression: Expression, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    nesting += 1
    show(state)
    defer {
      nesting -= 1
      show(state)
    }
    switch expression.kind {
    case .number(let number): return .number(number)
    case .string(let literal):
      let text = AbstractValue.text(literal.text)
      return markup(text, [text])
    case .boolean(let isTrue): return AbstractValue(kinds: isTrue ? .yes : .no)
    case .null: return AbstractValue(kinds: .null)
    case .undefined: return .undefined
    case .template(let quasis, let values):
      return evaluateTemplate(quasis, values, &state, frame)
    case .identifier: return evaluateName(expression, state, frame)
    case .array(let elements): return evaluateArray(elements, expression, &state, frame)
    case .object(let members): return evaluateObject(members, expression, &state, frame)
    case .function(let function): return closure(function, frame)
    case .unary(let operation, let operand):
      return evaluateUnary(operation, operand, expression, &state, frame)
    case .binary(let operation, _, _):
      switch operation {
      case .equal, .notEqual: return asked(expression, &state, frame)
      default: return evaluateBinary(expression, &state, frame)
      }
    case .logical(let operation, let left, let right):
      return evaluateLogical(operation, left, right, &state, frame)
    case .conditional(let test, let then, let otherwise):
      return evaluateConditional(expression, test, then, otherwise, &state, frame)
    case .assign(let target, let value):
      let place = evaluate(placeOf: target, &state, frame)
      let result = evaluate(value, &state, frame)
      assign(result, to: place, &state, frame)
      return result
    case .compoundAssign(let target, let operation, let value):
      let place = evaluate(placeOf: target, &state, frame)
      let old = load(place, target, state, frame)
      let new = evaluate(value, &state, frame)
      render(old.union(new), at: expression, &state, frame)
      consume(old, at: expression.position)
      consume(new, at: value.position)
      var result = combine(operation, old, new, &state)
      if operation == .add { result = markup(result, [old, new]) }
      assign(result, to: place, &state, frame)
      return result
    case .logicalAssign(let target, let operation, let value):
      return evaluateLogicalAssignment(target, operation, value, &state, frame)
    case .member(let object, let name, let isOptional):
      return evaluateMember(expression, object, name, isOptional, &state, frame)
    case .index(let object, let index, let isOptional):
      return evaluateIndex(expression, object, index, isOptional, &state, frame)
    case .call(let callee, let arguments, let isOptional):
      return evaluateCall(expression, callee, arguments, isOptional, &state, frame)
    case .optionalChain(let inner):
      return evaluateChain(inner, &state, frame) { evaluate(inner, &$0, frame) }
    case .pipeline(let pipeline):
      return evaluatePipeline(pipeline, expression, &state, frame)
    case .match(let match):
      return evaluateMatch(match, &state, frame) { evaluate($0, &$1, frame) }
    case .jsx(let element):
      return evaluateElement(element, expression, &state, frame)
    }
  }

  /// The answer of a question that nothing depends on yet.
  func asked(
    _ question: Expression, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let control = state.control
    let exitsBefore = exits
    let value = condition(question, &state, frame).value
    if exits == exitsBefore { state.control = control }
    return value
  }

  /// What is looked at from now on is what a state knows.
  func show(_ state: PathState) {
    view = state.view
    holders = state.holders
  }

  /// A chain with `?.` in it: what stands behind one is evaluated only where there is something
  /// before it.
  func evaluateChain(
    _ inner: Expression, _ state: inout PathState, _ frame: Frame,
    _ body: (inout PathState) -> AbstractValue
  ) -> AbstractValue {
    let control = state.control
    let exitsBefore = exits
    let before = state
    let value = body(&state)
    let decided = state.control
    if exits == exitsBefore { state.control = control }
    state = .meet(state, before, before: before)
    // What decided how far the chain went decided its value.
    return value.union(.undefined).adding(
      decided.filter { !control.contains($0) })
  }

  /// `test ? a : b`: each branch with what is known in it.
  private func evaluateConditional(
    _ whole: Expression, _ test: Expression, _ then: Expression, _ otherwise: Expression,
    _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    var alternatives: [Alternative] = []
    let value = branch(test, &state, frame) { isTrue, inner in
      let value = evaluate(isTrue ? then : otherwise, &inner, frame)
      alternatives.append(Alternative(value: value, facts: inner.facts))
      return value
    }
    state.alternatives[.expression(whole.id)] = alternatives
    return value
  }

  /// `test ? a : b`, with a closure for each branch.
  func branch(
    _ test: Expression, _ state: inout PathState, _ frame: Frame,
    _ evaluateBranch: (Bool, inout PathState) -> AbstractValue
  ) -> AbstractValue {
    let before = state
    let exitsBefore = exits
    let outcome = condition(test, &state, frame)
    var whenTrue = state.refined(by: outcome.whenTrue)
    var whenFalse = state.refined(by: outcome.whenFalse)
    var result = AbstractValue.nothing
    if outcome.mayBeTrue {
      result.formUnion(evaluateBranch(true, &whenTrue))
    } else {
      whenTrue.isReachable = false
    }
    if outcome.mayBeFalse {
      result.formUnion(evaluateBranch(false, &whenFalse))
    } else {
      whenFalse.isReachable = false
    }
    state = .meet(whenTrue, whenFalse, before: before)
    if exits == exitsBefore { state.control = before.control }
    return result.adding(outcome.value.labels.of(LabelKind.followsBranches))
  }

  private func evaluateName(
    _ expression: Expression, _ state: PathState, _ frame: Frame
  ) -> AbstractValue {
    switch program.references[expression.id] {
    case .binding(let binding):
      return refine(value(of: binding, state, frame), expression, state)
    case .module(let function): return AbstractValue(functions: [intern(.module(function))])
    case .global(.nan), .global(.infinity): return .number
    case .global(let global): return AbstractValue(functions: [intern(.global(global))])
    case nil: return .nothing
    }
  }

  /// What a variable holds here.
  func value(of binding: Int, _ state: PathState, _ frame: Frame) -> AbstractValue {
    if isLocal(binding, frame) { return state.locals[binding] ?? .nothing }
    let owner = frame.owner(of: program.bindings[binding].function)
    return owner?.bindings[binding] ?? .nothing
  }

  /// Whether only the function of a frame sees a variable that changes.
  func isLocal(_ binding: Int, _ frame: Frame) -> Bool {
    let declared = program.bindings[binding]
    return declared.isReassigned && !declared.isCaptured && declared.function == frame.function?.id
      && frame.function != nil
  }

  /// Takes away what the conditions passed so far exclude.
  func refine(
    _ value: AbstractValue, _ expression: Expression, _ state: PathState
  ) -> AbstractValue {
    guard !state.known.isEmpty, let path = accessPath(expression) else { return value }
    var value = value
    if state.facts.contains(.asked(path)) { value.labels = value.labels.without([.missing]) }
    if state.facts.contains(.present(path)) { value = value.removing(.nullish) }
    if let narrowed = state.known.narrowed[path] {
      value = narrowed.adding(value.labels.choosing)
    }
    return value
  }
}
