import HandlerLanguage

extension Evaluator {
  /// Binds the names of a pattern. `receiver` is the expression behind it, where a check of it
  /// counts.
  func bind(
    _ pattern: Pattern, _ value: AbstractValue, _ state: inout PathState, _ frame: Frame,
    receiver: Expression? = nil
  ) {
    switch pattern {
    case .name(let name):
      grow(frame, binding: name.binding, value.adding(state.control))
    case .object(let properties, let rest):
      bindObject(properties, rest, value, &state, frame, receiver)
    case .array(let items, let rest):
      consumeAny(value)
      if !value.kinds.isEmpty { addFault(value.labels) }
      let element = elements(of: value).union(.undefined)
      for item in items {
        guard let item else { continue }
        bind(item.target, element, item.fallback, &state, frame)
      }
      if let rest { bind(rest, restArray(of: value, rest, frame), &state, frame) }
    }
  }

  /// `target = fallback`.
  func bind(
    _ target: Pattern, _ value: AbstractValue, _ fallback: Expression?, _ state: inout PathState,
    _ frame: Frame
  ) {
    guard let fallback else {
      bind(target, value, &state, frame)
      return
    }
    var inner = state
    inner.control.formUnion(value.labels.of(LabelKind.followsBranches))
    let other = evaluate(fallback, &inner, frame)
    var given = value.removing(.undefined)
    given.labels = given.labels.without([.missing])
    bind(target, given.union(other), &state, frame)
  }

  private func bindObject(
    _ properties: [Pattern.Property], _ rest: BindingName?, _ value: AbstractValue,
    _ state: inout PathState, _ frame: Frame, _ receiver: Expression?
  ) {
    consumeAny(value)
    if value.mayBeNullish { addFault(value.labels) }
    for property in properties {
      let position = patternPosition(property.target) ?? heapPosition(value) ?? moduleStart
      var field = AbstractValue.nothing
      switch property.key {
      case .literal(let key):
        if key.text == "value" { noteResultUse(value, receiver, state, at: position) }
        field = load(value, key.text, at: position)
      case .computed(let key):
        let name = evaluate(key, &state, frame)
        consume(name, at: key.position)
        noteResultUse(value, receiver, state, at: key.position)
        for text in fieldNames(name) { field.formUnion(load(value, text, at: key.position)) }
        field.labels.formUnion(name.labels.without([.missing]))
      }
      bind(property.target, field, property.fallback, &state, frame)
    }
    if let rest {
      let object = allocatePart(.plain, "rest\(rest.binding)", frame, at: rest.position)
      noteResultUse(value, receiver, state, at: rest.position)
      spread(value, into: object, at: rest.position)
      grow(frame, binding: rest.binding, .object(object))
    }
  }

  private func restArray(
    of value: AbstractValue, _ pattern: Pattern, _ frame: Frame
  ) -> AbstractValue {
    let position = patternPosition(pattern) ?? moduleStart
    let object = allocatePart(
      .array, "rest\(position.file):\(position.line):\(position.column)", frame, at: position)
    grow(object, field: nil, elements(of: value))
    grow(object, labels: shapeLabels(value))
    return .object(object)
  }

  /// An object that no expression stands for.
  func allocatePart(
    _ kind: AbstractObject.Kind, _ part: String, _ frame: Frame, at position: SourcePosition
  ) -> Int {
    allocate(
      kind, at: Expression(position: position, id: -1, kind: .undefined), part: part, in: frame)
  }

  private func consumeAny(_ value: AbstractValue) { consume(value, at: moduleStart) }

  private func heapPosition(_ value: AbstractValue) -> SourcePosition? {
    value.objects.min().map { heap[$0].position }
  }

  private var moduleStart: SourcePosition { SourcePosition(file: 0, line: 1, column: 1) }

  /// Where the first name of a pattern stands.
  private func patternPosition(_ pattern: Pattern) -> SourcePosition? {
    switch pattern {
    case .name(let name): name.position
    case .object(let properties, let rest):
      properties.lazy.compactMap { self.patternPosition($0.target) }.first ?? rest?.position
    case .array(let items, let rest):
      items.lazy.compactMap { $0.flatMap { self.patternPosition($0.target) } }.first
        ?? rest.flatMap(patternPosition)
    }
  }
}
