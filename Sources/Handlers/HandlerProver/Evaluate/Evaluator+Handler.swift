import HandlerLanguage

extension Evaluator {
  private static var start: SourcePosition { SourcePosition(file: 0, line: 1, column: 1) }

  /// A call that stands nowhere in the source: the one that the runtime makes.
  private var runtimeCall: Expression {
    Expression(position: Self.start, id: -2, kind: .undefined)
  }

  /// Calls the handler with a request and looks at what it returns.
  func runHandler(_ started: PathState) {
    var state = PathState()
    let handler: AbstractValue
    switch program.handler {
    case .binding(let binding): handler = moduleFrame.bindings[binding] ?? .nothing
    case .defaultExport(let expression):
      var atStart = started
      handler = evaluate(expression, &atStart, moduleFrame)
    }
    let arguments = CallArguments(positional: [request()])
    note(handler, calledAt: runtimeCall, outside)
    view = [:]
    let response = invoke(handler, arguments, runtimeCall, &state, outside)
    checkResponse(response, handler)
    let all =
      state.alternatives[.expression(runtimeCall.id)]
      ?? [Alternative(value: response, facts: [])]
    checkOutcomes(all, state)
  }

  /// The call of the handler, as the last pass has noted it.
  var handlerCall: Findings.CallPlace { .init(call: runtimeCall.id, frame: outside.id) }

  /// The handler's `req`.
  func request() -> AbstractValue {
    let call = runtimeCall
    let frame = outside
    let request = allocate(.request, at: call, in: frame)
    let headers = allocate(.headers, at: call, part: "headers", in: frame)
    let query = allocate(.plain, at: call, part: "query", in: frame)
    requestHeaders = headers
    requestQuery = query
    let data = LabelKind.raw.union([.request])
    func raw(_ name: String, _ more: LabelKinds = []) -> Labels {
      labels(data.union(more), name, at: Self.start)
    }
    grow(
      headers, field: nil,
      AbstractValue(kinds: .string, labels: raw("headers", [.credential])))
    grow(query, field: nil, AbstractValue(kinds: .string, labels: raw("req.query")))
    // Its keys are the request's, too.
    grow(query, labels: raw("req.query"))
    let fields: [(String, AbstractValue)] = [
      ("method", AbstractValue(kinds: .requestMethod, labels: raw("req.method"))),
      ("path", AbstractValue(kinds: .requestPath, labels: raw("req.path", [.path]))),
      ("url", AbstractValue(kinds: .requestPath, labels: raw("req.url", [.path]))),
      ("query", .object(query)),
      ("headers", .object(headers)),
      ("body", AbstractValue(kinds: [.string, .undefined], labels: raw("req.body"))),
    ]
    for (name, value) in fields { grow(request, field: name, value, isCertain: true) }
    // No route has been matched yet.
    let parameters = allocate(.plain, at: call, part: "params", in: frame)
    grow(request, field: "params", .object(parameters), isCertain: true)
    return .object(request)
  }

  /// `a |> b`.
  func evaluatePipeline(
    _ pipeline: Pipeline, _ expression: Expression, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let members = pipeline.members.map { evaluate($0, &state, frame) }
    if pipeline.role == .sequence {
      return sequence(of: members, spread: nil, at: expression, frame)
    }
    var value = members[0]
    for (place, function) in members.enumerated().dropFirst() {
      consume(function, at: pipeline.members[place].position)
      var arguments = CallArguments(positional: [value])
      arguments.expressions = [pipeline.members[place - 1]]
      note(function, calledAt: pipeline.members[place], frame)
      mayBeNoFunction(function, false, &state, frame)
      value = invoke(function, arguments, pipeline.members[place], &state, frame)
    }
    return value
  }

  /// A handler made of guards and one plain function.
  func sequence(
    of members: [AbstractValue], spread: AbstractValue?, at expression: Expression, _ frame: Frame
  ) -> AbstractValue {
    let key = Allocation(site: expression.id, part: "sequence", frame: frame.id)
    if let index = sequenceIndex[key] {
      while sequences[index].members.count < members.count {
        sequences[index].members.append(.nothing)
        hasChanged = true
      }
      for (place, value) in members.enumerated() {
        if sequences[index].members[place].formUnion(value) { hasChanged = true }
      }
      if let spread {
        var joined = sequences[index].spread ?? .nothing
        if joined.formUnion(spread) || sequences[index].spread == nil { hasChanged = true }
        sequences[index].spread = joined
      }
      return AbstractValue(functions: [intern(.sequence(index))])
    }
    sequences.append(GuardSequence(members: members, spread: spread, expression: expression))
    sequenceIndex[key] = sequences.count - 1
    return AbstractValue(functions: [intern(.sequence(sequences.count - 1))])
  }

  /// Guards before the plain function get the request, those behind it the response.
  func callSequence(
    _ index: Int, _ arguments: CallArguments, _ call: Expression, _ state: inout PathState,
    _ frame: Frame
  ) -> AbstractValue {
    if sequences[index].isEntered {
      if sequences[index].arguments.formUnion(arguments) { hasChanged = true }
      return sequences[index].given
    }
    sequences[index].isEntered = true
    defer { sequences[index].isEntered = false }
    let sequence = sequences[index]
    var arguments = arguments
    if !sequence.arguments.positional.isEmpty || sequence.arguments.spread != nil {
      _ = arguments.formUnion(sequence.arguments)
    }
    var run = SequenceRun(arguments: arguments)
    let exitsBefore = exits
    let before = state
    for (place, member) in sequence.members.enumerated() {
      step(member, place, of: sequence, &run, &state, frame)
    }
    if let spread = sequence.spread { runUnknown(spread, sequence, &run, &state, frame) }
    if sequences[index].given.formUnion(run.response) { hasChanged = true }
    state.alternatives[.expression(call.id)] = run.finals
    // What is known behind a guard is not known of what it has answered itself.
    let ends = run.finals.map(\.facts)
    state.facts = state.facts.filter { fact in
      fact.object == nil || ends.allSatisfy { $0.contains(fact) }
    }
    exits -= run.guards
    if exits == exitsBefore { state.control = before.control }
    return run.response
  }

  /// How far a sequence has come.
  private struct SequenceRun {
    var arguments: CallArguments
    var response = AbstractValue.nothing
    var isBehind = false
    /// Guards that may have ended it.
    var guards = 0
    /// What may be answered in the end.
    var finals: [Alternative] = []
  }

  private func step(
    _ member: AbstractValue, _ place: Int, of sequence: GuardSequence, _ run: inout SequenceRun,
    _ state: inout PathState, _ frame: Frame
  ) {
    mayBeNoFunction(member, false, &state, frame)
    if run.isBehind, isGuard(member) {
      stepBehind(member, place, of: sequence, &run, &state, frame)
      return
    }
    let site = self.site(ofMember: place, of: sequence)
    let passed = run.isBehind ? CallArguments(positional: [run.response]) : run.arguments
    let pending = state.pending
    let result = invoke(member, passed, site, &state, frame)
    // What is called now had not failed where a guard before has answered.
    for object in state.pending.subtracting(pending) {
      for place in run.finals.indices {
        run.finals[place].facts.formUnion([.success(object), .answer(object)])
      }
    }
    let isGuard = isGuard(member)
    let found = outcomes(of: result, at: site, state)
    run.response.formUnion(isGuard ? result.removing(.undefined) : result)
    for one in found {
      var end = one
      if isGuard { end.value = end.value.removing(.undefined) }
      if !isGuard || !end.value.isNothing { run.finals.append(end) }
    }
    guard isGuard else {
      run.isBehind = true
      return
    }
    // Whether the guard ends the request decides whether anything else is done.
    let deciding = result.labels.of(LabelKind.followsBranches)
    if !deciding.isEmpty {
      state.control.formUnion(deciding)
      exits += 1
      run.guards += 1
    }
    state.facts.formUnion(common(found) { $0.kinds.contains(.undefined) })
  }

  /// Answers in groups of which the same can be said: those that are no success whatever happened,
  /// those before which everything went well, and the others.
  private func grouped(_ finals: [Alternative], _ state: PathState) -> [Alternative] {
    var groups: [Alternative?] = [nil, nil, nil]
    for final in finals {
      let group = isNoSuccess(final) ? 0 : isSettled(final.facts, state) ? 1 : 2
      guard var joined = groups[group] else {
        groups[group] = final
        continue
      }
      joined.value.formUnion(final.value)
      joined.status = joined.status.flatMap { status in final.status.map { status.union($0) } }
      joined.facts.formIntersection(final.facts)
      groups[group] = joined
    }
    return groups.compactMap { $0 }
  }

  /// A guard behind the plain function gets each answer by itself, so that what it makes of a
  /// failure is not taken for what it makes of a success.
  private func stepBehind(
    _ member: AbstractValue, _ place: Int, of sequence: GuardSequence, _ run: inout SequenceRun,
    _ state: inout PathState, _ frame: Frame
  ) {
    var finals = grouped(run.finals, state)
    if finals.isEmpty { finals = [Alternative(value: run.response, facts: [])] }
    var made: [Alternative] = []
    var response = AbstractValue.nothing
    let start = state
    var met: PathState?
    for (number, final) in finals.enumerated() {
      var one = start
      one.facts.formUnion(final.facts)
      var given = final.value.adding(run.response.labels)
      if given.isNothing { given = run.response }
      let site = self.site(ofMember: place, of: sequence, variant: number)
      let result = invoke(member, CallArguments(positional: [given]), site, &one, frame)
      response.formUnion(result.removing(.undefined))
      if result.kinds.contains(.undefined) || result.isNothing {
        response.formUnion(given)
        made.append(final)
      }
      for end in outcomes(of: result, at: site, one) {
        var end = end
        end.value = end.value.removing(.undefined)
        if end.value.isNothing { continue }
        // The status of what is passed on is that of what came.
        if let status = final.status, end.status == nil, end.value.objects == given.objects {
          end.status = status
        }
        end.facts.formUnion(final.facts)
        made.append(end)
      }
      met = met.map { .meet($0, one, before: start) } ?? one
    }
    state = met ?? start
    run.finals = made
    run.response = response
    show(state)
  }

  /// The ways in which a call has ended.
  private func outcomes(
    of result: AbstractValue, at site: Expression, _ state: PathState
  ) -> [Alternative] {
    let found =
      state.alternatives[.expression(site.id)] ?? [Alternative(value: result, facts: [])]
    return found.map { one in
      var end = one
      end.facts.formUnion(state.facts.filter { $0.object != nil })
      return end
    }
  }

  /// Members of which nobody knows how many there are and in which order: each gets the request and
  /// whatever the others give.
  private func runUnknown(
    _ members: AbstractValue, _ sequence: GuardSequence, _ run: inout SequenceRun,
    _ state: inout PathState, _ frame: Frame
  ) {
    let site = self.site(ofMember: 15, of: sequence)
    let cell = allocate(.array, at: site, part: "response", in: frame)
    grow(cell, field: nil, run.response)
    let given = heap[cell].others.union(run.arguments[0])
    let result = invokeRepeatedly(
      members, CallArguments(positional: [given]), site, count: members.labels,
      answersDecide: true, &state, frame)
    grow(cell, field: nil, result)
    mayBeNoFunction(members, false, &state, frame)
    run.response.formUnion(heap[cell].others.removing(.undefined))
    run.finals.append(Alternative(value: run.response, facts: []))
  }

  /// Whether a member of a sequence is a guard, whatever it is.
  func isGuard(_ member: AbstractValue) -> Bool {
    member.functions.allSatisfy {
      if case .guarded = functions[$0] { true } else { false }
    }
  }

  /// Each member's call is a call of its own.
  func site(
    ofMember place: Int, of sequence: GuardSequence, variant: Int = 0
  ) -> Expression {
    var site = sequence.expression
    site.id = -256 * (sequence.expression.id + 2) - min(place, 15) - 16 * variant
    return site
  }
}
