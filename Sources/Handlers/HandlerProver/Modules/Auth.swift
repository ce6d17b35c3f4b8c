import HandlerLanguage

// `zigttp:auth`, as far as its rows do not say it all.
extension Evaluator {
  /// `jwtVerify(token, secret, options)`: the claims are what the token says, checked by whoever
  /// has the secret. They are validated request data, no credential any more, and not escaped.
  func verifyToken(
    _ arguments: CallArguments, _ call: Expression, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let token = deepLabels(arguments[0]).union(arguments.spread.map(deepLabels) ?? [])
    // Of everything that is given, and when it is asked, depends which way it goes.
    let deciding = deepLabels(arguments.joined).of(LabelKind.followsBranches)
      .union(chance(of: .jwtVerify, at: call))
    let own = labels(
      [.request, .unescaped, .unencoded], "the claims of jwtVerify", at: call.position,
      isPlaced: true)
    // They are decoded: an escape in the token says nothing about them.
    let claims = token.unescaped.without([.credential, .session, .unchecked, .missing, .path])
      .union(own).union(deciding).union([openMarkup, piece])
    return makeResult(
      .jwtVerify, value: data(at: call, "claims", claims, frame),
      // The reason is a text of ours.
      error: AbstractValue.string.labelled(deciding), deciding, call, &state, frame)
  }

  /// A Result of a call that can fail.
  func makeResult(
    _ function: ModuleFunction, value: AbstractValue, error: AbstractValue, _ deciding: Labels,
    _ call: Expression,
    _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let result = allocate(.result, at: call, in: frame)
    grow(result, field: "ok", AbstractValue.boolean.labelled(deciding), isCertain: true)
    grow(result, field: "value", value.union(.undefined))
    grow(result, field: "error", error.union(.undefined))
    if ModuleTable.row(function).failure == .critical {
      expectOutcome(result, &state)
      noteFailable(call, result)
    }
    return .object(result)
  }
}
