import HandlerLanguage

// What the evaluation writes down of stores.
extension Evaluator {
  /// Only state that a request has made itself may be changed by it; storing elsewhere is a fault.
  func noteStore(
    into phase: Phase, _ state: inout PathState, _ frame: Frame, _ what: String,
    at position: SourcePosition
  ) {
    guard phase == .start, frame.phase == .request else { return }
    findings?.storesAtStart.insert([.init(what: what, position: position)])
    addFault([], &state, frame)
  }
}
