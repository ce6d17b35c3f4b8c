import HandlerLanguage

// `zigttp:ratelimit`: counters of the process, by key.
extension Evaluator {
  func useRateLimit(
    _ function: ModuleFunction, _ arguments: CallArguments, _ call: Expression,
    _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let name = function.name
    let row = ModuleTable.row(function)
    let given = deepLabels(arguments.joined)
    if case .store(let places) = row.sink {
      for place in places {
        reached(
          .cache, arguments[place].union(arguments.spread ?? .nothing), "key of \(name)",
          at: call.position)
      }
    }
    let stored = label(.stored, name, at: call.position, call: call, in: frame)
    let deciding = given.of(LabelKind.followsBranches).union([stored])
    guard function == .rateCheck else {
      noteWrite(function, .harmless, given, state, at: call.position)
      return AbstractValue.boolean.labelled(deciding)
    }
    noteWrite(function, .counts, given, state, at: call.position)
    // How much is left depends on when it is asked, and on how often it was.
    let answered = deciding.union(chance(of: function, at: call))
    let number = AbstractValue.number.labelled(
      answered.union(keptLabels(row, arguments, call).without(LabelKind.droppedByNumber)))
    let left = allocate(.plain, at: call, part: "left", in: frame)
    let wait = allocate(.plain, at: call, part: "wait", in: frame)
    grow(left, field: "remaining", number, isCertain: true)
    for field in ["resetMs", "retryAfter"] { grow(wait, field: field, number, isCertain: true) }
    grow(left, field: "resetMs", number, isCertain: true)
    return makeResult(
      function, value: .object(left), error: .object(wait), answered, call, &state, frame)
  }
}
