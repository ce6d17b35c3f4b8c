import HandlerLanguage

extension Evaluator {
  /// The methods a name can mean on a value.
  func methods(named name: String, of value: AbstractValue) -> [BuiltinMethod] {
    var receivers: Set<BuiltinMethod.Receiver> = []
    if value.mayBeString { receivers.insert(.string) }
    if value.mayBeNumber { receivers.insert(.number) }
    if value.kinds.contains(.boolean) { receivers.insert(.boolean) }
    for index in value.objects {
      switch heap[index].kind {
      case .plain, .element: break
      case .array, .data: receivers.insert(.array)
      case .request: receivers.insert(.request)
      case .headers: receivers.insert(.headers)
      case .response: receivers.insert(.response)
      case .result: receivers.insert(.result)
      }
    }
    return BuiltinMethod.Receiver.allCases.filter(receivers.contains)
      .compactMap { BuiltinMethod.method(of: $0, named: name) }
  }

  /// The part of a value that has the methods of a kind.
  private func receiver(_ kind: BuiltinMethod.Receiver, of value: AbstractValue) -> AbstractValue {
    var part = AbstractValue(labels: value.labels)
    switch kind {
    case .string:
      part.kinds = value.kinds.intersection(.anyString)
      part.strings = value.strings
    case .number:
      part.kinds = value.kinds.intersection(.number)
      part.numbers = value.numbers
    case .boolean: part.kinds = .boolean
    default:
      part.objects = value.objects.filter { index in
        switch (heap[index].kind, kind) {
        case (.array, .array), (.data, .array), (.request, .request), (.headers, .headers),
          (.response, .response), (.result, .result):
          true
        default: false
        }
      }
    }
    return part
  }

  /// A call of a method of a built-in kind.
  func call(
    _ method: BuiltinMethod, on value: AbstractValue, _ arguments: CallArguments,
    _ call: Expression, _ state: PathState, _ frame: Frame
  ) -> AbstractValue {
    let value = receiver(method.receiver, of: value)
    switch method.receiver {
    case .string:
      consumeDeeply(arguments.joined, at: call.position)
      return callText(method, on: value, arguments, call, state, frame)
    case .array:
      return callArray(method, on: value, arguments, call, state, frame)
    case .number, .boolean:
      let labels = value.labels.union(deepLabels(arguments.joined)).without([.missing])
      addFault(labels)
      if method == .numberValueOf || method == .booleanValueOf { return value }
      return AbstractValue.string.labelled(labels)
    case .headers:
      return callHeaders(method, on: value, arguments, call, state, frame)
    case .request:
      let body = load(value, "body", at: call.position)
      return method == .requestText
        ? body : data(at: call, "body", deepLabels(body), frame)
    case .response:
      let body = deepLabels(load(value, "body", at: call.position))
      return method == .responseText
        ? AbstractValue.string.labelled(body) : data(at: call, "body", body, frame)
    case .result:
      return callResult(method, on: value, call)
    }
  }

  private func callResult(
    _ method: BuiltinMethod, on value: AbstractValue, _ call: Expression
  ) -> AbstractValue {
    switch method {
    case .resultUnwrap, .resultUnwrapErr:
      let field = load(
        value, method == .resultUnwrap ? "value" : "error", at: call.position)
      addFault(load(value, "ok", at: call.position).labels)
      return field
    default: return answer(load(value, "ok", at: call.position))
    }
  }

  private func callHeaders(
    _ method: BuiltinMethod, on value: AbstractValue, _ arguments: CallArguments,
    _ call: Expression, _ state: PathState, _ frame: Frame
  ) -> AbstractValue {
    consumeDeeply(arguments.joined, at: call.position)
    let names: [String?] = arguments[0].literalTexts ?? [nil]
    switch method {
    case .headersHas:
      var found = answer(value)
      for name in names { found.formUnion(answer(load(value, name, at: call.position))) }
      return found
    case .headersGet:
      var found = AbstractValue.nothing
      for name in names { found.formUnion(load(value, name, at: call.position)) }
      if found.kinds.contains(.undefined) {
        found.kinds.remove(.undefined)
        found.kinds.insert(.null)
      }
      return found.adding(arguments[0].labels)
    default:
      for name in names {
        store(
          arguments[1].adding(arguments[0].labels), in: value, field: name, state, frame,
          at: call.position)
      }
      return .undefined
    }
  }

  private func callText(
    _ method: BuiltinMethod, on value: AbstractValue, _ arguments: CallArguments,
    _ call: Expression, _ state: PathState, _ frame: Frame
  ) -> AbstractValue {
    let labels = value.labels.union(deepLabels(arguments.joined)).without([.missing])
    let text = AbstractValue.string.labelled(labels)
    switch method {
    case .stringEndsWith, .stringIncludes, .stringStartsWith:
      noteUnreadPath(value)
      noteUnreadPath(arguments.joined)
      return answer(text)
    case .stringIndexOf, .stringLastIndexOf, .stringCharCodeAt, .stringLocaleCompare:
      return AbstractValue.number.labelled(labels)
    case .stringCodePointAt:
      return AbstractValue(kinds: [.number, .undefined], labels: labels)
    case .stringSplit:
      let list = allocate(.array, at: call, in: frame)
      grow(list, field: nil, text.adding(cutMarkup(value)))
      grow(list, labels: labels.without([.unescaped, .unencoded, .openMarkup]))
      return .object(list)
    case .stringConcat:
      var whole = value
      for argument in arguments.positional { whole = concatenate(whole, argument) }
      let parts = [value] + arguments.positional + (arguments.spread.map { [$0] } ?? [])
      return markup(arguments.spread == nil ? whole : text, parts)
    case .stringReplace, .stringReplaceAll:
      let each = CallArguments(positional: [text, .number, text])
      let made = invoke(arguments[1], each, call, state, frame)
      let inserted = deepLabels(made).without([.missing])
      // Where the text is put is not followed.
      let cut = cutMarkup(value).union(cutMarkup(arguments[1]))
      let raw = labels.union(inserted).filter { !cut.isEmpty && $0.kind == .unchecked }
        .map { Label(kind: .unescaped, source: $0.source) }
      return text.adding(inserted.union(raw).union(cut))
    case .stringToString, .stringValueOf:
      return value
    case .stringAt:
      return AbstractValue(kinds: [.string, .undefined], labels: labels)
    case .stringRepeat:
      addFault(labels)
      return text
    default:
      return text.adding(cutMarkup(value))
    }
  }

  /// A method whose name is not known: anything that any method could do.
  func callUnknownMethod(
    of value: AbstractValue, _ arguments: CallArguments, _ call: Expression, _ state: PathState,
    _ frame: Frame
  ) -> AbstractValue {
    let kinds = methods(of: value)
    guard !kinds.isEmpty else { return .nothing }
    return kinds.reduce(into: AbstractValue.nothing) { result, method in
      result.formUnion(self.call(method, on: value, arguments, call, state, frame))
    }
  }

  private func methods(of value: AbstractValue) -> [BuiltinMethod] {
    Set(BuiltinMethod.allCases.map(\.name)).sorted()
      .flatMap { methods(named: $0, of: value) }
  }
}
