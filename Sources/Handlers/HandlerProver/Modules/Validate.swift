import HandlerLanguage

// `zigttp:validate` and `zigttp:decode`: a value that a schema was asked about.
extension Evaluator {
  /// The value is a copy of what was given, all the way down. It is validated, and otherwise what it
  /// was: data of a request or of another service, a secret, not escaped.
  func validate(
    _ function: ModuleFunction, _ arguments: CallArguments, _ call: Expression,
    _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let given = deepLabels(arguments.joined).without([.missing])
    // Reading undoes escapes. A text of our own is put apart, and may end anywhere.
    let texts = arguments[1].union(arguments.spread ?? .nothing)
    let read = given.unescaped.union(texts.strings.isEmpty ? [] : [openMarkup])
    let deciding = given.of(LabelKind.keptByComparison)
    // Which of our texts it is says something of the value. Places name its fields, as they came.
    let place = AbstractValue.string.labelled(given.decoded.union([openMarkup, piece]))
    let message = AbstractValue.string.labelled(given.choosing)
    let violation = allocate(.plain, at: call, part: "violation", in: frame)
    grow(violation, field: "path", place, isCertain: true)
    grow(violation, field: "message", message, isCertain: true)
    let errors = allocate(.array, at: call, part: "errors", in: frame)
    grow(errors, field: nil, .object(violation))
    grow(errors, labels: given.choosing)
    let result = makeResult(
      function, value: data(at: call, "value", read.without([.unchecked, .path]), frame),
      error: place,
      deciding, call, &state, frame)
    for index in result.objects {
      grow(index, field: "errors", .object(errors), isCertain: true)
    }
    return result
  }
}
