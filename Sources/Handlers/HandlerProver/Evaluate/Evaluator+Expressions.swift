import Contracts
import Encodings
import HandlerLanguage

extension Evaluator {
  /// Everything an expression's value can be.
  func evaluate(
    _ expression: Expression, _ state: inout PathState, _ frame: Frame
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
  private func asked(
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

  private func evaluateTemplate(
    _ quasis: [StringLiteral], _ values: [Expression], _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    var result = AbstractValue.text(quasis[0].text)
    var parts = [result]
    for (index, expression) in values.enumerated() {
      let value = evaluate(expression, &state, frame)
      render(value, at: expression, &state, frame)
      consumeDeeply(value, at: expression.position)
      parts += [value, .text(quasis[index + 1].text)]
      result = concatenate(concatenate(result, value), parts[parts.count - 1])
    }
    return markup(result, parts)
  }

  private func evaluateArray(
    _ elements: [ArrayElement], _ expression: Expression, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let index = allocate(.array, at: expression, in: frame)
    var places: [ByteName: AbstractValue] = [:]
    var hasSpread = false
    for element in elements {
      switch element {
      case .value(let item):
        let value = evaluate(item, &state, frame)
        if hasSpread {
          grow(index, field: nil, value)
        } else {
          let name = ByteName(String(places.count))
          places[name] = value
          grow(index, name: name, value, isCertain: true)
        }
      case .spread(let source):
        let value = evaluate(source, &state, frame)
        consume(value, at: source.position)
        if !isIterable(value) { addFault(value.labels, &state, frame) }
        grow(index, field: nil, self.elements(of: value))
        grow(index, labels: shapeLabels(value))
        hasSpread = true
      }
    }
    open(index, places, &state, frame)
    return .object(index)
  }

  private func evaluateObject(
    _ members: [ObjectMember], _ expression: Expression, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let index = allocate(.plain, at: expression, in: frame)
    var made = MadeFields()
    for member in members {
      switch member {
      case .property(.literal(let key), let item):
        let value = evaluate(item, &state, frame)
        let name = ByteName(key.text)
        made.fields[name] = value
        made.certain.insert(name)
      case .property(.computed(let key), let item):
        let name = evaluate(key, &state, frame)
        render(name, at: key, &state, frame)
        consume(name, at: key.position)
        let value = evaluate(item, &state, frame)
        grow(index, labels: name.labels.choosing)
        let names = fieldNames(name)
        for key in names {
          guard let key else {
            grow(index, labels: name.labels)
            made.others.formUnion(value)
            continue
          }
          if names.count == 1 { made.fields[ByteName(key)] = value } else { made.join(key, value) }
        }
      case .spread(let source):
        let value = evaluate(source, &state, frame)
        grow(index, labels: spread(value, into: &made, at: source.position))
      }
    }
    finish(index, made, &state, frame)
    return .object(index)
  }

  // What is spread has fewer fields than these, or their names are given up.
  private static let mostSpreadFields = 400

  /// The fields that a literal or a spread makes.
  struct MadeFields {
    var fields: [ByteName: AbstractValue] = [:]
    var certain: Set<ByteName> = []
    var others = AbstractValue.nothing

    /// Of so many fields the names are not told apart.
    mutating func giveUpNames() {
      for value in fields.values { others.formUnion(value) }
      fields = [:]
      certain = []
    }

    mutating func join(_ name: String, _ value: AbstractValue) {
      join(ByteName(name), value)
    }
    mutating func join(_ name: ByteName, _ value: AbstractValue) {
      if fields[name]?.formUnion(value) == nil { fields[name] = value }
    }
  }

  /// Puts what a literal makes into the heap.
  func finish(_ index: Int, _ made: MadeFields, _ state: inout PathState, _ frame: Frame) {
    for (name, value) in made.fields { grow(index, name: name, value) }
    if !made.others.isNothing || !made.others.labels.isEmpty {
      grow(index, field: nil, made.others)
    }
    var certain = made.certain
    // Spreads lose certainty from one pass to the next. What is known at two places of one pass may
    // differ for ever: then only what is certain at both stays.
    if pass > Self.settlingPasses { certain.formIntersection(heap[index].certain) }
    if heap[index].certain != certain {
      heap[index].certain = certain
      hasChanged = true
    }
    if made.others.isNothing, Set(made.fields.keys) == made.certain {
      open(index, made.fields, &state, frame)
    } else {
      state.view[index] = nil
      show(state)
    }
  }

  /// The names a computed key can have; nil stands for any.
  func fieldNames(_ key: AbstractValue) -> [String?] {
    if let texts = key.literalTexts { return texts }
    if let numbers = key.literalNumbers,
      numbers.allSatisfy({ $0 >= 0 && $0 < 1e9 && $0 == $0.rounded() })
    {
      return numbers.map { String(Int($0)) }
    }
    return [nil]
  }

  /// `{...source}`: later fields overwrite what earlier ones said. Gives the labels of the source's
  /// shape.
  func spread(
    _ value: AbstractValue, into made: inout MadeFields, at position: SourcePosition,
    leavingOut excluded: Set<ByteName> = []
  ) -> Labels {
    var labels = value.labels.without([.missing])
    if value.mayBeString { made.others.formUnion(.string.labelled(value.labels)) }
    let sources = value.objects.sorted()
    let isOnlyOne = sources.count == 1 && !value.mayBeNullish
    var certain: Set<ByteName>?
    for source in sources {
      let object = heap[source]
      labels.formUnion(object.labels)
      made.others.formUnion(object.others.adding(value.labels.without([.missing])))
      if object.kind == .result { noteWholeResults(in: .object(source), at: position) }
      if object.kind == .element { continue }
      var sure: Set<ByteName> = []
      for (name, field) in fields(source) where !excluded.contains(name) {
        let copy = field.adding(value.labels.without([.missing]))
        if isCertain(source, name) { sure.insert(name) }
        if isOnlyOne, sure.contains(name) {
          made.fields[name] = copy
        } else {
          made.join(name, copy)
        }
      }
      certain = certain?.intersection(sure) ?? sure
    }
    if !value.mayBeNullish, !value.mayBePrimitive { made.certain.formUnion(certain ?? []) }
    if made.fields.count > Self.mostSpreadFields { made.giveUpNames() }
    return labels
  }

  private func evaluateUnary(
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
  private func evaluateBinary(
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

  private func evaluateLogical(
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

  private func evaluateLogicalAssignment(
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
