import HandlerLanguage

extension Evaluator {
  func evaluateUnary(
    _ operation: UnaryOperator, _ operand: Expression, _ whole: Expression,
    _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    switch operation {
    case .not: return asked(whole, &state, frame)
    case .typeOf:
      let value = evaluate(operand, &state, frame)
      return AbstractValue.string.labelled(value.labels.of(LabelKind.keptByComparison))
    case .void:
      _ = evaluate(operand, &state, frame)
      return .undefined
    case .minus:
      let value = evaluate(operand, &state, frame)
      render(value, at: operand, &state, frame)
      consume(value, at: operand.position)
      if let numbers = value.literalNumbers {
        return AbstractValue(numbers: Set(numbers.map { -$0 }), labels: value.labels)
      }
      return numeric(value)
    case .plus, .bitNot:
      let value = evaluate(operand, &state, frame)
      render(value, at: operand, &state, frame)
      consume(value, at: operand.position)
      return numeric(value)
    }
  }

  /// A number made from a value.
  func numeric(_ value: AbstractValue) -> AbstractValue {
    AbstractValue.number.labelled(deepLabels(value).without(LabelKind.droppedByNumber))
  }

  /// Long sums lean to the left: they are walked in a loop.
  func evaluateBinary(
    _ expression: Expression, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    var spine: [(BinaryOperator, Expression)] = []
    var first = expression
    while case .binary(let operation, let left, let right) = first.kind,
      operation != .equal, operation != .notEqual
    {
      spine.append((operation, right))
      first = left
    }
    var result = evaluate(first, &state, frame)
    render(result, at: first, &state, frame)
    consumeDeeply(result, at: first.position)
    // A sum of texts is looked at as a whole, like a template.
    var parts = [result]
    for (operation, right) in spine.reversed() {
      let value = evaluate(right, &state, frame)
      render(value, at: right, &state, frame)
      consumeDeeply(value, at: right.position)
      if operation == .in { noteUnreadPath(result) }
      result = combine(operation, result, value, &state)
      if operation == .add {
        parts.append(value)
        result = markup(result, parts)
      } else {
        parts = [result]
      }
    }
    return result
  }

  /// A text with the labels that its place in HTML gives to what is in it.
  func markup(_ text: AbstractValue, _ parts: [AbstractValue]) -> AbstractValue {
    var text = text
    text.labels = text.labels.without([.openMarkup]).union(markupLabels(parts))
    return text
  }

  /// The value of `a op b`.
  func combine(
    _ operation: BinaryOperator, _ left: AbstractValue, _ right: AbstractValue,
    _ state: inout PathState
  ) -> AbstractValue {
    switch operation {
    case .add: return concatenate(left, right)
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
      return answer(left.union(right))
    case .in:
      if right.mayBePrimitive || !right.functions.isEmpty { addFault(right.labels, &state, nil) }
      // Whether a field is there depends on the branches that store it.
      return answer(left.labelled(left.labels.union(deepLabels(right))))
    default:
      return numeric(left.union(right))
    }
  }

  func evaluateLogical(
    _ operation: LogicalOperator, _ left: Expression, _ right: Expression,
    _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let before = state
    let exitsBefore = exits
    var first: AbstractValue
    var inner: PathState
    var mayGoOn = true
    switch operation {
    case .coalesce:
      let value = evaluate(left, &state, frame)
      mayGoOn = value.mayBeNullish || value.isNothing
      first = value.removing(.nullish)
      inner = state
      inner.control.formUnion(value.labels.of(LabelKind.followsBranches))
    case .and, .or:
      let outcome = condition(left, &state, frame)
      first = operation == .or ? outcome.value.truthyPart : outcome.value.falsyPart
      if outcome.value.isNothing { first = outcome.value }
      mayGoOn = operation == .and ? outcome.mayBeTrue : outcome.mayBeFalse
      inner = state.refined(by: operation == .and ? outcome.whenTrue : outcome.whenFalse)
    }
    first.labels = first.labels.without([.missing])
    var second = AbstractValue.nothing
    if mayGoOn {
      second = evaluate(right, &inner, frame)
      let decided = inner.control
      state = .meet(state, inner, before: before)
      state.control = exits == exitsBefore ? before.control : decided
    } else {
      state.control = exits == exitsBefore ? before.control : state.control
    }
    return first.union(second).adding(first.labels.of(LabelKind.followsBranches))
  }

  func evaluateLogicalAssignment(
    _ target: AssignmentTarget, _ operation: LogicalOperator, _ value: Expression,
    _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let place = evaluate(placeOf: target, &state, frame)
    let old = load(place, target, state, frame)
    let before = state
    let exitsBefore = exits
    var inner = state
    inner.control.formUnion(old.labels.of(LabelKind.followsBranches))
    let new = evaluate(value, &inner, frame)
    var kept = old.labelled(old.labels.without([.missing]))
    if operation == .coalesce { kept = kept.removing(.nullish) }
    let result = new.union(kept)
    assign(result, to: place, &inner, frame)
    let control = inner.control
    state = .meet(inner, state, before: before)
    // What the variable holds where nothing is assigned is part of the result.
    if case .variable(let binding?, _) = place { state.locals[binding] = inner.locals[binding] }
    state.control = exits == exitsBefore ? before.control : control
    return result
  }
}
