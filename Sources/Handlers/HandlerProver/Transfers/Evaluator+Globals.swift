import Contracts
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
    _ global: BuiltinGlobal, _ arguments: CallArguments, _ call: Expression, _ state: PathState,
    _ frame: Frame
  ) -> AbstractValue {
    let all = arguments.joined
    consumeDeeply(all, at: call.position)
    let carried = deepLabels(all).without([.missing])
    switch global {
    case .fetchSync:
      return callModule(.fetch, arguments, call, state, frame)
    case .number, .parseInt, .parseFloat:
      return numeric(all)
    case .string:
      if let shapes = shapes(of: arguments[0]) {
        return AbstractValue(strings: Set(shapes), labels: carried)
      }
      return AbstractValue.string.labelled(carried)
    case .boolean, .isNaN, .isFinite:
      return answer(all.labelled(carried))
    case .encodeURIComponent:
      return AbstractValue.string.labelled(carried.without([.unencoded, .openMarkup]))
    case .encodeURI:
      return AbstractValue.string.labelled(carried)
    case .decodeURIComponent, .decodeURI:
      addFault(carried)
      return AbstractValue.string.labelled(carried)
    case .range:
      let list = allocate(.array, at: call, in: frame)
      grow(list, field: nil, AbstractValue.number.labelled(carried))
      grow(list, labels: carried)
      return .object(list)
    case .h:
      return callElementFunction(arguments, call, state, frame)
    case .renderToString:
      addFault(carried)
      return AbstractValue.string.labelled(carried)
    case .fragment:
      let children = arguments[0].union(load(arguments[0], "children", at: call.position))
      return makeElement(nil, [], [children], call, frame)
    case .json, .math, .object, .array, .date, .console, .response, .nan, .infinity:
      addFault(carried)
      return .nothing
    }
  }

  /// A call of a member of a global.
  func callMember(
    _ member: BuiltinMember, _ arguments: CallArguments, _ call: Expression, _ state: PathState,
    _ frame: Frame
  ) -> AbstractValue {
    let all = arguments.joined
    let carried = deepLabels(all).without([.missing])
    if member != .objectAssign { consumeDeeply(all, at: call.position) }
    switch member.global {
    case .json: return callJSON(member, arguments, carried, call, state, frame)
    case .object: return callObject(member, arguments, carried, call, state, frame)
    case .array: return callArrayMember(member, arguments, call, state, frame)
    case .response: return respond(member, arguments, call, state, frame)
    case .console:
      noteCapabilities([.clock, .stderr])
      sink(.log, all, "log", at: call.position)
      return .undefined
    case .date:
      noteCapabilities([.clock])
      return AbstractValue.number.labelled([
        label(.volatile, "Date.now", at: call.position)
      ])
    case .math:
      guard member != .mathRandom else {
        noteCapabilities([.random])
        return AbstractValue.number.labelled([
          label(.volatile, "Math.random", at: call.position)
        ])
      }
      return numeric(all)
    case .number:
      return [.numberParseFloat, .numberParseInt].contains(member)
        ? numeric(all) : answer(all.labelled(carried))
    default:
      addFault(carried)
      return AbstractValue.string.labelled(carried)
    }
  }

  private func callJSON(
    _ member: BuiltinMember, _ arguments: CallArguments, _ carried: Labels, _ call: Expression,
    _ state: PathState, _ frame: Frame
  ) -> AbstractValue {
    switch member {
    case .jsonParse:
      addFault(carried)
      return data(at: call, "data", carried, frame)
    case .jsonTryParse:
      noteFailable(call)
      let result = allocate(.result, at: call, in: frame)
      grow(
        result, field: "ok",
        AbstractValue.boolean.labelled(carried.of(LabelKind.keptByComparison)), isCertain: true)
      grow(result, field: "value", data(at: call, "data", carried, frame).union(.undefined))
      grow(
        result, field: "error",
        data(at: call, "error", carried, frame).union(.undefined))
      return .object(result)
    default:
      let each = CallArguments(positional: [.string, reachable(from: arguments.joined)])
      let replaced = invoke(arguments.rest(from: 1), each, call, state, frame)
      var text = AbstractValue.string.labelled(carried.union(deepLabels(replaced)))
      if arguments[0].kinds.contains(.undefined) || !arguments[0].functions.isEmpty {
        text.kinds.insert(.undefined)
      }
      return text
    }
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

  /// Everything that hangs on a value, as one.
  func reachable(from value: AbstractValue) -> AbstractValue {
    var all = value
    var seen: Set<Int> = []
    var todo = Array(value.objects)
    while let index = todo.popLast() {
      guard seen.insert(index).inserted else { continue }
      let inner = heap[index].anyField
      all.formUnion(inner)
      todo += inner.objects
    }
    return all
  }

  private func callObject(
    _ member: BuiltinMember, _ arguments: CallArguments, _ carried: Labels, _ call: Expression,
    _ state: PathState, _ frame: Frame
  ) -> AbstractValue {
    let given = arguments[0]
    switch member {
    case .objectAssign:
      let sources = arguments.rest(from: 1)
      for target in given.objects.sorted() {
        noteStore(
          into: heap[target].phase, frame, "Object.assign changes an object made at start",
          at: call.position)
        spread(sources.adding(state.control), into: target, at: call.position)
      }
      return given
    case .objectHasOwn, .objectIs:
      noteUnreadPath(arguments.joined)
      return answer(arguments.joined.labelled(carried))
    default: break
    }
    if given.mayBeNullish { addFault(given.labels) }
    let list = allocate(.array, at: call, in: frame)
    grow(list, labels: given.labels.without([.missing]))
    var names = AbstractValue.nothing
    for index in given.objects {
      let object = heap[index]
      if object.kind == .result {
        findings?.lose(.resultsSafe, "a Result is taken apart without a check", at: call.position)
      }
      grow(list, labels: object.labels)
      for (name, field) in object.fields {
        // Whether a field is there depends on the branches that store it.
        let deciding = field.labels.of(LabelKind.followsBranches)
        names.formUnion(.text(name.text).labelled(deciding))
        grow(list, labels: deciding)
      }
      if !object.others.isNothing {
        names.formUnion(AbstractValue.string.labelled(object.others.labels))
      }
    }
    let values = elements(of: given)
    switch member {
    case .objectKeys: grow(list, field: nil, names)
    case .objectValues: grow(list, field: nil, values)
    case .objectEntries:
      let pair = allocate(.array, at: call, part: "entry", in: frame)
      grow(pair, field: nil, names.union(values))
      grow(list, field: nil, .object(pair))
    default:
      // Object.fromEntries
      let made = allocate(.plain, at: call, part: "object", in: frame)
      let pairs = elements(of: elements(of: given))
      grow(made, field: nil, pairs)
      grow(made, labels: given.labels)
      return .object(made)
    }
    return .object(list)
  }

  private func callArrayMember(
    _ member: BuiltinMember, _ arguments: CallArguments, _ call: Expression, _ state: PathState,
    _ frame: Frame
  ) -> AbstractValue {
    guard member != .arrayIsArray else { return answer(arguments[0]) }
    let list = allocate(.array, at: call, in: frame)
    if member == .arrayOf {
      grow(list, field: nil, arguments.joined)
      return .object(list)
    }
    let items = elements(of: arguments[0]).union(.undefined)
    grow(list, labels: deepLabels(arguments[0]).of(LabelKind.followsBranches))
    if arguments[1].functions.isEmpty {
      grow(list, field: nil, items)
    } else {
      let each = CallArguments(positional: [items, .number])
      grow(list, field: nil, invoke(arguments[1], each, call, state, frame))
    }
    return .object(list)
  }
}
