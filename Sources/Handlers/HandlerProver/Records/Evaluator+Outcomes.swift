import Contracts
import HandlerLanguage

// What the evaluation writes down of Results and of calls that can fail.
extension Evaluator {
  /// The value of a Result is used.
  func noteResultUse(
    _ value: AbstractValue, _ receiver: Expression?, _ state: PathState,
    at position: SourcePosition
  ) {
    guard let findings else { return }
    let results = value.objects.filter { heap[$0].kind == .result }
    guard !results.isEmpty else { return }
    if let path = receiver.flatMap(accessPath), state.facts.contains(.succeeded(path)) { return }
    if results.count == 1, let object = results.first, state.facts.contains(.success(object)),
      !heap[object].isMany
        || receiver.flatMap(accessPath).map({
          $0.fields.isEmpty && state.holders[$0.binding] == object
        }) ?? false
    {
      return
    }
    let source = results.map { heap[$0].position }
      .min { ($0.file, $0.line, $0.column) < ($1.file, $1.line, $1.column) }
    findings.uncheckedResults.insert([
      .init(what: "a Result", position: source ?? position),
      .init(what: "its value is used without a check", position: position),
    ])
  }

  /// A Result is written or spread as a whole, its value with it.
  func noteWholeResults(in value: AbstractValue, at position: SourcePosition) {
    guard let findings, !value.objects.isEmpty else { return }
    for object in reachable(from: value).objects where heap[object].kind == .result {
      findings.uncheckedResults.insert([
        .init(what: "a Result", position: heap[object].position),
        .init(what: "its value is used without a check", position: position),
      ])
    }
  }

  /// A call that can fail is reached.
  func noteFailable(_ call: Expression, _ object: Int) {
    findings?.failableCalls[object] = call.position
  }

  /// What the handler answers in the end: an outcome that may be a failure must not be answered
  /// 2xx.
  func checkOutcomes(_ answers: [Alternative], _ state: PathState) {
    guard let findings else { return }
    for answer in answers {
      let facts = answer.facts.union(state.facts)
      for object in state.pending.sorted() {
        if !state.unsettled.contains(object) {
          if facts.contains(.success(object)) { continue }
          if heap[object].kind != .result, facts.contains(.answer(object)) { continue }
        }
        if isFailure(answer, of: object, state) { continue }
        findings.openOutcomes.insert([
          .init(what: "a call that can fail", position: heap[object].position),
          .init(what: "its failure may be answered 2xx", position: place(of: answer)),
        ])
      }
    }
  }

  private func place(of answer: Alternative) -> SourcePosition {
    answer.value.objects.compactMap { findings?.answersAt[$0] }
      .min { ($0.file, $0.line, $0.column) < ($1.file, $1.line, $1.column) } ?? handlerAt
  }

  /// Whether an answer is certainly a response that is not 2xx when the call has failed.
  private func isFailure(_ answer: Alternative, of outcome: Int, _ state: PathState) -> Bool {
    let value = answer.value
    guard !value.mayBePrimitive, value.functions.isEmpty, !value.objects.isEmpty else {
      return false
    }
    if let status = answer.status { return isNot2xx(status) }
    return value.objects.allSatisfy { index in
      // The other service's own answer is passed on, its failure with it.
      if index == outcome, !state.unsettled.contains(outcome), !mayChangeOutcomes("status") {
        return true
      }
      guard isResponse(index), let status = field(index, "status") else { return false }
      return isNot2xx(status)
    }
  }

  /// Whether an answer is certainly not 2xx, whatever has failed.
  func isNoSuccess(_ answer: Alternative) -> Bool {
    let value = answer.value
    guard !value.mayBePrimitive, value.functions.isEmpty, !value.objects.isEmpty else {
      return false
    }
    if let status = answer.status { return isNot2xx(status) }
    return value.objects.allSatisfy { index in
      guard isResponse(index), let status = field(index, "status") else { return false }
      return isNot2xx(status)
    }
  }

  /// Whether every call that can fail is known not to have failed.
  func isSettled(_ facts: Set<Fact>, _ state: PathState) -> Bool {
    state.pending.allSatisfy { object in
      if state.unsettled.contains(object) { return false }
      if facts.contains(.success(object)) { return true }
      return heap[object].kind != .result && facts.contains(.answer(object))
    }
  }

  private func isNot2xx(_ status: AbstractValue) -> Bool {
    status.literalNumbers?.allSatisfy { !(200..<300 ~= $0) } ?? false
  }
}
