import Contracts
import Encodings
import HandlerLanguage

extension Evaluator {
  /// `JSON.parse`, `Math.PI`: a member of a global, as a value.
  func globalMember(_ global: BuiltinGlobal, _ name: String) -> AbstractValue {
    guard let member = global.member(named: name) else { return .undefined }
    if member.row.form == .constant { return .number }
    return AbstractValue(functions: [intern(.member(member))])
  }

  /// A call of a global function.
  func callGlobal(
    _ global: BuiltinGlobal, _ arguments: CallArguments, _ call: Expression,
    _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let all = arguments.joined
    if global != .h { render(all, at: call, &state, frame) }
    consumeDeeply(all, at: call.position)
    let carried = deepLabels(all).without([.missing])
    switch global {
    case .fetchSync:
      return callModule(.fetch, arguments, call, &state, frame)
    case .number, .parseInt, .parseFloat:
      if arguments.spread == nil, global == .number, let numbers = arguments[0].literalNumbers {
        return AbstractValue(numbers: Set(numbers), labels: numeric(all).labels)
      }
      return numeric(all)
    case .string:
      if let shapes = shapes(of: arguments[0]), shapes.count <= 256 {
        return AbstractValue(strings: Set(shapes), labels: carried)
      }
      return AbstractValue.string.labelled(carried)
    case .boolean, .isNaN, .isFinite:
      return answer(all.labelled(carried))
    case .encodeURIComponent:
      if !isPlainText(all) { addFault(carried, &state, frame) }
      return AbstractValue.string.labelled(carried.without([.unencoded, .openMarkup, .piece]))
    case .encodeURI:
      if !isPlainText(all) { addFault(carried, &state, frame) }
      return AbstractValue.string.labelled(carried)
    case .decodeURIComponent, .decodeURI:
      addFault(carried, &state, frame)
      return AbstractValue.string.labelled(carried.unescaped.union([openMarkup]))
    case .range:
      if all.mayBeNumber == false || arguments[0].literalNumbers == nil {
        addFault(carried, &state, frame)
      }
      let list = allocate(.array, at: call, in: frame)
      grow(list, field: nil, AbstractValue.number.labelled(carried))
      grow(list, labels: carried.choosing)
      return .object(list)
    case .h:
      return callElementFunction(arguments, call, &state, frame)
    case .renderToString:
      if !all.functions.isEmpty || all.objects.contains(where: { heap[$0].kind == .plain }) {
        addFault(carried, &state, frame)
      }
      let rendered = deepLabels(all).without([.missing])
      // Plain text in it is escaped.
      return AbstractValue.string.labelled(rendered.without([.unescaped, .openMarkup]))
    case .fragment:
      let children = arguments[0].union(load(arguments[0], "children", at: call.position))
      return makeElement(nil, [], [children], call, frame)
    case .json, .math, .object, .array, .date, .console, .response, .nan, .infinity:
      addFault(carried, &state, frame)
      return .nothing
    }
  }

  /// Whether a text is known to have no lone surrogates: only cutting makes them.
  private func isPlainText(_ value: AbstractValue) -> Bool {
    value.objects.isEmpty && value.functions.isEmpty && !value.labels.has(.piece)
  }

  /// A call of a member of a global.
  func callMember(
    _ member: BuiltinMember, _ arguments: CallArguments, _ call: Expression,
    _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let all = arguments.joined
    switch member.global {
    case .json, .object, .array: break
    default: render(all, at: call, &state, frame)
    }
    let carried = deepLabels(all).without([.missing])
    if member != .objectAssign { consumeDeeply(all, at: call.position) }
    switch member.global {
    case .json: return callJSON(member, arguments, carried, call, &state, frame)
    case .object: return callObject(member, arguments, carried, call, &state, frame)
    case .array: return callArrayMember(member, arguments, call, &state, frame)
    case .response: return respond(member, arguments, call, &state, frame)
    case .console:
      noteCapabilities([.clock, .stderr])
      reached(.log, all, "log", at: call.position)
      return .undefined
    case .date:
      noteCapabilities([.clock])
      return AbstractValue.number.labelled([
        label(.volatile, "Date.now", at: call.position, isPlaced: true)
      ])
    case .math:
      guard member != .mathRandom else {
        noteCapabilities([.random])
        return AbstractValue.number.labelled([
          label(.volatile, "Math.random", at: call.position, isPlaced: true)
        ])
      }
      return numeric(all)
    case .number:
      return [.numberParseFloat, .numberParseInt].contains(member)
        ? numeric(all) : answer(all.labelled(carried))
    default:
      // String.fromCharCode and its like: any text can be made of numbers.
      addFault(carried, &state, frame)
      return characters(arguments, carried)
    }
  }

  private func characters(_ arguments: CallArguments, _ carried: Labels) -> AbstractValue {
    let labels = carried.decoded.union([piece])
    if arguments.spread == nil, arguments.positional.count == 1,
      let numbers = arguments[0].literalNumbers,
      numbers.allSatisfy({ $0 == $0.rounded() && 0..<0xD800 ~= $0 })
    {
      var value = AbstractValue(labels: carried)
      for number in numbers {
        guard let scalar = Unicode.Scalar(UInt32(number)) else { continue }
        value.insert(.exact(String(scalar)))
      }
      return value
    }
    return AbstractValue.string.labelled(labels.union([openMarkup]))
  }

  private func callJSON(
    _ member: BuiltinMember, _ arguments: CallArguments, _ carried: Labels, _ call: Expression,
    _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    switch member {
    case .jsonParse:
      addFault(carried, &state, frame)
      let own: Labels = arguments[0].strings.isEmpty ? [] : [openMarkup]
      let parsed = data(at: call, "data", carried.unescaped.union(own), frame)
      let reviver = arguments.rest(from: 1)
      guard !reviver.functions.isEmpty else { return parsed }
      let each = CallArguments(positional: [AbstractValue.string.labelled(carried), parsed])
      return parsed.union(
        invokeRepeatedly(
          reviver, each, call, count: carried, answersDecide: true, &state, frame))
    case .jsonTryParse:
      let result = allocate(.result, at: call, in: frame)
      grow(
        result, field: "ok",
        AbstractValue.boolean.labelled(carried.of(LabelKind.keptByComparison)), isCertain: true)
      grow(
        result, field: "value",
        data(at: call, "data", carried.unescaped, frame).union(.undefined))
      grow(
        result, field: "error",
        data(at: call, "error", carried.unescaped, frame).union(.undefined))
      expectOutcome(result, &state)
      noteFailable(call, result)
      return .object(result)
    case .jsonStringify: return stringify(arguments, carried, call, &state, frame)
    default: return anything(arguments.positional + [arguments.spread ?? .nothing])
    }
  }

  private func stringify(
    _ arguments: CallArguments, _ carried: Labels, _ call: Expression, _ state: inout PathState,
    _ frame: Frame
  ) -> AbstractValue {
    let given = arguments[0]
    if isCyclic(given) { addFault(carried, &state, frame) }
    noteWholeResults(in: given, at: call.position)
    var text = AbstractValue.string.labelled(carried)
    let replacer = arguments.rest(from: 1)
    if !replacer.functions.isEmpty {
      // It is asked about every field by name, and its answers decide about those within.
      let names = AbstractValue.string.labelled(carried.union([piece, openMarkup]))
      let each = CallArguments(positional: [names, reachable(from: given)])
      let replaced = invokeRepeatedly(
        replacer, each, call, count: carried, answersDecide: true, &state, frame)
      text.labels.formUnion(deepLabels(replaced).without([.missing]))
    }
    if given.kinds.contains(.undefined) || !given.functions.isEmpty || given.isNothing
      || given.objects.contains(where: { heap[$0].kind == .element })
    {
      text.kinds.insert(.undefined)
    }
    for index in reachable(from: given).objects where heap[index].kind == .element {
      text.labels.formUnion(insides(of: index).labels.without([.missing]))
    }
    text.labels.insert(openMarkup)
    return text
  }

  /// Parsed data: primitives, arrays and objects all the way down, every part with the labels.
  func data(
    at call: Expression, _ part: String, _ labels: Labels, _ frame: Frame
  ) -> AbstractValue {
    let index = allocate(.data, at: call, part: part, in: frame)
    let value = AbstractValue(kinds: .anyData, objects: [index], labels: labels)
    grow(index, field: nil, value)
    return value
  }

  private func callObject(
    _ member: BuiltinMember, _ arguments: CallArguments, _ carried: Labels, _ call: Expression,
    _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let given = arguments[0]
    switch member {
    case .objectAssign:
      if given.mayBePrimitive { addFault(given.labels, &state, frame) }
      assign(arguments.rest(from: 1), to: given, call, &state, frame)
      return given
    case .objectHasOwn, .objectIs:
      return answer(arguments.joined.labelled(carried))
    default: break
    }
    if given.mayBeNullish { addFault(given.labels, &state, frame) }
    let list = allocate(.array, at: call, in: frame)
    state.view[list] = nil
    show(state)
    grow(list, labels: shapeLabels(given))
    var names = AbstractValue.nothing
    for index in given.objects where heap[index].kind != .element {
      let object = heap[index]
      if object.kind == .result { noteWholeResults(in: given, at: call.position) }
      grow(list, labels: object.labels.choosing)
      for (name, field) in fields(index) {
        // Whether a field is there depends on the branches that store it.
        let deciding = field.labels.of(LabelKind.followsBranches)
        names.formUnion(.text(name.text).labelled(deciding))
        grow(list, labels: deciding)
      }
      if !object.others.isNothing {
        names.formUnion(AbstractValue.string.labelled(nameLabels(object)))
        grow(list, labels: object.others.labels.of(LabelKind.followsBranches))
      }
    }
    if given.mayBeString { names.formUnion(.string) }
    let values = elements(of: given)
    switch member {
    case .objectKeys: grow(list, field: nil, names.adding(given.labels.choosing))
    case .objectValues: grow(list, field: nil, values)
    case .objectEntries:
      let pair = allocatePair(at: call, frame)
      grow(pair, field: "0", names.adding(given.labels.choosing), isCertain: true)
      grow(pair, field: "1", values, isCertain: true)
      grow(list, field: nil, .object(pair))
    case .objectFromEntries:
      return fromEntries(given, call, &state, frame)
    default:
      return anything(arguments.positional + [arguments.spread ?? .nothing])
    }
    return .object(list)
  }

  /// Labels of the names of fields that are not known: those of the object as a whole, to which
  /// every key adds its own, and of what holds data from outside those of the data.
  private func nameLabels(_ object: AbstractObject) -> Labels {
    switch object.kind {
    case .plain, .array: object.labels.union(object.others.labels.of(LabelKind.followsBranches))
    default: object.labels.union(object.others.labels)
    }
  }

  private func fromEntries(
    _ given: AbstractValue, _ call: Expression, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    if !isIterable(given) { addFault(deepLabels(given), &state, frame) }
    let made = allocate(.plain, at: call, part: "object", in: frame)
    state.view[made] = nil
    show(state)
    let pairs = elements(of: given)
    var names = load(pairs, "0", at: call.position)
    var values = load(pairs, "1", at: call.position)
    if pairs.objects.contains(where: { heap[$0].kind != .array }) || pairs.mayBePrimitive {
      let all = elements(of: pairs)
      names.formUnion(all)
      values.formUnion(all)
      addFault(deepLabels(pairs), &state, frame)
    }
    names = names.removing(.undefined)
    consume(names, at: call.position)
    // How many there are, and which.
    grow(made, labels: shapeLabels(given))
    grow(made, labels: names.labels.without([.missing]))
    for name in fieldNames(names) { grow(made, field: name, values) }
    return .object(made)
  }

  private func assign(
    _ sources: AbstractValue, to given: AbstractValue, _ call: Expression,
    _ state: inout PathState, _ frame: Frame
  ) {
    let mark = state.control.union(given.labels.without([.missing]))
    for source in sources.objects {
      for name in fields(source).keys { noteAssigned(name.text, of: given) }
      if !heap[source].others.isNothing { noteAssigned(nil, of: given) }
    }
    if sources.mayBeString { noteAssigned(nil, of: given) }
    let isOfStart = areOfStart(given.objects)
    for target in given.objects {
      noteStore(
        into: heap[target].phase, &state, frame,
        "Object.assign changes an object made at start", at: call.position, isCertain: isOfStart)
      switch heap[target].kind {
      case .response, .result, .element, .request: addFault([], &state, frame)
      default: break
      }
      var made = MadeFields()
      let labels = spread(sources, into: &made, at: call.position)
      grow(target, labels: labels.union(mark))
      for (name, value) in made.fields { grow(target, name: name, value.adding(mark)) }
      if !made.others.isNothing { grow(target, field: nil, made.others.adding(mark)) }
      close(target, &state, frame)
    }
  }

  private func callArrayMember(
    _ member: BuiltinMember, _ arguments: CallArguments, _ call: Expression,
    _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    guard member != .arrayIsArray else { return answer(arguments[0]) }
    let list = allocate(.array, at: call, in: frame)
    state.view[list] = nil
    show(state)
    if member == .arrayOf {
      for (place, value) in arguments.positional.enumerated() {
        grow(list, field: String(place), value)
      }
      if let spread = arguments.spread { grow(list, field: nil, spread) }
      grow(list, labels: arguments.shape.choosing)
      return .object(list)
    }
    let source = arguments[0]
    if source.mayBeNullish { addFault(source.labels, &state, frame) }
    let items = elements(of: source).union(.undefined)
    // How many there are: of an object its `length` says it.
    let length = load(source, "length", at: call.position)
    let count = shapeLabels(source).union(deepLabels(length).without([.missing]).choosing)
    grow(list, labels: count)
    let callback = arguments[1]
    if !callback.functions.isEmpty {
      let each = CallArguments(positional: [items, .number])
      grow(
        list, field: nil,
        invokeRepeatedly(
          callback, each, call, count: count, answersDecide: false, &state, frame))
    }
    if !callback.removing(.undefined).withoutFunctions.isNothing {
      addFault(callback.labels, &state, frame)
    }
    // Without a callback the elements are what they are.
    if callback.functions.isEmpty || callback.mayBePrimitive || !callback.objects.isEmpty {
      grow(list, field: nil, items)
    }
    return .object(list)
  }
}

extension AbstractValue {
  /// The same without the functions it may be.
  var withoutFunctions: AbstractValue {
    var copy = self
    copy.functions = []
    return copy
  }
}
