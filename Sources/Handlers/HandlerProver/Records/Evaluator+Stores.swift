import HandlerLanguage

// What the evaluation writes down of stores.
extension Evaluator {
  /// Only state that a request has made itself may be changed by it; storing elsewhere is a fault.
  ///
  /// - Parameter isCertain: whether nothing else can be meant there.
  func noteStore(
    into phase: Phase, _ state: inout PathState, _ frame: Frame, _ what: String,
    at position: SourcePosition, isCertain: Bool = false
  ) {
    guard phase == .start, frame.phase == .request, !hides(.startStores) else { return }
    findings?.storesAtStart.insert([.init(what: what, position: position)])
    if isCertain {
      findings?.warnings.insert(
        diagnostic(
          .changeOfStart, "\(what), which fails in every request that comes here",
          advice: """
            make it in the handler; what outlasts a request is kept by "zigttp:cache" or "zigttp:sql"
            """, at: position))
    }
    addFault([], &state, frame)
  }

  /// Whether all of some objects were made at start.
  func areOfStart(_ objects: Indices) -> Bool { objects.allSatisfy { heap[$0].phase == .start } }
}
