import Contracts
import Encodings
import HandlerLanguage

extension Evaluator {
  /// Everything an expression's value can be.
  func evaluate(
    _ expression: Expression, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    nesting += 1
    defer { nesting -= 1 }
    switch expression.kind {
    case .number(let number): return .number(number)
    case .string(let literal):
      let text = AbstractValue.text(literal.text)
      return markup(text, [text])
    case .boolean: return .boolean
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
      case .equal, .notEqual: return condition(expression, &state, frame).value
      default: return evaluateBinary(expression, &state, frame)
      }
    case .logical(let operation, let left, let right):
      return evaluateLogical(operation, left, right, &state, frame)
    case .conditional(let test, let then, let otherwise):
      return branch(test, &state, frame) { evaluate($0 ? then : otherwise, &$1, frame) }
    case .assign(let target, let value):
      let result = evaluate(value, &state, frame)
      assign(result, to: target, &state, frame)
      return result
    case .compoundAssign(let target, let operation, let value):
      let old = evaluate(target, &state, frame)
      let new = evaluate(value, &state, frame)
      consume(old, at: expression.position)
      consume(new, at: value.position)
      var result = combine(operation, old, new)
      if operation == .add { result = markup(result, [old, new]) }
      assign(result, to: target, &state, frame)
      return result
    case .logicalAssign(let target, _, let value):
      let old = evaluate(target, &state, frame)
      var inner = state
      inner.control.formUnion(old.labels.of(LabelKind.followsBranches))
      let result = evaluate(value, &inner, frame).union(
        old.labelled(old.labels.without([.missing])))
      assign(result, to: target, &inner, frame)
      return result
    case .member(let object, let name, let isOptional):
      return evaluateMember(expression, object, name, isOptional, &state, frame)
    case .index(let object, let index, let isOptional):
      return evaluateIndex(object, index, isOptional, &state, frame)
    case .call(let callee, let arguments, let isOptional):
      return evaluateCall(expression, callee, arguments, isOptional, &state, frame)
    case .optionalChain(let inner):
      return evaluate(inner, &state, frame).union(.undefined)
    case .pipeline(let pipeline):
      return evaluatePipeline(pipeline, expression, &state, frame)
    case .match(let match):
      return evaluateMatch(match, &state, frame) { evaluate($0, &$1, frame) }
    case .jsx(let element):
      return evaluateElement(element, expression, &state, frame)
    }
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
    var result = evaluateBranch(true, &whenTrue)
    result.formUnion(evaluateBranch(false, &whenFalse))
    state = .meet(whenTrue, whenFalse, before: before)
    if exits == exitsBefore { state.control = before.control }
    return result.adding(outcome.value.labels.of(LabelKind.followsBranches))
  }

  private func evaluateName(
    _ expression: Expression, _ state: PathState, _ frame: Frame
  ) -> AbstractValue {
    switch program.references[expression.id] {
    case .binding(let binding):
      let owner = frame.owner(of: program.bindings[binding].function)
      return refine(owner?.bindings[binding] ?? .nothing, expression, state)
    case .module(let function): return AbstractValue(functions: [intern(.module(function))])
    case .global(.nan), .global(.infinity): return .number
    case .global(let global): return AbstractValue(functions: [intern(.global(global))])
    case nil: return .nothing
    }
  }

  /// Takes away what the conditions passed so far exclude.
  func refine(
    _ value: AbstractValue, _ expression: Expression, _ state: PathState
  ) -> AbstractValue {
    guard !state.facts.isEmpty, let path = accessPath(expression) else { return value }
    var value = value
    if state.facts.contains(.asked(path)) { value.labels = value.labels.without([.missing]) }
    if path.fields.isEmpty, state.facts.contains(.present(path)) {
      value = value.removing(.nullish)
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
    for element in elements {
      switch element {
      case .value(let item): grow(index, field: nil, evaluate(item, &state, frame))
      case .spread(let source):
        let value = evaluate(source, &state, frame)
        consume(value, at: source.position)
        if value.objects.isEmpty || !value.kinds.isEmpty { addFault(value.labels) }
        grow(index, field: nil, self.elements(of: value))
        grow(index, labels: shapeLabels(value))
      }
    }
    return .object(index)
  }

  private func evaluateObject(
    _ members: [ObjectMember], _ expression: Expression, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let index = allocate(.plain, at: expression, in: frame)
    var certain: Set<ByteName> = []
    for member in members {
      switch member {
      case .property(.literal(let key), let item):
        grow(index, field: key.text, evaluate(item, &state, frame))
        certain.insert(key.text)
      case .property(.computed(let key), let item):
        let name = evaluate(key, &state, frame)
        consume(name, at: key.position)
        let value = evaluate(item, &state, frame)
        grow(index, labels: name.labels)
        for key in fieldNames(name) { grow(index, field: key, value) }
      case .spread(let source):
        let value = evaluate(source, &state, frame)
        certain.formUnion(spread(value, into: index, at: source.position))
      }
    }
    // Spreads lose certainty from one pass to the next. What is known at two places of one pass may
    // differ for ever: then only what is certain at both stays.
    if pass > Self.settlingPasses { certain.formIntersection(heap[index].certain) }
    if heap[index].certain != certain {
      heap[index].certain = certain
      hasChanged = true
    }
    return .object(index)
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

  /// `{...source}`; gives the names of fields that are there whatever the source turns out to be.
  @discardableResult
  func spread(
    _ value: AbstractValue, into target: Int, at position: SourcePosition
  ) -> Set<ByteName> {
    var certain: Set<ByteName>?
    grow(target, labels: value.labels)
    if value.mayBeString { grow(target, field: nil, .string.labelled(value.labels)) }
    for source in value.objects.sorted() {
      let object = heap[source]
      grow(target, labels: object.labels)
      grow(target, field: nil, object.others)
      if object.kind == .result {
        findings?.lose(.resultsSafe, "a Result is spread without a check", at: position)
      }
      for (name, field) in object.fields { grow(target, field: name.text, field) }
      certain = certain?.intersection(object.certain) ?? object.certain
    }
    return value.mayBeNullish ? [] : certain ?? []
  }

  private func evaluateUnary(
    _ operation: UnaryOperator, _ operand: Expression, _ whole: Expression,
    _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    switch operation {
    case .not: return condition(whole, &state, frame).value
    case .typeOf:
      let value = evaluate(operand, &state, frame)
      return AbstractValue.string.labelled(value.labels.of(LabelKind.keptByComparison))
    case .void:
      _ = evaluate(operand, &state, frame)
      return .undefined
    case .minus:
      let value = evaluate(operand, &state, frame)
      consume(value, at: operand.position)
      if let numbers = value.literalNumbers {
        return AbstractValue(numbers: Set(numbers.map { -$0 }), labels: value.labels)
      }
      return numeric(value)
    case .plus, .bitNot:
      let value = evaluate(operand, &state, frame)
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
    consumeDeeply(result, at: first.position)
    // A sum of texts is looked at as a whole, like a template.
    var parts = [result]
    for (operation, right) in spine.reversed() {
      let value = evaluate(right, &state, frame)
      consumeDeeply(value, at: right.position)
      if operation == .in {
        noteUnreadPath(result)
        addFault(value.labels)
      }
      result = combine(operation, result, value)
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
    _ operation: BinaryOperator, _ left: AbstractValue, _ right: AbstractValue
  ) -> AbstractValue {
    switch operation {
    case .add: return concatenate(left, right)
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
      return answer(left.union(right))
    case .in:
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
    switch operation {
    case .coalesce:
      first = evaluate(left, &state, frame).removing(.nullish)
      inner = state
      inner.control.formUnion(first.labels.of(LabelKind.followsBranches))
    case .and, .or:
      let outcome = condition(left, &state, frame)
      first = operation == .or ? outcome.value.removing(.nullish) : outcome.value
      if operation == .and {
        // Objects and functions are never false.
        first.objects = []
        first.functions = []
      }
      inner = state.refined(by: operation == .and ? outcome.whenTrue : outcome.whenFalse)
    }
    first.labels = first.labels.without([.missing])
    let second = evaluate(right, &inner, frame)
    state.control = exits == exitsBefore ? before.control : inner.control
    return first.union(second).adding(first.labels.of(LabelKind.followsBranches))
  }
}
