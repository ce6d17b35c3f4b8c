import Contracts
import HandlerLanguage

// resultsSafe: a Result is checked before its value is used.
// faultCovered: where a call that can fail has failed, no path answers 2xx.
extension Evaluator {
  /// The value of a Result is used.
  func noteResultUse(
    _ value: AbstractValue, _ receiver: Expression?, _ state: PathState,
    at position: SourcePosition
  ) {
    guard let findings, value.objects.contains(where: { heap[$0].kind == .result }) else { return }
    if let path = receiver.flatMap(accessPath), path.fields.isEmpty,
      state.facts.contains(.succeeded(path))
    {
      return
    }
    let source = value.objects.filter { heap[$0].kind == .result }.map { heap[$0].position }
      .min { ($0.file, $0.line, $0.column) < ($1.file, $1.line, $1.column) }
    findings.lose(
      .resultsSafe,
      [
        .init(what: "a Result", position: source ?? position),
        .init(what: "its value is used without a check", position: position),
      ])
  }

  /// Whether an expression is a call whose failure must be handled.
  func isFailableCall(_ expression: Expression) -> Bool {
    guard case .call(let callee, _, _) = expression.kind else { return false }
    switch callee.kind {
    case .identifier:
      switch program.references[callee.id] {
      case .module(let function): return ModuleTable.row(function).failure == .critical
      case .global(.fetchSync): return true
      default: return false
      }
    case .member(let object, name: "tryParse", isOptional: _):
      guard case .identifier = object.kind else { return false }
      return program.references[object.id] == .global(.json)
    default: return false
    }
  }

  private func isParse(_ call: Expression) -> Bool {
    guard case .call(let callee, _, _) = call.kind, case .member = callee.kind else { return false }
    return true
  }

  /// A failable call is reached.
  func noteFailable(_ call: Expression) {
    findings?.failableCalls[call.id] = call.position
  }

  /// The function returns: every outcome that may be a failure here must not be answered 2xx.
  func checkOutcomes(
    _ value: AbstractValue, _ expression: Expression?, _ state: PathState, _ frame: Frame
  ) {
    guard let findings else { return }
    if let expression, frame.isTail, isFailableCall(expression) {
      // The other service's own answer is passed on, its failure with it.
      if case .call(let callee, _, _) = expression.kind, case .identifier = callee.kind {
        findings.keptOutcomes.insert(expression.id)
      }
    }
    for (binding, call) in state.outcomes {
      let path = AccessPath(binding: binding)
      if state.facts.contains(.succeeded(path)) { continue }
      if state.facts.contains(.answered(path)), !isParse(call) { continue }
      // What a helper returns may be ignored by its caller.
      if frame.isTail, isFailure(value, of: call) { continue }
      findings.lose(
        .faultCovered,
        [
          .init(what: "a call that can fail", position: call.position),
          .init(
            what: "its failure may be answered 2xx",
            position: expression?.position ?? frame.function?.position ?? call.position),
        ])
    }
  }

  /// Whether a returned value is certainly a response that is not 2xx when the call has failed.
  private func isFailure(_ value: AbstractValue, of call: Expression) -> Bool {
    guard value.kinds.isEmpty, value.strings.isEmpty, value.numbers.isEmpty,
      value.functions.isEmpty, !value.objects.isEmpty
    else { return false }
    return value.objects.allSatisfy { index in
      let object = heap[index]
      if object.kind == .response(.answer(call.id)) { return true }
      guard isResponse(object), let numbers = object.fields["status"]?.literalNumbers else {
        return false
      }
      return numbers.allSatisfy { !(200..<300 ~= $0) }
    }
  }

  /// After the last pass: calls whose outcome nobody keeps are not covered.
  func checkFailableCalls(_ findings: Findings) {
    for (call, position) in findings.failableCalls where !findings.keptOutcomes.contains(call) {
      findings.lose(.faultCovered, "the failure of this call is not looked at", at: position)
    }
  }
}
