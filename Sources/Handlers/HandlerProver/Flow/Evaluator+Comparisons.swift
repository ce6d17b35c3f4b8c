import HandlerLanguage

extension Evaluator {
  func compare(
    _ comparison: BinaryOperator, _ left: Expression, _ right: Expression,
    _ whole: Expression, _ state: inout PathState, _ frame: Frame
  ) -> ConditionOutcome {
    switch comparison {
    case .equal, .notEqual: break
    case .in: return membership(left, right, whole, &state, frame)
    default: return order(comparison, left, right, whole, &state, frame)
    }
    var outcome: ConditionOutcome
    if isNullish(right) {
      outcome = nullComparison(left, right, &state, frame)
    } else if isNullish(left) {
      outcome = nullComparison(right, left, &state, frame)
    } else if case .boolean(let expected) = right.kind, isBoolean(left, &state, frame) {
      outcome = condition(left, &state, frame)
      let (isTrue, isFalse) = (outcome.mayBeTrue, outcome.mayBeFalse)
      if !expected { outcome = outcome.negated }
      outcome.value = answer(
        outcome.value, mayBeTrue: expected ? isTrue : isFalse,
        mayBeFalse: expected ? isFalse : isTrue)
    } else {
      outcome = equalityOutcome(left, right, &state, frame)
    }
    if comparison == .equal { return outcome }
    let (isTrue, isFalse) = (outcome.mayBeTrue, outcome.mayBeFalse)
    outcome = outcome.negated
    outcome.value = answer(outcome.value, mayBeTrue: isFalse, mayBeFalse: isTrue)
    return outcome
  }

  /// Whether an expression gives `true` or `false` and nothing else.
  private func isBoolean(
    _ expression: Expression, _ state: inout PathState, _ frame: Frame
  ) -> Bool {
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

  private func equalityOutcome(
    _ left: Expression, _ right: Expression, _ state: inout PathState, _ frame: Frame
  ) -> ConditionOutcome {
    let first = evaluate(left, &state, frame)
    let second = evaluate(right, &state, frame)
    var outcome = ConditionOutcome(value: .nothing)
    let mayBeEqual = mayBeSame(first, second)
    let mayDiffer = !areSame(first, second)
    outcome.value = answer(first.union(second), mayBeTrue: mayBeEqual, mayBeFalse: mayDiffer)
    outcome.whenTrue = equality(first, accessPath(left), second, left, state, at: left.position)
    if second.literalTexts == nil, second.literalNumbers == nil, let path = accessPath(right) {
      narrow(path, from: second, to: first, in: &outcome.whenTrue)
    }
    if let path = accessPath(left) {
      outcome.whenFalse.facts.insert(.asked(path))
      outcome.whenTrue.facts.insert(.asked(path))
      if !second.mayBeNullish { outcome.whenTrue.facts.insert(.present(path)) }
    }
    addAlternatives(of: left, &outcome, state) {
      self.mayBeSame($0, second)
    } isFalse: {
      !self.areSame($0, second)
    }
    if case .unary(.typeOf, let operand) = left.kind {
      addType(of: operand, second, &outcome)
    }
    if case .member(let object, name: "status", isOptional: _) = left.kind,
      let numbers = second.literalNumbers, numbers.allSatisfy({ 200..<300 ~= $0 })
    {
      noteAnswer(of: peek(object, state, frame), accessPath(object), in: &outcome.whenTrue)
    }
    return outcome
  }

  /// `typeof x === "string"` asks whether there is an x.
  private func addType(
    of operand: Expression, _ type: AbstractValue, _ outcome: inout ConditionOutcome
  ) {
    guard let path = accessPath(operand), let names = type.literalTexts else { return }
    outcome.whenTrue.facts.insert(.asked(path))
    outcome.whenFalse.facts.insert(.asked(path))
    if !names.contains("undefined"), !names.contains("object") {
      outcome.whenTrue.facts.insert(.present(path))
    }
    if names == ["undefined"] { outcome.whenFalse.facts.insert(.asked(path)) }
  }

  /// What `value === other` says where it is true.
  func equality(
    _ value: AbstractValue, _ path: AccessPath?, _ other: AbstractValue, _ expression: Expression?,
    _ state: PathState, at position: SourcePosition
  ) -> Refinement {
    var refinement = Refinement(routes: routeRefinement(value, equals: other, at: position))
    if let path { narrow(path, from: value, to: other, in: &refinement) }
    if let expression, let found = alternatives(of: expression, state) {
      refinement.facts.formUnion(common(found) { mayBeSame($0, other) })
    }
    return refinement
  }

  /// A path's value is one of what is known of another value.
  func narrow(
    _ path: AccessPath, from value: AbstractValue, to other: AbstractValue,
    in refinement: inout Refinement
  ) {
    let own: AbstractValue.Kinds = [
      .requestMethod, .requestPath, .methodAndPath, .methodAndSpace,
    ]
    guard value.kinds.isDisjoint(with: own), other.objects.isEmpty, other.functions.isEmpty,
      other.kinds.isSubset(of: [.undefined, .null, .yes, .no]),
      other.strings.allSatisfy({ if case .exact = $0 { true } else { false } })
    else { return }
    refinement.known.narrowed[path] = other.labelled(
      other.labels.union(value.labels).choosing)
  }

  /// Routes that a value of the request is compared with.
  func routes(of value: AbstractValue, among list: AbstractValue) -> RouteContext {
    let isRequest =
      value.isExactly(.requestPath) || value.isExactly(.requestMethod)
      || value.isExactly(.methodAndPath)
    guard isRequest, list.literalTexts != nil else { return .any }
    return routeRefinement(value, equals: list, at: SourcePosition(file: 0, line: 1, column: 1))
  }

  /// `key in table`: the key is one of the table's.
  private func membership(
    _ left: Expression, _ right: Expression, _ whole: Expression, _ state: inout PathState,
    _ frame: Frame
  ) -> ConditionOutcome {
    var outcome = ConditionOutcome(value: evaluate(whole, &state, frame))
    guard let path = accessPath(left) else { return outcome }
    let (key, table) = (peek(left, state, frame), peek(right, state, frame))
    guard !table.objects.isEmpty, !table.mayBePrimitive,
      table.objects.allSatisfy({ heap[$0].kind == .plain && heap[$0].others.isNothing })
    else { return outcome }
    var names = AbstractValue.nothing
    for index in table.objects {
      for name in fields(index).keys { names.formUnion(.text(name.text)) }
    }
    narrow(path, from: key, to: names, in: &outcome.whenTrue)
    outcome.whenTrue.routes = routes(of: key, among: names)
    return outcome
  }

  /// `x === undefined`: the outcome is that of the equality.
  private func nullComparison(
    _ operand: Expression, _ null: Expression, _ state: inout PathState, _ frame: Frame
  ) -> ConditionOutcome {
    let value = evaluate(operand, &state, frame)
    let kind: AbstractValue.Kinds
    if case .null = null.kind { kind = .null } else { kind = .undefined }
    let others = value.removing(kind)
    var outcome = ConditionOutcome(
      value: answer(
        value, mayBeTrue: value.isNothing || !value.kinds.isDisjoint(with: kind),
        mayBeFalse: value.isNothing || !others.isNothing))
    if let call = cacheRead(behind: operand) { outcome.whenTrue.facts.insert(.missed(call)) }
    if let path = accessPath(operand) {
      outcome.whenTrue.facts.insert(.asked(path))
      outcome.whenFalse.facts = [.asked(path)]
      // One comparison tells undefined and null apart, and only one of them is excluded.
      if !others.mayBeNullish { outcome.whenFalse.facts.insert(.present(path)) }
    }
    addAlternatives(of: operand, &outcome, state) {
      !$0.kinds.isDisjoint(with: kind)
    } isFalse: {
      !$0.removing(kind).isNothing
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
      case .number(let limit) = right.kind, limit <= 599
    else { return outcome }
    let value = peek(object, state, frame)
    let path = accessPath(object)
    switch comparison {
    case .less, .lessOrEqual:
      if comparison == .less || limit < 599 { noteAnswer(of: value, path, in: &outcome.whenTrue) }
    case .greaterOrEqual: noteAnswer(of: value, path, in: &outcome.whenFalse)
    case .greater: if limit < 599 { noteAnswer(of: value, path, in: &outcome.whenFalse) }
    default: break
    }
    return outcome
  }

  // MARK: alternatives

  /// The values an expression may have had, with what is known where it had each.
  func alternatives(of expression: Expression, _ state: PathState) -> [Alternative]? {
    switch expression.kind {
    case .identifier:
      guard case .binding(let binding)? = program.references[expression.id] else { return nil }
      return state.alternatives[.binding(binding)]
    case .call, .conditional: return state.alternatives[.expression(expression.id)]
    case .optionalChain(let inner): return alternatives(of: inner, state)
    case .member(let object, let name, _):
      guard let found = alternatives(of: object, state), path(AccessPath(binding: 0), name) != nil
      else { return nil }
      return found.map { one in
        var field = one
        field.value = load(one.value, name, at: expression.position)
        if one.value.mayBeNullish { field.value.formUnion(.undefined) }
        return field
      }
    default: return nil
    }
  }

  /// What all of the alternatives know that something holds of.
  func common(_ found: [Alternative], _ isPossible: (AbstractValue) -> Bool) -> Set<Fact> {
    var all: Set<Fact>?
    for one in found where isPossible(one.value) {
      all = all?.intersection(one.facts) ?? one.facts
    }
    return (all ?? []).filter { $0.object != nil }
  }

  /// What the truth of an expression says about how it came about.
  func addAlternatives(
    of expression: Expression, _ outcome: inout ConditionOutcome, _ state: PathState,
    isTrue: (AbstractValue) -> Bool = { !$0.truthyPart.isNothing },
    isFalse: (AbstractValue) -> Bool = { !$0.falsyPart.isNothing }
  ) {
    guard let found = alternatives(of: expression, state) else { return }
    outcome.whenTrue.facts.formUnion(common(found, isTrue))
    outcome.whenFalse.facts.formUnion(common(found, isFalse))
  }

  /// Whether two values may be equal.
  func mayBeSame(_ a: AbstractValue, _ b: AbstractValue) -> Bool {
    if a.isNothing || b.isNothing { return true }
    if a.literalTexts != nil, b.literalTexts != nil {
      return !a.strings.isDisjoint(with: b.strings)
    }
    if let x = a.literalNumbers, let y = b.literalNumbers { return !Set(x).isDisjoint(with: y) }
    let (x, y) = (types(a), types(b))
    return !x.isDisjoint(with: y)
  }

  /// Whether two values are certainly equal.
  func areSame(_ a: AbstractValue, _ b: AbstractValue) -> Bool {
    if let x = a.literalTexts, b.literalTexts != nil {
      // Lone surrogates are not told apart here.
      return x.count == 1 && a.strings == b.strings && !x[0].unicodeScalars.contains("\u{FFFD}")
    }
    if let x = a.literalNumbers, let y = b.literalNumbers { return x.count == 1 && x == y }
    let single: [AbstractValue.Kinds] = [.undefined, .null, .yes, .no]
    return single.contains { a.isExactly($0) && b.isExactly($0) }
  }

  private func types(_ value: AbstractValue) -> AbstractValue.Kinds {
    var types = value.kinds.intersection([.undefined, .null, .yes, .no])
    if value.mayBeNumber { types.insert(.number) }
    if value.mayBeString { types.insert(.string) }
    // Objects and functions stand for one more kind.
    if !value.objects.isEmpty || !value.functions.isEmpty { types.insert(.methodAndSpace) }
    return types
  }
}
