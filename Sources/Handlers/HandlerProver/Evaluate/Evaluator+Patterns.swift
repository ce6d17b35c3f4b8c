import Encodings
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
      let value = value.adding(state.control)
      if isLocal(name.binding, frame) {
        state.known.forget(name.binding)
        state.locals[name.binding] = value
      } else {
        grow(frame, binding: name.binding, value)
      }
    case .object(let properties, let rest):
      bindObject(properties, rest, value, &state, frame, receiver)
    case .array(let items, let rest):
      consumeAny(value)
      if !isIterable(value) { addFault(value.labels, &state, frame) }
      for (place, item) in items.enumerated() {
        guard let item else { continue }
        var element = AbstractValue.nothing
        let arrays = value.objects.filter { heap[$0].kind == .array }
        var part = value
        part.objects = arrays
        part.kinds = []
        part.strings = []
        part.numbers = []
        element.formUnion(load(part, String(place), at: moduleStart))
        var others = value
        others.objects.subtract(arrays)
        if others.mayBePrimitive || !others.objects.isEmpty {
          element.formUnion(elements(of: others).union(.undefined))
        }
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
    let before = state
    let exitsBefore = exits
    var inner = state
    var given = value.removing(.undefined)
    given.labels = given.labels.without([.missing])
    if value.kinds.contains(.undefined) {
      inner.control.formUnion(value.labels.of(LabelKind.followsBranches))
      let other = evaluate(fallback, &inner, frame)
      given.formUnion(other)
      let control = inner.control
      state = .meet(state, inner, before: before)
      state.control = exits == exitsBefore ? before.control : control
    }
    bind(target, given, &state, frame)
  }

  private func bindObject(
    _ properties: [Pattern.Property], _ rest: BindingName?, _ value: AbstractValue,
    _ state: inout PathState, _ frame: Frame, _ receiver: Expression?
  ) {
    consumeAny(value)
    if value.mayBeNullish { addFault(value.labels, &state, frame) }
    var taken: Set<ByteName> = []
    // What a computed key takes out, the rest may lack.
    var chosen: [AbstractValue] = []
    for property in properties {
      let position = patternPosition(property.target) ?? heapPosition(value) ?? moduleStart
      var field = AbstractValue.nothing
      switch property.key {
      case .literal(let key):
        if key.text == "value" { noteResultUse(value, receiver, state, at: position) }
        taken.insert(ByteName(key.text))
        field = load(value, key.text, at: position)
        if let receiver {
          field.formUnion(detachedMethod(key.text, of: value, at: receiver, &state, frame))
        } else {
          let place = Expression(
            position: position, id: -0x1000 - position.line * 512 - position.column,
            kind: .undefined)
          field.formUnion(detachedMethod(key.text, of: value, at: place, &state, frame))
        }
      case .computed(let key):
        let name = evaluate(key, &state, frame)
        consume(name, at: key.position)
        noteResultUse(value, receiver, state, at: key.position)
        for text in fieldNames(name) {
          field.formUnion(load(value, text, at: key.position, key: name))
        }
        if let names = name.literalTexts, names.count == 1 {
          taken.insert(ByteName(names[0]))
        } else {
          chosen.append(name)
        }
        field = choose(field, by: name.labels)
      }
      bind(property.target, field, property.fallback, &state, frame)
    }
    if let rest {
      let object = allocatePart(.plain, "rest\(rest.binding)", frame, at: rest.position)
      noteResultUse(value, receiver, state, at: rest.position)
      var made = MadeFields()
      grow(object, labels: spread(value, into: &made, at: rest.position, leavingOut: taken))
      for name in chosen {
        grow(object, labels: name.labels.choosing)
        for key in fieldNames(name) {
          if let key { made.certain.remove(ByteName(key)) } else { made.certain = [] }
        }
      }
      finish(object, made, &state, frame)
      bind(.name(rest), .object(object), &state, frame)
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
