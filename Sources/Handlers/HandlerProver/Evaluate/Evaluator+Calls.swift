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
    switch callee.kind {
    case .member(let object, let name, let isOptionalMember):
      if case .identifier = object.kind,
        case .global(let global)? = program.references[object.id]
      {
        let function = globalMember(global, name)
        let passed = evaluateArguments(arguments, &state, frame)
        return invoke(function, passed, call, state, frame)
      }
      let receiver = evaluate(object, &state, frame)
      if !isOptionalMember { touch(receiver, at: object.position) }
      return callMethod(
        name, of: receiver, object, arguments, call, isOptional, &state, frame)
    case .index(let object, let index, let isOptionalMember):
      let receiver = evaluate(object, &state, frame)
      if !isOptionalMember { touch(receiver, at: object.position) }
      let key = evaluate(index, &state, frame)
      consume(key, at: index.position)
      if let names = key.literalTexts {
        return names.reduce(into: AbstractValue.nothing) { result, name in
          result.formUnion(
            callMethod(name, of: receiver, object, arguments, call, isOptional, &state, frame))
        }
      }
      let function = evaluateIndex(object, index, isOptionalMember, &state, frame)
      let passed = evaluateArguments(arguments, &state, frame)
      note(function, calledAt: call, frame)
      var result = invoke(function, passed, call, state, frame)
      result.formUnion(callUnknownMethod(of: receiver, passed, call, state, frame))
      return result.adding(key.labels.of(LabelKind.followsBranches))
    default:
      let function = evaluate(callee, &state, frame)
      if !isOptional { touch(function, at: callee.position) }
      let passed = evaluateArguments(arguments, &state, frame)
      note(function, calledAt: call, frame)
      return invoke(function, passed, call, state, frame)
        .adding(function.labels.of(LabelKind.followsBranches))
    }
  }

  /// `receiver.name(…)`: a function in a field, or a method of the receiver's kind.
  private func callMethod(
    _ name: String, of receiver: AbstractValue, _ object: Expression, _ arguments: [Argument],
    _ call: Expression, _ isOptional: Bool, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    if name == "unwrap" { noteResultUse(receiver, object, state, at: call.position) }
    let function = load(receiver, name, at: object.position)
    let passed = evaluateArguments(arguments, &state, frame)
    note(function, calledAt: call, frame)
    var result = invoke(function, passed, call, state, frame)
    for method in methods(named: name, of: receiver) {
      result.formUnion(self.call(method, on: receiver, passed, call, state, frame))
    }
    if !function.functions.isEmpty, function.mayBeNullish, !isOptional { addFault(function.labels) }
    return result.adding(receiver.labels.of(LabelKind.followsBranches))
  }

  func evaluateArguments(
    _ arguments: [Argument], _ state: inout PathState, _ frame: Frame
  ) -> CallArguments {
    var passed = CallArguments()
    for argument in arguments {
      let value = evaluate(argument.value, &state, frame)
      if argument.isSpread {
        consume(value, at: argument.value.position)
        passed.spread = (passed.spread ?? .nothing).union(elements(of: value))
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
    _ state: PathState, _ frame: Frame
  ) -> AbstractValue {
    var result = AbstractValue.nothing
    var state = state
    // What decided which function it is decides what is done.
    state.control.formUnion(function.labels.of(LabelKind.followsBranches))
    for index in function.functions.sorted() {
      result.formUnion(invoke(index, arguments, call, state, frame))
    }
    return result
  }

  private func invoke(
    _ index: Int, _ arguments: CallArguments, _ call: Expression, _ state: PathState,
    _ frame: Frame
  ) -> AbstractValue {
    switch functions[index] {
    case .closure(let id, let parent):
      return enter(index, id, parent, arguments, call, state, frame)
    case .module(let function):
      return callModule(function, arguments, call, state, frame)
    case .global(let global):
      return callGlobal(global, arguments, call, state, frame)
    case .member(let member):
      return callMember(member, arguments, call, state, frame)
    case .guarded(let inner):
      return invoke(inner, arguments, call, state, frame)
    case .sequence(let sequence):
      return callSequence(sequence, arguments, call, state, frame)
    }
  }

  // MARK: closures

  private func enter(
    _ callee: Int, _ id: Int, _ parent: Int, _ arguments: CallArguments, _ call: Expression,
    _ state: PathState, _ caller: Frame
  ) -> AbstractValue {
    guard let function = bodies[id] else { return .nothing }
    let frame = frameFor(callee, function, parent, call, state, caller)
    findings?.entered[.init(call: call.id, frame: caller.id), default: []].insert(frame.id)
    for (place, value) in arguments.positional.enumerated() {
      if place == frame.arguments.count { frame.arguments.append(.nothing) }
      if frame.arguments[place].formUnion(value) { hasChanged = true }
    }
    // A call with fewer arguments leaves the later ones undefined.
    for place in arguments.positional
      .count..<max(arguments.positional.count, function.parameters.count)
    {
      if place == frame.arguments.count { frame.arguments.append(.nothing) }
      if frame.arguments[place].formUnion(arguments[place]) { hasChanged = true }
    }
    if let spread = arguments.spread, frame.spread.formUnion(spread) { hasChanged = true }
    if !state.control.isSubset(of: frame.control) {
      frame.control.formUnion(state.control)
      hasChanged = true
    }
    if frame.pass != pass {
      if depth >= Self.deepest || nesting >= Self.deepestNesting {
        waiting.append(frame)
      } else {
        evaluateBody(frame)
      }
    }
    return frame.returned
  }

  private func frameKey(
    _ function: Int, _ parent: Int, _ call: Expression, _ state: PathState, _ caller: Frame
  ) -> Frame.Key {
    let facts = state.facts.filter { fact in
      fact.binding.map { program.bindings[$0].function == nil } ?? false
    }
    return Frame.Key(
      function: function, callSite: call.id, parent: parent, phase: caller.phase,
      routes: state.routes, facts: facts)
  }

  private func frameFor(
    _ callee: Int, _ function: Function, _ parent: Int, _ call: Expression, _ state: PathState,
    _ caller: Frame
  ) -> Frame {
    var key = frameKey(function.id, parent, call, state, caller)
    var isTail = caller.isTail && returnedCalls.contains(call.id)
    if let index = frameIndex[key] { return frames[index] }
    if frames.count >= Self.mostFrames {
      // Too much to tell apart: all calls from now on share one frame for each closure.
      key.callSite = -1
      key.routes = .any
      key.facts = []
      isTail = false
      if let index = frameIndex[key] { return frames[index] }
    }
    let frame = Frame(
      id: frames.count, function: function, parent: frames[parent], callee: callee, isTail: isTail,
      key: key)
    frames.append(frame)
    frameIndex[key] = frame.id
    hasChanged = true
    return frame
  }

  /// The frame a call has led to, when it has one of its own.
  func existingFrame(
    _ callee: Int, _ function: Int, _ parent: Int, _ call: Expression, _ state: PathState,
    _ caller: Frame
  ) -> Frame? {
    frameIndex[frameKey(function, parent, call, state, caller)].map { frames[$0] }
  }

  /// Walks a function's body once in this pass.
  func evaluateBody(_ frame: Frame) {
    guard let function = frame.function else { return }
    frame.pass = pass
    let outerExits = exits
    let outerJumps = jumps
    jumps = []
    depth += 1
    defer {
      depth -= 1
      exits = outerExits
      jumps = outerJumps
    }
    findings?.declaredSpecs.formUnion(function.declaredSpecs)
    var state = PathState(facts: frame.facts, routes: frame.routes, control: frame.control)
    if let name = function.selfBinding {
      grow(frame, binding: name.binding, AbstractValue(functions: [frame.callee]))
    }
    bindParameters(function, &state, frame)
    switch function.body {
    case .expression(let expression):
      evaluateReturn(expression, &state, frame)
    case .block(let statements):
      execute(statements, &state, frame)
      if state.isReachable {
        finish(.undefined, nil, state, frame, at: function.position, isEnd: true)
      }
    }
  }

  private func bindParameters(_ function: Function, _ state: inout PathState, _ frame: Frame) {
    for (place, parameter) in function.parameters.enumerated() {
      var value = place < frame.arguments.count ? frame.arguments[place] : .undefined
      value.formUnion(frame.spread)
      bind(parameter.target, value, parameter.fallback, &state, frame)
    }
    guard let rest = function.rest else { return }
    let object = allocatePart(.array, "rest of \(function.id)", frame, at: function.position)
    for value in frame.arguments.dropFirst(function.parameters.count) {
      grow(object, field: nil, value)
    }
    grow(object, field: nil, frame.spread)
    bind(rest, .object(object), &state, frame)
  }

  /// `return expression`, followed into the branches of a ternary or match.
  func evaluateReturn(_ expression: Expression, _ state: inout PathState, _ frame: Frame) {
    switch expression.kind {
    case .conditional(let test, let then, let otherwise):
      _ = branch(test, &state, frame) {
        evaluateReturn($0 ? then : otherwise, &$1, frame)
        return .nothing
      }
    case .match(let match):
      _ = evaluateMatch(match, &state, frame) {
        evaluateReturn($0, &$1, frame)
        return .nothing
      } missing: {
        finish(.undefined, expression, $0, frame, at: expression.position)
      }
    case .call:
      returnedCalls.insert(expression.id)
      fallthrough
    default:
      let value = evaluate(expression, &state, frame)
      finish(value, expression, state, frame, at: expression.position)
    }
  }

  /// The function returns a value here.
  func finish(
    _ value: AbstractValue, _ expression: Expression?, _ state: PathState, _ frame: Frame,
    at position: SourcePosition, isEnd: Bool = false
  ) {
    let result = value.adding(state.control)
    if frame.returned.formUnion(result) { hasChanged = true }
    guard let findings else { return }
    findings.returns[frame.id, default: [:]][
      position, default: .init(expression: expression, isEnd: isEnd, value: .nothing)
    ].value.formUnion(value)
    if let expression, frame.phase == .request {
      if case .call = expression.kind {} else { noteRoute(value, state) }
    }
    checkOutcomes(value, expression, state, frame)
  }
}
