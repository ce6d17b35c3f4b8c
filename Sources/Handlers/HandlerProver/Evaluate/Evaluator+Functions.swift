import HandlerLanguage

// Calls of the program's own functions.
extension Evaluator {
  func enter(
    _ callee: Int, _ id: Int, _ parent: Int, _ arguments: CallArguments, _ call: Expression,
    _ state: inout PathState, _ caller: Frame
  ) -> AbstractValue {
    guard let function = bodies[id] else { return .nothing }
    let frame = frameFor(callee, function, parent, call, state, caller)
    findings?.entered[.init(call: call.id, frame: caller.id), default: []].insert(frame.id)
    pass(arguments, to: frame, function)
    if !state.control.isSubset(of: frame.control) {
      frame.control.formUnion(state.control)
      hasChanged = true
    }
    let isMany = caller.isMany || loops > 0 || frame.isActive || frame.caller != caller.id
    if isMany, !frame.isMany {
      frame.isMany = true
      hasChanged = true
    }
    let known = knowledge(for: frame, function, arguments, state, caller)
    let entry = frame.entry?.or(known) ?? known
    if entry != frame.entry {
      frame.entry = entry
      hasChanged = true
    }
    if frame.pass != pass {
      if depth >= Self.deepest || nesting >= Self.deepestNesting {
        waiting.append(frame)
      } else {
        evaluateBody(frame)
      }
    }
    comeBack(from: frame, call, &state, caller)
    return frame.returned
  }

  private func pass(_ arguments: CallArguments, to frame: Frame, _ function: Function) {
    // A call with fewer arguments leaves the later ones undefined.
    for place in 0..<max(arguments.positional.count, function.parameters.count) {
      if place == frame.arguments.count { frame.arguments.append(.nothing) }
      if frame.arguments[place].formUnion(arguments[place], isLate: isLate) { hasChanged = true }
    }
    if let spread = arguments.spread, frame.spread.formUnion(spread, isLate: isLate) {
      hasChanged = true
    }
  }

  /// What the call knows that the function can use: about constants that it sees, and about its
  /// arguments under the names of its parameters.
  private func knowledge(
    for frame: Frame, _ function: Function, _ arguments: CallArguments, _ state: PathState,
    _ caller: Frame
  ) -> Knowledge {
    var known = Knowledge()
    guard !state.known.isEmpty else { return known }
    let isInside = !caller.isMany && frame.parent.map { isAround(caller, $0) } ?? false
    func isSeen(_ path: AccessPath) -> Bool {
      let declared = program.bindings[path.binding]
      if declared.isReassigned { return false }
      if declared.function == nil { return true }
      return isInside && declared.function != function.id
    }
    known.facts = state.facts.filter { $0.path.map(isSeen) ?? true }
    known.narrowed = state.known.narrowed.filter { isSeen($0.key) }
    for (place, expression) in arguments.expressions.enumerated()
    where place < function.parameters.count {
      guard case .name(let name) = function.parameters[place].target,
        function.parameters[place].fallback == nil,
        !program.bindings[name.binding].isReassigned, let passed = accessPath(expression)
      else { continue }
      for fact in state.facts {
        if let path = fact.path, let inner = moved(path, from: passed, to: name.binding) {
          known.facts.insert(fact.about(inner))
        }
      }
      for (path, value) in state.known.narrowed {
        if let inner = moved(path, from: passed, to: name.binding) {
          known.narrowed[inner] = value
        }
      }
    }
    return known
  }

  private func isAround(_ outer: Frame, _ frame: Frame) -> Bool {
    var current: Frame? = frame
    while let next = current {
      if next === outer { return true }
      current = next.parent
    }
    return false
  }

  private func moved(
    _ path: AccessPath, from outer: AccessPath, to binding: Int
  ) -> AccessPath? {
    guard path.binding == outer.binding, path.fields.starts(with: outer.fields) else { return nil }
    return AccessPath(binding: binding, fields: Array(path.fields.dropFirst(outer.fields.count)))
  }

  /// What a call leaves behind in its caller.
  private func comeBack(
    from frame: Frame, _ call: Expression, _ state: inout PathState, _ caller: Frame
  ) {
    if !frame.faults.isEmpty { addFault(frame.faults, &state, caller) }
    guard !frame.exits.isEmpty else { return }
    var pending: Indices = []
    for exit in frame.exits.values {
      pending.formUnion(exit.pending)
      state.unsettled.formUnion(exit.unsettled)
    }
    for object in pending { expectOutcome(object, &state) }
    var all: [Alternative] = []
    for (_, exit) in frame.exits.sorted(by: { $0.key < $1.key }) {
      var facts = exit.facts
      // What was not called there has not failed there.
      for object in pending where !exit.pending.contains(object) {
        facts.insert(.success(object))
        facts.insert(.answer(object))
      }
      all.append(Alternative(value: exit.value, status: exit.status, facts: facts))
    }
    state.facts.formUnion(common(all) { _ in true })
    if all.count > 1 || all[0].status != nil {
      state.alternatives[.expression(call.id)] = all
    }
    show(state)
  }

  /// A call that can fail has been made: how it ended is open. If an earlier one of the same
  /// expression is open still, nobody can ask any more.
  func expectOutcome(_ object: Int, _ state: inout PathState) {
    if hides(.failures) { return }
    let isKnown =
      state.facts.contains(.success(object))
      || (heap[object].kind != .result && state.facts.contains(.answer(object)))
    if state.pending.contains(object), !isKnown { state.unsettled.insert(object) }
    state.pending.insert(object)
    outcomesMade[object, default: 0] += 1
    state.facts.remove(.success(object))
    state.facts.remove(.answer(object))
    for (binding, held) in state.holders where held == object { state.holders[binding] = nil }
    show(state)
  }

  private func frameKey(
    _ function: Int, _ parent: Int, _ call: Expression, _ state: PathState, _ caller: Frame
  ) -> Frame.Key {
    Frame.Key(
      function: function, callSite: call.id, parent: parent, phase: caller.phase,
      routes: state.routes)
  }

  private func frameFor(
    _ callee: Int, _ function: Function, _ parent: Int, _ call: Expression, _ state: PathState,
    _ caller: Frame
  ) -> Frame {
    var key = frameKey(function.id, parent, call, state, caller)
    let isShared = sharesFrames
    sharesFrames = false
    if !isShared, let index = frameIndex[key] { return frames[index] }
    if isShared || frames.count >= Self.mostFrames {
      // Too much to tell apart: all calls from now on share one frame for each closure.
      key.callSite = -1
      key.routes = .any
      if let index = frameIndex[key] { return frames[index] }
    }
    let frame = Frame(
      id: frames.count, function: function, parent: frames[parent], callee: callee,
      caller: caller.id, key: key)
    frames.append(frame)
    frameIndex[key] = frame.id
    hasChanged = true
    return frame
  }

  /// The frame a call has led to, when it has one of its own.
  func existingFrame(
    _ function: Int, _ parent: Int, _ call: Expression, _ state: PathState, _ caller: Frame
  ) -> Frame? {
    frameIndex[frameKey(function, parent, call, state, caller)].map { frames[$0] }
  }

  /// Walks a function's body once in this pass.
  func evaluateBody(_ frame: Frame) {
    guard let function = frame.function else { return }
    frame.pass = pass
    let outer = (exits, jumps, loops, view, holders)
    jumps = []
    loops = 0
    depth += 1
    frame.isActive = true
    defer {
      depth -= 1
      frame.isActive = false
      (exits, jumps, loops, view, holders) = outer
    }
    findings?.declaredSpecs.formUnion(function.declaredSpecs)
    var state = PathState(
      known: frame.entry ?? Knowledge(), routes: frame.routes, control: frame.control)
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
    let known = state.known
    for (place, parameter) in function.parameters.enumerated() {
      var value = place < frame.arguments.count ? frame.arguments[place] : .undefined
      value.formUnion(frame.spread)
      bind(parameter.target, value, parameter.fallback, &state, frame)
    }
    state.known.add(known)
    guard let rest = function.rest else { return }
    let object = allocatePart(.array, "rest of \(function.id)", frame, at: function.position)
    for value in frame.arguments.dropFirst(function.parameters.count) {
      grow(object, field: nil, value)
    }
    grow(object, field: nil, frame.spread)
    grow(object, labels: frame.spread.labels.choosing)
    bind(rest, .object(object), &state, frame)
  }

  /// `return expression`, followed into the branches of a ternary or match.
  func evaluateReturn(_ expression: Expression, _ state: inout PathState, _ frame: Frame) {
    nesting += 1
    defer { nesting -= 1 }
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
    default:
      let value = evaluate(expression, &state, frame)
      finish(value, expression, state, frame, at: expression.position)
    }
  }

  // More ways than these out of one function are not told apart.
  private static let mostExits = 24

  /// The function returns a value here.
  func finish(
    _ value: AbstractValue, _ expression: Expression?, _ state: PathState, _ frame: Frame,
    at position: SourcePosition, isEnd: Bool = false
  ) {
    let result = value.adding(state.control)
    if frame.returned.formUnion(result, isLate: isLate) { hasChanged = true }
    let id = expression?.id ?? (isEnd ? -2 : -3)
    let found = expression.flatMap { alternatives(of: $0, state) }
    let all = found ?? [Alternative(value: value, facts: [])]
    for (branch, one) in all.enumerated() {
      let exit = Exit(
        value: one.value.labelled([]), status: one.status,
        facts: state.facts.union(one.facts).filter { $0.object != nil },
        pending: state.pending, unsettled: state.unsettled)
      var place = Exit.Place(expression: id, branch: branch)
      if frame.exits[place] == nil, frame.exits.count >= Self.mostExits {
        place = Exit.Place(expression: -4)
      }
      if frame.exits[place] == nil {
        frame.exits[place] = exit
        hasChanged = true
      } else if frame.exits[place]?.formUnion(exit) == true {
        hasChanged = true
      }
    }
    guard let findings else { return }
    findings.returns[frame.id, default: [:]][
      position, default: .init(expression: expression, isEnd: isEnd, value: .nothing)
    ].value.formUnion(value)
    if let expression, frame.phase == .request {
      if case .call = expression.kind {} else { noteRoute(value, state) }
    }
  }
}

extension Exit.Place: Comparable {
  static func < (a: Exit.Place, b: Exit.Place) -> Bool {
    (a.expression, a.branch) < (b.expression, b.branch)
  }
}
