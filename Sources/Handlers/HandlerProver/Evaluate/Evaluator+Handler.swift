import HandlerLanguage

extension Evaluator {
  private static var start: SourcePosition { SourcePosition(file: 0, line: 1, column: 1) }

  /// A call that stands nowhere in the source: the one that the runtime makes.
  private var runtimeCall: Expression {
    Expression(position: Self.start, id: -2, kind: .undefined)
  }

  /// The frame that the runtime calls the handler from.
  private var outside: Frame {
    Frame(
      id: -1, function: nil, parent: nil, callee: -1, isTail: true,
      key: Frame.Key(
        function: -1, callSite: -2, parent: -1, phase: .request, routes: .any, facts: []))
  }

  /// Calls the handler with a request and looks at what it returns.
  func runHandler() {
    let state = PathState()
    returnedCalls.insert(runtimeCall.id)
    let handler: AbstractValue
    switch program.handler {
    case .binding(let binding): handler = moduleFrame.bindings[binding] ?? .nothing
    case .defaultExport(let expression):
      var atStart = PathState()
      handler = evaluate(expression, &atStart, moduleFrame)
    }
    let arguments = CallArguments(positional: [request()])
    note(handler, calledAt: runtimeCall, outside)
    let response = invoke(handler, arguments, runtimeCall, state, outside)
    checkResponse(response, handler)
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
    func raw(_ name: String, _ more: Set<LabelKind> = []) -> Labels {
      labels(data.union(more), name, at: Self.start)
    }
    grow(
      headers, field: nil,
      AbstractValue(kinds: .string, labels: raw("headers", [.credential])))
    grow(query, field: nil, AbstractValue(kinds: .string, labels: raw("req.query")))
    let fields: [(String, AbstractValue)] = [
      ("method", AbstractValue(kinds: .requestMethod, labels: raw("req.method"))),
      ("path", AbstractValue(kinds: .requestPath, labels: raw("req.path", [.path]))),
      ("url", AbstractValue(kinds: .requestPath, labels: raw("req.url", [.path]))),
      ("query", .object(query)),
      ("headers", .object(headers)),
      ("body", AbstractValue(kinds: [.string, .undefined], labels: raw("req.body"))),
    ]
    for (name, value) in fields { grow(request, field: name, value, isCertain: true) }
    return .object(request)
  }

  /// `a |> b`.
  func evaluatePipeline(
    _ pipeline: Pipeline, _ expression: Expression, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let members = pipeline.members.map { evaluate($0, &state, frame) }
    if pipeline.role == .sequence {
      return sequence(of: members, at: expression, frame)
    }
    var value = members[0]
    for (place, function) in members.enumerated().dropFirst() {
      consume(function, at: pipeline.members[place].position)
      var arguments = CallArguments(positional: [value])
      arguments.expressions = [pipeline.members[place - 1]]
      note(function, calledAt: pipeline.members[place], frame)
      value = invoke(function, arguments, pipeline.members[place], state, frame)
    }
    return value
  }

  /// A handler made of guards and one plain function.
  func sequence(
    of members: [AbstractValue], at expression: Expression, _ frame: Frame
  ) -> AbstractValue {
    let key = Allocation(site: expression.id, part: "sequence", frame: frame.id)
    if let index = sequenceIndex[key] {
      for (place, value) in members.enumerated() {
        if sequences[index].members[place].formUnion(value) { hasChanged = true }
      }
      return AbstractValue(functions: [intern(.sequence(index))])
    }
    sequences.append(GuardSequence(members: members, expression: expression))
    sequenceIndex[key] = sequences.count - 1
    return AbstractValue(functions: [intern(.sequence(sequences.count - 1))])
  }

  /// Guards before the plain function get the request, those behind it the response.
  func callSequence(
    _ index: Int, _ arguments: CallArguments, _ call: Expression, _ state: PathState,
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
    var response = AbstractValue.nothing
    var isBehind = false
    for (place, member) in sequence.members.enumerated() {
      let isGuard = isGuard(member)
      let site = self.site(ofMember: place, of: sequence)
      returnedCalls.insert(site.id)
      let passed = isBehind ? CallArguments(positional: [response]) : arguments
      let result = invoke(member, passed, site, state, frame)
      response.formUnion(isGuard ? result.removing(.undefined) : result)
      if !isGuard { isBehind = true }
    }
    if sequences[index].given.formUnion(response) { hasChanged = true }
    return response
  }

  /// Whether a member of a sequence is a guard, whatever it is.
  func isGuard(_ member: AbstractValue) -> Bool {
    member.functions.allSatisfy {
      if case .guarded = functions[$0] { true } else { false }
    }
  }

  /// Each member's call is a call of its own.
  func site(ofMember place: Int, of sequence: GuardSequence) -> Expression {
    var site = sequence.expression
    site.id = -16 * (sequence.expression.id + 2) - min(place, 15)
    return site
  }
}
