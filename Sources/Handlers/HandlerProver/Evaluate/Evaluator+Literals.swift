import Encodings
import HandlerLanguage

extension Evaluator {
  func evaluateTemplate(
    _ quasis: [StringLiteral], _ values: [Expression], _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    var result = AbstractValue.text(quasis[0].text)
    var parts = [result]
    for (index, expression) in values.enumerated() {
      let value = evaluate(expression, &state, frame)
      render(value, at: expression, &state, frame)
      consumeDeeply(value, at: expression.position)
      parts += [value, .text(quasis[index + 1].text)]
      result = concatenate(concatenate(result, value), parts[parts.count - 1])
    }
    return markup(result, parts)
  }

  func evaluateArray(
    _ elements: [ArrayElement], _ expression: Expression, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let index = allocate(.array, at: expression, in: frame)
    var places: [ByteName: AbstractValue] = [:]
    var hasSpread = false
    for element in elements {
      switch element {
      case .value(let item):
        let value = evaluate(item, &state, frame)
        if hasSpread {
          grow(index, field: nil, value)
        } else {
          let name = ByteName(String(places.count))
          places[name] = value
          grow(index, name: name, value, isCertain: true)
        }
      case .spread(let source):
        let value = evaluate(source, &state, frame)
        consume(value, at: source.position)
        if !isIterable(value) { addFault(value.labels, &state, frame) }
        grow(index, field: nil, self.elements(of: value))
        grow(index, labels: shapeLabels(value))
        hasSpread = true
      }
    }
    open(index, places, &state, frame)
    return .object(index)
  }

  func evaluateObject(
    _ members: [ObjectMember], _ expression: Expression, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let index = allocate(.plain, at: expression, in: frame)
    var made = MadeFields()
    for member in members {
      switch member {
      case .property(.literal(let key), let item):
        let value = evaluate(item, &state, frame)
        let name = ByteName(key.text)
        made.fields[name] = value
        made.certain.insert(name)
      case .property(.computed(let key), let item):
        let name = evaluate(key, &state, frame)
        render(name, at: key, &state, frame)
        consume(name, at: key.position)
        let value = evaluate(item, &state, frame)
        grow(index, labels: name.labels.choosing)
        let names = fieldNames(name)
        for key in names {
          guard let key else {
            grow(index, labels: name.labels)
            made.others.formUnion(value)
            continue
          }
          if names.count == 1 { made.fields[ByteName(key)] = value } else { made.join(key, value) }
        }
      case .spread(let source):
        let value = evaluate(source, &state, frame)
        grow(index, labels: spread(value, into: &made, at: source.position))
      }
    }
    finish(index, made, &state, frame)
    return .object(index)
  }

  // What is spread has fewer fields than these, or their names are given up.
  private static let mostSpreadFields = 200

  /// The fields that a literal or a spread makes.
  struct MadeFields {
    var fields: [ByteName: AbstractValue] = [:]
    var certain: Set<ByteName> = []
    var others = AbstractValue.nothing

    /// Of so many fields the names are not told apart.
    mutating func giveUpNames() {
      for value in fields.values { others.formUnion(value) }
      fields = [:]
      certain = []
    }

    mutating func join(_ name: String, _ value: AbstractValue) {
      join(ByteName(name), value)
    }
    mutating func join(_ name: ByteName, _ value: AbstractValue) {
      if fields[name]?.formUnion(value) == nil { fields[name] = value }
    }
  }

  /// Puts what a literal makes into the heap.
  func finish(_ index: Int, _ made: MadeFields, _ state: inout PathState, _ frame: Frame) {
    for (name, value) in made.fields { grow(index, name: name, value) }
    if !made.others.isNothing || !made.others.labels.isEmpty {
      grow(index, field: nil, made.others)
    }
    var certain = made.certain
    // Spreads lose certainty from one pass to the next. What is known at two places of one pass may
    // differ for ever: then only what is certain at both stays.
    if pass > Self.settlingPasses { certain.formIntersection(heap[index].certain) }
    if heap[index].certain != certain {
      heap[index].certain = certain
      hasChanged = true
    }
    if made.others.isNothing, Set(made.fields.keys) == made.certain {
      open(index, made.fields, &state, frame)
    } else {
      state.view[index] = nil
      show(state)
    }
  }

  /// The names a computed key can have; nil stands for any.
  func fieldNames(_ key: AbstractValue) -> [String?] {
    if let texts = key.literalTexts { return texts }
    if let numbers = key.literalNumbers,
      numbers.allSatisfy({ $0 >= 0 && $0 < 1e9 && $0 == $0.rounded() })
    {
      return numbers.map { String(Int($0)) }
    }
    return [nil]
  }

  /// `{...source}`: later fields overwrite what earlier ones said. Gives the labels of the source's
  /// shape.
  func spread(
    _ value: AbstractValue, into made: inout MadeFields, at position: SourcePosition,
    leavingOut excluded: Set<ByteName> = []
  ) -> Labels {
    var labels = value.labels.without([.missing])
    if value.mayBeString { made.others.formUnion(.string.labelled(value.labels)) }
    let sources = value.objects.sorted()
    let isOnlyOne = sources.count == 1 && !value.mayBeNullish
    var certain: Set<ByteName>?
    for source in sources {
      let object = heap[source]
      labels.formUnion(object.labels)
      made.others.formUnion(object.others.adding(value.labels.without([.missing])))
      if object.kind == .result { noteWholeResults(in: .object(source), at: position) }
      if object.kind == .element { continue }
      var sure: Set<ByteName> = []
      for (name, field) in fields(source) where !excluded.contains(name) {
        let copy = field.adding(value.labels.without([.missing]))
        if isCertain(source, name) { sure.insert(name) }
        if isOnlyOne, sure.contains(name) {
          made.fields[name] = copy
        } else {
          made.join(name, copy)
        }
      }
      certain = certain?.intersection(sure) ?? sure
    }
    if !value.mayBeNullish, !value.mayBePrimitive { made.certain.formUnion(certain ?? []) }
    if made.fields.count > Self.mostSpreadFields { made.giveUpNames() }
    return labels
  }
}
