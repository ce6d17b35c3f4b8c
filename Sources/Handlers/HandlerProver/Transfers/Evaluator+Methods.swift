import HandlerLanguage

extension Evaluator {
  /// The methods a name can mean on a value.
  func methods(named name: String, of value: AbstractValue) -> [BuiltinMethod] {
    var receivers: Set<BuiltinMethod.Receiver> = []
    if value.mayBeString { receivers.insert(.string) }
    if value.mayBeNumber { receivers.insert(.number) }
    if value.mayBeBoolean { receivers.insert(.boolean) }
    for index in value.objects {
      if let kind = receiver(of: heap[index]) { receivers.insert(kind) }
    }
    return BuiltinMethod.Receiver.allCases.filter(receivers.contains)
      .compactMap { BuiltinMethod.method(of: $0, named: name) }
  }

  private func receiver(of object: AbstractObject) -> BuiltinMethod.Receiver? {
    switch object.kind {
    case .plain, .element: nil
    case .array, .data: .array
    case .request: .request
    case .headers: .headers
    case .response: .response
    case .result: .result
    }
  }

  /// Whether something that a value may be has neither a method of a name nor a field that is
  /// certainly a function.
  func mayLack(_ name: String, _ value: AbstractValue, _ function: AbstractValue) -> Bool {
    func has(_ kind: BuiltinMethod.Receiver) -> Bool {
      BuiltinMethod.method(of: kind, named: name) != nil
    }
    if value.mayBeString, !has(.string) { return true }
    if value.mayBeNumber, !has(.number) { return true }
    if value.mayBeBoolean, !has(.boolean) { return true }
    if !value.functions.isEmpty { return true }
    return value.objects.contains { index in
      if heap[index].kind == .data { return true }
      if let kind = receiver(of: heap[index]), has(kind) { return false }
      return function.mayBePrimitive || !function.objects.isEmpty || function.isNothing
    }
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
    case .boolean: part.kinds = value.kinds.intersection(.boolean)
    default:
      part.objects = value.objects.filter { receiver(of: heap[$0]) == kind }
    }
    return part
  }

  /// A call of a method of a built-in kind.
  func call(
    _ method: BuiltinMethod, on value: AbstractValue, _ arguments: CallArguments,
    _ call: Expression, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let value = receiver(method.receiver, of: value)
    return looking(at: .method(method), &state) {
      run(method, on: value, arguments, call, &$0, frame)
    }
  }

  private func run(
    _ method: BuiltinMethod, on value: AbstractValue, _ arguments: CallArguments,
    _ call: Expression, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    switch method.receiver {
    case .string:
      render(arguments.joined, at: call, &state, frame)
      consumeDeeply(arguments.joined, at: call.position)
      return callText(method, on: value, arguments, call, &state, frame)
    case .array:
      return callArray(method, on: value, arguments, call, &state, frame)
    case .number, .boolean:
      let labels = value.labels.union(deepLabels(arguments.joined)).without([.missing])
      if method == .numberValueOf || method == .booleanValueOf { return value }
      // A number of digits or a base that there is not.
      if !arguments.positional.isEmpty || arguments.spread != nil {
        addFault(deepLabels(arguments.joined), &state, frame)
      }
      return AbstractValue.string.labelled(labels)
    case .headers:
      return callHeaders(method, on: value, arguments, call, &state, frame)
    case .request:
      let body = load(value, "body", at: call.position)
      switch method {
      case .requestText: return body.union(.string)
      case .requestBase64:
        return AbstractValue.string.labelled(deepLabels(body).without([.missing]))
      default: return data(at: call, "body", deepLabels(body).unescaped, frame)
      }
    case .response:
      let body = deepLabels(load(value, "body", at: call.position))
      return method == .responseText || method == .responseBase64
        ? AbstractValue.string.labelled(body) : data(at: call, "body", body.unescaped, frame)
    case .result:
      return callResult(method, on: value, call, &state, frame)
    }
  }

  private func callResult(
    _ method: BuiltinMethod, on value: AbstractValue, _ call: Expression,
    _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    switch method {
    case .resultUnwrap, .resultUnwrapErr:
      let field = load(
        value, method == .resultUnwrap ? "value" : "error", at: call.position)
      addFault(load(value, "ok", at: call.position).labels, &state, frame)
      return field
    case .resultIsOk, .resultIsErr: return answer(load(value, "ok", at: call.position))
    default: return anything([value])
    }
  }

  private func callHeaders(
    _ method: BuiltinMethod, on value: AbstractValue, _ arguments: CallArguments,
    _ call: Expression, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    render(arguments.joined, at: call, &state, frame)
    consumeDeeply(arguments.joined, at: call.position)
    let names: [String?] = arguments[0].literalTexts ?? [nil]
    let labels = deepLabels(arguments[0]).without([.missing, .openMarkup, .piece])
    switch method {
    case .headersHas:
      var found = answer(value)
      for name in names { found.formUnion(answer(load(value, name, at: call.position))) }
      return found.adding(labels.of(LabelKind.keptByComparison))
    case .headersGet:
      var found = AbstractValue.nothing
      for name in names { found.formUnion(load(value, name, at: call.position)) }
      if found.kinds.contains(.undefined) {
        found.kinds.remove(.undefined)
        found.kinds.insert(.null)
      }
      return choose(found, by: arguments[0].labels)
    default:
      for index in value.objects where !labels.isEmpty { grow(index, labels: labels) }
      for index in value.objects where names.count > 1 { close(index, &state, frame) }
      for name in names {
        noteAssigned(name, of: value)
        noteAssigned(name?.lowercasedASCII, of: value)
        let held = name.map { load(value, $0, at: call.position).removing(.undefined) }
        // `append` keeps what is there.
        let given = method == .headersAppend ? arguments[1].union(held ?? .nothing) : arguments[1]
        store(given.adding(labels), in: value, field: name, &state, frame, at: call.position)
      }
      return .undefined
    }
  }

  private func callText(
    _ method: BuiltinMethod, on value: AbstractValue, _ arguments: CallArguments,
    _ call: Expression, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let row = TextTransfer.row(method)
    let labels = value.labels.union(deepLabels(arguments.joined)).without([.missing])
    let text = AbstractValue.string.labelled(labels)
    if row.mayFault { addFault(labels, &state, frame) }
    switch row.result {
    case .answer: return answer(text)
    case .number: return AbstractValue.number.labelled(labels)
    case .numberOrUndefined: return AbstractValue(kinds: [.number, .undefined], labels: labels)
    case .same: return value.adding(labels)
    case .text: return text.adding(cutMarkup(value))
    case .piece: return cut(text, value, arguments)
    case .pieceOrUndefined: return cut(text, value, arguments).union(.undefined)
    case .repeated: return text.adding(cutMarkup(value)).adding([piece])
    case .pieces:
      let list = allocate(.array, at: call, in: frame)
      grow(list, field: nil, cut(text, value, arguments))
      grow(list, labels: labels.choosing)
      return .object(list)
    case .joined:
      var whole = value
      for argument in arguments.positional { whole = concatenate(whole, argument) }
      let parts = [value] + arguments.positional + (arguments.spread.map { [$0] } ?? [])
      return markup(arguments.spread == nil ? whole : text, parts)
    case .replaced: return replace(text, value, arguments, call, &state, frame)
    }
  }

  /// A piece of a text: which one, its arguments choose.
  private func cut(
    _ text: AbstractValue, _ value: AbstractValue, _ arguments: CallArguments
  ) -> AbstractValue {
    var piece = AbstractValue.string.labelled(value.labels.without([.missing]))
    piece.labels.insert(self.piece)
    piece.labels.formUnion(cutMarkup(value))
    let choosing = deepLabels(arguments.joined).without([.missing, .openMarkup, .piece])
    return choose(piece, by: choosing)
  }

  private func replace(
    _ text: AbstractValue, _ value: AbstractValue, _ arguments: CallArguments,
    _ call: Expression, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let given = arguments[1]
    let each = CallArguments(positional: [text.adding([piece]), .number, text])
    let made = invokeRepeatedly(
      given, each, call, count: text.labels, answersDecide: false, &state, frame)
    render(made, at: call, &state, frame)
    consumeDeeply(made, at: call.position)
    let inserted = deepLabels(made).without([.missing])
    // Where the text is put is not followed.
    let cut = cutMarkup(value).union(cutMarkup(given)).union(cutMarkup(made))
    let labels = text.labels.union(inserted)
    return text.labelled(cut.isEmpty ? labels : labels.decoded.union(cut))
  }
}
