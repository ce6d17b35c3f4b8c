import HandlerLanguage

/// A condition's value, and what is known behind it.
struct ConditionOutcome {
  var value: AbstractValue
  var whenTrue = Refinement()
  var whenFalse = Refinement()

  /// The outcome of the negation.
  var negated: ConditionOutcome {
    ConditionOutcome(value: value, whenTrue: whenFalse, whenFalse: whenTrue)
  }
}

extension Evaluator {
  /// Evaluates an expression whose truth decides what happens next.
  func condition(
    _ expression: Expression, _ state: inout PathState, _ frame: Frame
  ) -> ConditionOutcome {
    let outcome = conditionOutcome(expression, &state, frame)
    state.control.formUnion(outcome.value.labels.of(LabelKind.followsBranches))
    return outcome
  }

  private func conditionOutcome(
    _ expression: Expression, _ state: inout PathState, _ frame: Frame
  ) -> ConditionOutcome {
    switch expression.kind {
    case .unary(.not, let operand):
      var outcome = condition(operand, &state, frame).negated
      outcome.value = answer(outcome.value)
      return outcome
    case .logical(.and, let left, let right):
      let first = condition(left, &state, frame)
      var inner = state.refined(by: first.whenTrue)
      let second = condition(right, &inner, frame)
      state.control.formUnion(inner.control)
      return ConditionOutcome(
        value: first.value.union(second.value), whenTrue: first.whenTrue.and(second.whenTrue),
        whenFalse: first.whenFalse.or(first.whenTrue.and(second.whenFalse)))
    case .logical(.or, let left, let right):
      let first = condition(left, &state, frame)
      var inner = state.refined(by: first.whenFalse)
      let second = condition(right, &inner, frame)
      state.control.formUnion(inner.control)
      return ConditionOutcome(
        value: first.value.union(second.value),
        whenTrue: first.whenTrue.or(first.whenFalse.and(second.whenTrue)),
        whenFalse: first.whenFalse.and(second.whenFalse))
    case .binary(let comparison, let left, let right):
      return compare(comparison, left, right, expression, &state, frame)
    case .call(let callee, let arguments, _):
      return callCondition(expression, callee, arguments, &state, frame)
    case .optionalChain(let inner):
      return condition(inner, &state, frame)
    default:
      return truth(of: expression, &state, frame)
    }
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
      if let path = accessPath(object) { outcome.whenTrue.facts.insert(.succeeded(path)) }
    case .identifier:
      guard let alias = question(behind: expression, frame) else { break }
      var inner = state
      aliases += 1
      defer { aliases -= 1 }
      let meant = condition(alias, &inner, frame)
      outcome.whenTrue = outcome.whenTrue.and(meant.whenTrue)
      outcome.whenFalse = outcome.whenFalse.and(meant.whenFalse)
    default: break
    }
    return outcome
  }

  /// The question a constant of this frame holds the answer of.
  private func question(behind expression: Expression, _ frame: Frame) -> Expression? {
    guard case .binding(let binding)? = program.references[expression.id],
      program.bindings[binding].kind == .const,
      program.bindings[binding].function == frame.function?.id,
      let value = initialisers[binding], isQuestion(value)
    else { return nil }
    // A question about questions about questions is left open.
    return aliases < Self.mostAliases ? value : nil
  }

  private static var mostAliases: Int { 6 }

  /// Whether an expression asks something that later branches may rely on.
  func isQuestion(_ expression: Expression) -> Bool {
    switch expression.kind {
    case .unary(.not, let operand): isQuestion(operand)
    case .binary(.equal, _, _), .binary(.notEqual, _, _), .binary(.less, _, _),
      .binary(.lessOrEqual, _, _), .binary(.greater, _, _), .binary(.greaterOrEqual, _, _):
      true
    case .logical(.and, let left, let right), .logical(.or, let left, let right):
      isQuestion(left) && isQuestion(right)
    case .member(_, name: "ok", isOptional: _): true
    case .call(let callee, _, _):
      if case .member(_, let name, _) = callee.kind {
        ["startsWith", "isOk", "isErr"].contains(name)
      } else {
        false
      }
    default: false
    }
  }

  private func compare(
    _ comparison: BinaryOperator, _ left: Expression, _ right: Expression,
    _ whole: Expression, _ state: inout PathState, _ frame: Frame
  ) -> ConditionOutcome {
    guard comparison == .equal || comparison == .notEqual else {
      return order(comparison, left, right, whole, &state, frame)
    }
    var outcome: ConditionOutcome
    if isNullish(right) {
      outcome = nullComparison(left, &state, frame)
    } else if isNullish(left) {
      outcome = nullComparison(right, &state, frame)
    } else if case .boolean(let expected) = right.kind, isBoolean(left) {
      outcome = condition(left, &state, frame)
      if !expected { outcome = outcome.negated }
    } else {
      let first = evaluate(left, &state, frame)
      let second = evaluate(right, &state, frame)
      consume(first, at: left.position)
      consume(second, at: right.position)
      outcome = ConditionOutcome(value: first.union(second))
      outcome.whenTrue.routes = routeRefinement(first, equals: second, at: whole.position)
      if case .member(let object, name: "status", isOptional: _) = left.kind,
        let path = accessPath(object), let numbers = second.literalNumbers,
        numbers.allSatisfy({ 200..<300 ~= $0 })
      {
        outcome.whenTrue.facts.insert(.answered(path))
      }
    }
    outcome.value = answer(outcome.value)
    return comparison == .equal ? outcome : outcome.negated
  }

  /// Whether an expression gives `true` or `false` and nothing else.
  private func isBoolean(_ expression: Expression) -> Bool {
    switch expression.kind {
    case .logical: false
    default: isQuestion(expression)
    }
  }

  private func isNullish(_ expression: Expression) -> Bool {
    switch expression.kind {
    case .null, .undefined: true
    default: false
    }
  }

  /// `x === undefined`: the outcome is that of the equality.
  private func nullComparison(
    _ operand: Expression, _ state: inout PathState, _ frame: Frame
  ) -> ConditionOutcome {
    let value = evaluate(operand, &state, frame)
    var outcome = ConditionOutcome(value: value)
    if let call = cacheRead(behind: operand) { outcome.whenTrue.facts.insert(.missed(call)) }
    if let path = accessPath(operand) {
      outcome.whenTrue.facts.insert(.asked(path))
      outcome.whenFalse.facts = [.asked(path)]
      // One comparison tells undefined and null apart, and only one of them is excluded.
      if !value.kinds.isSuperset(of: .nullish) { outcome.whenFalse.facts.insert(.present(path)) }
    }
    return outcome
  }

  /// The number of the `cacheGet` call that an expression is, or whose value a constant holds.
  private func cacheRead(behind expression: Expression) -> Int? {
    switch expression.kind {
    case .call(let callee, _, _):
      guard case .identifier = callee.kind,
        case .module(.cacheGet)? = program.references[callee.id]
      else { return nil }
      return expression.id
    case .identifier:
      guard case .binding(let binding)? = program.references[expression.id],
        !program.bindings[binding].isReassigned, let value = initialisers[binding],
        case .call = value.kind
      else { return nil }
      return cacheRead(behind: value)
    default: return nil
    }
  }

  /// `res.status < 400`: an answer that never came has the status 599.
  private func order(
    _ comparison: BinaryOperator, _ left: Expression, _ right: Expression,
    _ whole: Expression, _ state: inout PathState, _ frame: Frame
  ) -> ConditionOutcome {
    var outcome = ConditionOutcome(value: evaluate(whole, &state, frame))
    guard case .member(let object, name: "status", isOptional: _) = left.kind,
      let path = accessPath(object), case .number(let limit) = right.kind, limit <= 599
    else { return outcome }
    switch comparison {
    case .less, .lessOrEqual:
      if comparison == .less || limit < 599 { outcome.whenTrue.facts.insert(.answered(path)) }
    case .greaterOrEqual: outcome.whenFalse.facts.insert(.answered(path))
    case .greater: if limit < 599 { outcome.whenFalse.facts.insert(.answered(path)) }
    default: break
    }
    return outcome
  }

  private func callCondition(
    _ whole: Expression, _ callee: Expression, _ arguments: [Argument],
    _ state: inout PathState, _ frame: Frame
  ) -> ConditionOutcome {
    var outcome = ConditionOutcome(value: .nothing)
    if case .member(let object, let name, _) = callee.kind {
      if name == "startsWith", arguments.count == 1, !arguments[0].isSpread {
        let text = evaluate(object, &state, frame)
        let start = evaluate(arguments[0].value, &state, frame)
        consume(text, at: object.position)
        consume(start, at: arguments[0].value.position)
        if text.isExactly(.requestPath), let prefixes = start.literalTexts {
          outcome.value = answer(text.union(start))
          outcome.whenTrue.routes = RouteContext(
            alternatives: prefixes.map { .init(method: nil, path: .prefix($0)) })
          return outcome
        }
      }
      if name == "isOk" || name == "isErr", let path = accessPath(object) {
        if name == "isOk" { outcome.whenTrue.facts.insert(.succeeded(path)) }
        if name == "isErr" { outcome.whenFalse.facts.insert(.succeeded(path)) }
      }
    }
    outcome.value = evaluate(whole, &state, frame)
    if let routes = predicateRoutes(callee, whole, state, frame) {
      outcome.whenTrue.routes = outcome.whenTrue.routes.and(routes)
    }
    return outcome
  }

  /// What a call of a helper such as `isGet(req, "/x")` says of the request when it is true.
  private func predicateRoutes(
    _ callee: Expression, _ call: Expression, _ state: PathState, _ frame: Frame
  ) -> RouteContext? {
    guard case .identifier = callee.kind else { return nil }
    var inner = state
    let value = evaluate(callee, &inner, frame)
    guard value.functions.count == 1, let only = value.functions.first,
      case .closure(let id, let parent) = functions[only],
      let function = bodies[id], let body = soleExpression(of: function), isQuestion(body),
      let activation = existingFrame(only, id, parent, call, state, frame)
    else { return nil }
    var state = PathState(
      facts: activation.facts, routes: activation.routes, control: activation.control)
    return condition(body, &state, activation).whenTrue.routes
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
  func answer(_ value: AbstractValue) -> AbstractValue {
    AbstractValue.boolean.labelled(value.labels.of(LabelKind.keptByComparison))
  }

  /// A constant, a parameter that is never assigned to, or fields of one.
  func accessPath(_ expression: Expression) -> AccessPath? {
    switch expression.kind {
    case .identifier:
      guard case .binding(let binding)? = program.references[expression.id],
        !program.bindings[binding].isReassigned
      else { return nil }
      return AccessPath(binding: binding)
    case .member(let object, let name, _):
      guard var path = accessPath(object) else { return nil }
      path.fields.append(name)
      return path
    case .optionalChain(let inner):
      return accessPath(inner)
    default:
      return nil
    }
  }
}
