import HandlerLanguage

// `zigttp:scope`: clean-ups that run at the end, whatever happened.
extension Evaluator {
  /// `scope(name, body)`.
  func runScope(
    _ arguments: CallArguments, _ call: Expression, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let body = arguments.spread == nil ? arguments[1] : arguments.joined
    mayBeNoFunction(body, false, &state, frame)
    return invoke(body, CallArguments(), call, &state, frame)
  }

  /// A clean-up is registered: it runs some time later. What it does is looked at here, with nothing
  /// known of what lies between: no condition, no object's fields but all that were ever stored.
  func registerCleanup(
    _ cleanup: AbstractValue, _ passed: CallArguments, _ given: CallArguments, _ call: Expression,
    _ state: inout PathState, _ frame: Frame
  ) {
    let cleanup = given.spread == nil ? cleanup : given.joined
    mayBeNoFunction(cleanup, false, &state, frame)
    var later = state
    later.known = Knowledge()
    later.routes = .any
    later.view = [:]
    later.holders = [:]
    later.alternatives = [:]
    show(later)
    invoke(cleanup, passed, call, &later, frame)
    // What fails then, nobody asks about.
    state.unsettled.formUnion(later.unsettled)
    state.unsettled.formUnion(later.pending.subtracting(state.pending))
    state.pending.formUnion(later.pending)
    state.control.formUnion(later.control)
    show(state)
  }
}
