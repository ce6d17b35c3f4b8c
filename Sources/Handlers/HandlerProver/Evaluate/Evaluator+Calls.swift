import HandlerLanguage

extension Evaluator {
  /// The value of a function expression made in a frame.
  func closure(_ function: Function, _ frame: Frame) -> AbstractValue {
    if bodies[function.id] == nil { bodies[function.id] = function }
    return AbstractValue(functions: [intern(.closure(function.id, frame: frame.id))])
  }

  func evaluateCall(
    _ call: Expression, _ callee: Expression, _ arguments: [Argument], _ isOptional: Bool,
    _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    state.alternatives[.expression(call.id)] = nil
    switch callee.kind {
    case .member(let object, let name, let isOptionalMember):
      if case .identifier = object.kind,
        case .global(let global)? = program.references[object.id], !global.isNumber
      {
        let function = globalMember(global, name)
        let passed = evaluateArguments(arguments, &state, frame)
        return invoke(function, passed, call, &state, frame)
      }
      let receiver = evaluate(object, &state, frame)
      reach(receiver, at: object.position, isOptionalMember, &state, frame)
      return callMethod(
        name, of: receiver, object, arguments, call, isOptional, &state, frame)
    case .index(let object, let index, let isOptionalMember):
      let receiver = evaluate(object, &state, frame)
      reach(receiver, at: object.position, isOptionalMember, &state, frame)
      let key = evaluate(index, &state, frame)
      render(key, at: index, &state, frame)
      consume(key, at: index.position)
      if case .string(let literal) = index.kind {
        return callMethod(
          literal.text, of: receiver, object, arguments, call, isOptional, &state, frame)
      }
      return callField(
        load(receiver, key, object, state), receiver, key, arguments, call, isOptional, &state,
        frame)
    default:
      let function = evaluate(callee, &state, frame)
      if isOptional {
        chooses(function, &state)
      } else {
        reach(function, at: callee.position, false, &state, frame)
      }
      let passed = evaluateArguments(arguments, &state, frame)
      note(function, calledAt: call, frame)
      mayBeNoFunction(function, isOptional, &state, frame)
      return invoke(function, passed, call, &state, frame)
    }
  }

  /// `f?.(…)`: whether there is a function decides about the arguments, too.
  private func chooses(_ function: AbstractValue, _ state: inout PathState) {
    if function.mayBeNullish {
      state.control.formUnion(function.labels.of(LabelKind.followsBranches))
    }
  }

  /// Calling what is no function is a fault.
  func mayBeNoFunction(
    _ function: AbstractValue, _ isOptional: Bool, _ state: inout PathState, _ frame: Frame
  ) {
    let value = isOptional ? function.removing(.nullish) : function
    if value.mayBePrimitive || !value.objects.isEmpty || value.isNothing {
      addFault(function.labels, &state, frame)
    }
  }

  /// `receiver[key](…)`: a field; methods are called by name only. What would happen if one were
  /// called all the same is nothing worse than what a call of anything does.
  private func callField(
    _ function: AbstractValue, _ receiver: AbstractValue, _ key: AbstractValue,
    _ arguments: [Argument], _ call: Expression, _ isOptional: Bool, _ state: inout PathState,
    _ frame: Frame
  ) -> AbstractValue {
    if isOptional { chooses(function, &state) }
    let passed = evaluateArguments(arguments, &state, frame)
    note(function, calledAt: call, frame)
    mayBeNoFunction(function, isOptional, &state, frame)
    var result = invoke(function, passed, call, &state, frame)
    let parts = receiver.mayBePrimitive || receiver.objects.contains { heap[$0].kind != .plain }
    if parts {
      result.formUnion(anything([receiver, key] + passed.positional + [passed.spread ?? .nothing]))
    }
    return result
  }

  /// `receiver.name(…)`: a function in a field, or a method of the receiver's kind.
  private func callMethod(
    _ name: String, of receiver: AbstractValue, _ object: Expression, _ arguments: [Argument],
    _ call: Expression, _ isOptional: Bool, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    if name == "unwrap" { noteResultUse(receiver, object, state, at: call.position) }
    let function = load(receiver, name, at: object.position)
    let found = methods(named: name, of: receiver)
    if isOptional, found.isEmpty { chooses(function, &state) }
    let passed = evaluateArguments(arguments, &state, frame)
    note(function, calledAt: call, frame)
    if found.isEmpty {
      mayBeNoFunction(function, isOptional, &state, frame)
    } else if mayLack(name, receiver, function), !isOptional {
      addFault(receiver.labels.union(function.labels), &state, frame)
    }
    guard !found.isEmpty else { return invoke(function, passed, call, &state, frame) }
    let before = state
    var result = AbstractValue.nothing
    if !function.functions.isEmpty {
      var other = state
      result = invoke(function, passed, call, &other, frame)
      for method in found {
        var one = before
        result.formUnion(self.call(method, on: receiver, passed, call, &one, frame))
        other = .meet(other, one, before: before)
      }
      state = other
    } else {
      for method in found {
        result.formUnion(self.call(method, on: receiver, passed, call, &state, frame))
      }
    }
    show(state)
    return result
  }

  func evaluateArguments(
    _ arguments: [Argument], _ state: inout PathState, _ frame: Frame
  ) -> CallArguments {
    var passed = CallArguments()
    for argument in arguments {
      let value = evaluate(argument.value, &state, frame)
      if argument.isSpread {
        consume(value, at: argument.value.position)
        if !isIterable(value) { addFault(value.labels, &state, frame) }
        passed.spread = (passed.spread ?? .nothing).union(elements(of: value))
          .adding(shapeLabels(value))
      } else if let spread = passed.spread {
        passed.spread = spread.union(value)
      } else {
        passed.positional.append(value)
        passed.expressions.append(argument.value)
      }
    }
    return passed
  }

  /// What is called at a place, as against what a built-in function that is called there calls.
  func note(_ function: AbstractValue, calledAt call: Expression, _ frame: Frame) {
    guard let findings else { return }
    findings.callees[.init(call: call.id, frame: frame.id), default: []]
      .formUnion(function.functions)
  }

  /// Calls everything that a value may be.
  @discardableResult
  func invoke(
    _ function: AbstractValue, _ arguments: CallArguments, _ call: Expression,
    _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    if !function.functions.isEmpty, hides(.callbacks) { return .nothing }
    let before = state
    let exitsBefore = exits
    var result = AbstractValue.nothing
    // What decided which function it is decides what is done.
    state.control.formUnion(function.labels.of(LabelKind.followsBranches))
    if function.functions.count == 1, let only = function.functions.first {
      result = invoke(only, arguments, call, &state, frame)
    } else {
      let start = state
      var met: PathState?
      var ways: [(pending: Indices, found: [Alternative])] = []
      for index in function.functions {
        var one = start
        sharesFrames = function.functions.count > Self.mostCallees
        let value = invoke(index, arguments, call, &one, frame)
        sharesFrames = false
        result.formUnion(value)
        let found =
          one.alternatives[.expression(call.id)] ?? [Alternative(value: value, facts: one.facts)]
        ways.append((one.pending, found))
        one.alternatives[.expression(call.id)] = nil
        met = met.map { .meet($0, one, before: start) } ?? one
      }
      state = met ?? start
      state.alternatives[.expression(call.id)] = together(ways, state.pending)
    }
    if exits == exitsBefore { state.control = before.control }
    state.routes = before.routes
    show(state)
    return choose(result, by: function.labels)
  }

  // More ways than these are not told apart, nor more functions that may be called at one place.
  private static let mostWays = 64
  private static let mostCallees = 24

  /// The ways in which one of several functions has ended: what was not called there has not failed.
  private func together(
    _ ways: [(pending: Indices, found: [Alternative])], _ pending: Indices
  ) -> [Alternative]? {
    guard !pending.isEmpty, ways.reduce(0, { $0 + $1.found.count }) <= Self.mostWays else {
      return nil
    }
    return ways.flatMap { way in
      way.found.map { one in
        var end = one
        for object in pending where !way.pending.contains(object) {
          end.facts.insert(.success(object))
          end.facts.insert(.answer(object))
        }
        return end
      }
    }
  }

  /// Calls a callback as often as a built-in function may do: how often depends on `count`, and
  /// what one run does and, with `answersDecide`, answers may decide about the next.
  func invokeRepeatedly(
    _ function: AbstractValue, _ arguments: CallArguments, _ call: Expression, count: Labels,
    answersDecide: Bool, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let place = Findings.CallPlace(call: call.id, frame: frame.id)
    let before = state
    let exitsBefore = exits
    state.control.formUnion(count.of(LabelKind.followsBranches))
    if let earlier = repeated[place] { state.control.formUnion(earlier) }
    loops += 1
    let start = state
    let result = invoke(function, arguments, call, &state, frame)
    loops -= 1
    var deciding = state.control
    if answersDecide { deciding.formUnion(deepLabels(result).of(LabelKind.followsBranches)) }
    if !deciding.isSubset(of: repeated[place] ?? []) {
      repeated[place, default: []].formUnion(deciding)
      hasChanged = true
    }
    state.alternatives[.expression(call.id)] = nil
    // It may not be called at all.
    state = .meet(state, start, before: before)
    state.control = exits == exitsBefore ? before.control : deciding
    state.routes = before.routes
    show(state)
    return result
  }

  private func invoke(
    _ index: Int, _ arguments: CallArguments, _ call: Expression, _ state: inout PathState,
    _ frame: Frame
  ) -> AbstractValue {
    switch functions[index] {
    case .closure(let id, let parent):
      return looking(at: nil, &state) {
        enter(index, id, parent, arguments, call, &$0, frame)
      }
    case .module(let function):
      return looking(at: .module(function), &state) {
        callModule(function, arguments, call, &$0, frame)
      }
    case .global(let global):
      return looking(at: .global(global), &state) {
        callGlobal(global, arguments, call, &$0, frame)
      }
    case .member(let member):
      return looking(at: .member(member), &state) {
        callMember(member, arguments, call, &$0, frame)
      }
    case .guarded(let inner):
      return invoke(inner, arguments, call, &state, frame)
    case .sequence(let sequence):
      return callSequence(sequence, arguments, call, &state, frame)
    case .method(let name, let receiver):
      addFault([], &state, frame)
      let value = receivers[receiver]
      var result = load(value, name, at: call.position)
      if name == "unwrap" { noteResultUse(value, nil, state, at: call.position) }
      for method in methods(named: name, of: value) {
        result.formUnion(self.call(method, on: value, arguments, call, &state, frame))
      }
      return result
    }
  }

  /// A method that is read off its receiver. That is a fault when it happens; what a call of it
  /// would do is looked at all the same.
  func detachedMethod(
    _ name: String, of value: AbstractValue, at object: Expression, _ state: inout PathState,
    _ frame: Frame
  ) -> AbstractValue {
    let found = methods(named: name, of: value)
    guard !found.isEmpty, value.objects.allSatisfy({ heap[$0].kind != .data }) else {
      return .nothing
    }
    addFault(value.labels, &state, frame)
    let index: Int
    if let known = receiverIndex[object.id] {
      index = known
      if receivers[index].formUnion(value) { hasChanged = true }
    } else {
      index = receivers.count
      receivers.append(value)
      receiverIndex[object.id] = index
      hasChanged = true
    }
    return AbstractValue(
      functions: [intern(.method(name, receiver: index))], labels: value.labels)
  }

  /// What an operation gives of which nothing is known: anything with every label of every operand.
  func anything(_ operands: [AbstractValue]) -> AbstractValue {
    var result = AbstractValue(kinds: .anyData)
    for operand in operands {
      result.labels.formUnion(deepLabels(operand).without([.missing]))
      result.objects.formUnion(operand.objects)
      result.functions.formUnion(operand.functions)
    }
    if !result.objects.isEmpty { result.formUnion(reachable(from: result)) }
    result.labels = result.labels.decoded
    return result
  }
}
