import HandlerLanguage

// Whether every path of the handler returns a Response, and where one does not.
extension Evaluator {
  /// Functions that are called at a place.
  private struct Callees: Hashable {
    var functions: Indices
    var place: Findings.CallPlace
    /// A guard that returns undefined lets the request go on.
    var mayReturnUndefined = false
  }

  /// A way from the handler to functions whose values it returns.
  private struct Way {
    var callees: Callees
    /// The calls on the way whose values are returned, the innermost first.
    var calls: [Findings.Place] = []
  }

  /// After the last pass: where a path does not return a Response.
  ///
  /// What the handler returns as a whole decides; its returns, and those of the functions whose
  /// values it returns, say where. What none of them explains is left at the call itself.
  func checkAnswers(_ findings: Findings) {
    if !answered.isNothing, notResponses(answered).isNothing { return }
    var ways = [
      Way(callees: .init(functions: findings.callees[handlerCall] ?? [], place: handlerCall))
    ]
    var seen: Set<Callees> = []
    // The nearest to the handler first.
    var next = 0
    while next < ways.count, (findings.gaps[.answers]?.count ?? 0) < Proof.mostWitnesses {
      let way = ways[next]
      next += 1
      guard seen.insert(way.callees).inserted else { continue }
      let (frames, members) = targets(of: way.callees, findings)
      ways += members.map { Way(callees: $0, calls: way.calls) }
      for frame in frames { checkReturns(of: frame, way, findings, &ways) }
    }
    tellOfAnswers(findings)
    guard findings.isClosed(.answers) else { return }
    let what =
      answered.isNothing
      ? "no path of the handler is seen to return"
      : "the handler may give \(words(for: notResponses(answered))), which is not a Response"
    findings.leave(.answers, [.init(what: what, position: handlerAt)])
  }

  /// A path that returns no Response is worth a word; where all of them do, no request is answered.
  private func tellOfAnswers(_ findings: Findings) {
    let isSilent = !answered.isNothing && !answered.objects.contains(where: mayBeResponse)
    var places = findings.unanswered
    if isSilent, places.isEmpty {
      let what = "the handler gives \(words(for: answered)), which is not a Response"
      places = [.init(what: what, position: handlerAt): false]
    }
    for (place, isNothing) in places {
      findings.warnings.insert(
        diagnostic(
          .noResponse,
          isSilent
            ? "\(place.what): no path of the handler returns one, and no request is answered"
            : "\(place.what): a request that comes here is answered with 500",
          advice: isNothing
            ? "end with `return Response.text(\"not found\", { status: 404 })`, or whatever is meant"
            : "return `Response.json(value)` or `Response.text(value)`",
          at: place.position, severity: isSilent ? .error : .warning))
    }
  }

  /// The frames that functions run in, and what they call in turn where they have none: a guard's
  /// function, the members of a sequence.
  private func targets(
    of callees: Callees, _ findings: Findings
  ) -> (frames: [Frame], others: [Callees]) {
    let entered = (findings.entered[callees.place] ?? []).sorted().map { frames[$0] }
    var found: [Frame] = []
    var others: [Callees] = []
    for index in callees.functions {
      switch functions[index] {
      case .closure: found += entered.filter { $0.callee == index }
      case .guarded(let inner):
        var guarded = callees
        guarded.functions = [inner]
        others.append(guarded)
      case .sequence(let sequence):
        for (place, member) in sequences[sequence].members.enumerated() {
          var inner = callees
          inner.functions = member.functions
          inner.place.call = site(ofMember: place, of: sequences[sequence]).id
          inner.mayReturnUndefined = callees.mayReturnUndefined || isGuard(member)
          others.append(inner)
        }
      case .module, .global, .member, .method: break
      }
    }
    return (found, others)
  }

  private func checkReturns(
    of frame: Frame, _ way: Way, _ findings: Findings, _ ways: inout [Way]
  ) {
    let returns = (findings.returns[frame.id] ?? [:]).sorted {
      ($0.key.file, $0.key.line, $0.key.column) < ($1.key.file, $1.key.line, $1.key.column)
    }
    for (position, found) in returns {
      var value = notResponses(found.value)
      if way.callees.mayReturnUndefined { value.kinds.remove(.undefined) }
      if value.isNothing { continue }
      if let expression = found.expression, let call = callee(of: expression) {
        var inner = way
        inner.callees.place = .init(call: call, frame: frame.id)
        inner.callees.functions = findings.callees[inner.callees.place] ?? []
        inner.calls.insert(.init(what: "what this gives is returned", position: position), at: 0)
        value = removing(explained(by: inner.callees, findings), from: value)
        ways.append(inner)
        if value.isNothing { continue }
      }
      let isWhole = found.value.objects.allSatisfy { !isResponse($0) }
      for place in places(of: found, value, isWhole, position, frame) {
        if found.isEnd || !found.value.objects.contains(where: mayBeResponse) {
          findings.unanswered[place] = found.value.removing(.undefined).isNothing
        }
        findings.leave(.answers, [place] + way.calls)
      }
    }
  }

  /// The number under which what an expression calls is noted, when its value is that of the call.
  private func callee(of expression: Expression) -> Int? {
    switch expression.kind {
    case .call: expression.id
    case .optionalChain(let inner): callee(of: inner)
    case .pipeline(let pipeline) where pipeline.role == .apply: pipeline.members.last?.id
    default: nil
    }
  }

  /// Everything that functions of the program return there: their own returns say it.
  private func explained(by callees: Callees, _ findings: Findings) -> AbstractValue {
    var all = AbstractValue.nothing
    var seen: Set<Callees> = []
    var todo = [callees]
    while let next = todo.popLast() {
      guard seen.insert(next).inserted else { continue }
      let (frames, others) = targets(of: next, findings)
      todo += others
      for frame in frames {
        let value = frame.returned
        all.formUnion(next.mayReturnUndefined ? value.removing(.undefined) : value)
      }
    }
    return all
  }

  private func removing(
    _ explained: AbstractValue, from value: AbstractValue
  ) -> AbstractValue {
    var rest = AbstractValue(
      kinds: value.kinds.subtracting(explained.kinds), strings: value.strings,
      numbers: value.numbers, objects: value.objects.subtracting(explained.objects),
      functions: value.functions.subtracting(explained.functions))
    if explained.mayBeString {
      rest.kinds.subtract(.anyString)
      rest.strings = []
    }
    if explained.mayBeNumber {
      rest.kinds.subtract(.number)
      rest.numbers = []
    }
    return rest
  }

  private func places(
    of found: Findings.Return, _ value: AbstractValue, _ isWhole: Bool,
    _ position: SourcePosition, _ frame: Frame
  ) -> [Findings.Place] {
    if found.isEnd {
      let ends = frame.function.map(\.endings) ?? []
      if ends.isEmpty {
        return [
          .init(
            what: "this function has no return: its value is undefined, which is not a Response",
            position: position)
        ]
      }
      return ends.map {
        .init(
          what:
            "behind this \($0.word) the function ends without a return: undefined, which is not a Response",
          position: $0.position)
      }
    }
    if let expression = found.expression, case .match = expression.kind {
      return [
        .init(
          what: "no arm of this match may fit: undefined, which is not a Response",
          position: position)
      ]
    }
    let verb = isWhole ? "returns" : "may return"
    return [
      .init(
        what: "this path \(verb) \(words(for: value)), which is not a Response",
        position: position)
    ]
  }

  // MARK: responses

  /// What of a value is not a Response.
  private func notResponses(_ value: AbstractValue) -> AbstractValue {
    var rest = value.labelled([])
    rest.objects = value.objects.filter { !isResponse($0) }
    return rest
  }

  /// Whether an object is taken for a response.
  func isResponse(_ index: Int) -> Bool {
    switch heap[index].kind {
    case .response: true
    case .plain: hasStatus(index)
    default: false
    }
  }

  /// Whether an object can be one when it is returned, for all that is known.
  private func mayBeResponse(_ index: Int) -> Bool {
    switch heap[index].kind {
    case .response, .data: true
    case .plain: field(index, "status") != nil || !heap[index].others.isNothing
    default: false
    }
  }

  private func hasStatus(_ index: Int) -> Bool {
    guard isCertain(index, "status"), heap[index].others.isNothing,
      let status = field(index, "status")
    else { return false }
    return status.mayBeNumber && status.kinds.isSubset(of: .number) && status.strings.isEmpty
      && status.objects.isEmpty && status.functions.isEmpty
  }
}
