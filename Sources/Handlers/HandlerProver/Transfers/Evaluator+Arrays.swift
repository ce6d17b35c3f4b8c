import HandlerLanguage

extension Evaluator {
  /// A call of an array's method. Elements are not told apart by their places.
  func callArray(
    _ method: BuiltinMethod, on array: AbstractValue, _ arguments: CallArguments,
    _ call: Expression, _ state: PathState, _ frame: Frame
  ) -> AbstractValue {
    let items = elements(of: array)
    if method.row.effect == .mutatesReceiver {
      return change(method, array, items, arguments, call, state, frame)
    }
    switch method {
    case .arrayAt, .arrayFind, .arrayFindLast:
      let decided = ask(array, items, arguments, call, state, frame)
      return items.union(.undefined).adding(decided)
    case .arrayEvery, .arraySome:
      let decided = ask(array, items, arguments, call, state, frame)
      return answer(items).adding(decided)
    case .arrayIncludes:
      noteUnreadPath(arguments.joined)
      return answer(items.union(arguments.joined))
    case .arrayFindIndex, .arrayFindLastIndex:
      let decided = ask(array, items, arguments, call, state, frame)
      return AbstractValue.number.labelled(items.labels.union(decided))
    case .arrayIndexOf, .arrayLastIndexOf:
      noteUnreadPath(arguments.joined)
      return AbstractValue.number.labelled(items.labels.union(arguments.joined.labels))
    case .arrayForEach:
      ask(array, items, arguments, call, state, frame)
      return .undefined
    case .arrayJoin, .arrayToString:
      consumeDeeply(array.union(arguments.joined), at: call.position)
      let labels = deepLabels(array).union(deepLabels(arguments.joined)).without([.missing])
      // Two elements and what is between them stand for all.
      let parts = [items, arguments[0].removing(.undefined), items]
      return markup(AbstractValue.string.labelled(labels), parts)
    case .arrayReduce, .arrayReduceRight:
      return reduce(array, items, arguments, call, state, frame)
    default:
      return makeArray(method, array, items, arguments, call, state, frame)
    }
  }

  /// Calls a callback with every element; gives the labels of what it answers that follow
  /// branches.
  @discardableResult
  private func ask(
    _ array: AbstractValue, _ items: AbstractValue, _ arguments: CallArguments,
    _ call: Expression, _ state: PathState, _ frame: Frame
  ) -> Labels {
    visit(array, items, arguments, call, state, frame).labels.of(LabelKind.followsBranches)
  }

  private func visit(
    _ array: AbstractValue, _ items: AbstractValue, _ arguments: CallArguments,
    _ call: Expression, _ state: PathState, _ frame: Frame
  ) -> AbstractValue {
    // How many calls there are depends on the array.
    var inner = state
    inner.control.formUnion(shapeLabels(array).of(LabelKind.followsBranches))
    let each = CallArguments(positional: [items, .number, array])
    return invoke(arguments[0], each, call, inner, frame)
  }

  private func reduce(
    _ array: AbstractValue, _ items: AbstractValue, _ arguments: CallArguments,
    _ call: Expression, _ state: PathState, _ frame: Frame
  ) -> AbstractValue {
    // The accumulator lives in a cell of the heap, since it feeds on itself.
    let cell = allocate(.array, at: call, part: "accumulator", in: frame)
    if arguments.positional.count > 1 || arguments.spread != nil {
      grow(cell, field: nil, arguments.rest(from: 1))
    } else {
      grow(cell, field: nil, items)
      addFault(array.labels)
    }
    let each = CallArguments(positional: [heap[cell].others, items, .number, array])
    grow(cell, field: nil, invoke(arguments[0], each, call, state, frame))
    return heap[cell].others.adding(array.labels.of(LabelKind.followsBranches))
  }

  /// Methods that give a new array.
  private func makeArray(
    _ method: BuiltinMethod, _ array: AbstractValue, _ items: AbstractValue,
    _ arguments: CallArguments, _ call: Expression, _ state: PathState, _ frame: Frame
  ) -> AbstractValue {
    let list = allocate(.array, at: call, in: frame)
    grow(list, labels: shapeLabels(array).without([.openMarkup]))
    let all = array.union(arguments.joined)
    grow(list, labels: deepLabels(all).of(LabelKind.followsBranches))
    switch method {
    case .arrayMap:
      grow(list, field: nil, visit(array, items, arguments, call, state, frame))
    case .arrayFlatMap:
      let made = visit(array, items, arguments, call, state, frame)
      grow(list, field: nil, flattened(made, depth: 1))
    case .arrayFilter:
      grow(list, field: nil, items)
      grow(list, labels: ask(array, items, arguments, call, state, frame))
    case .arrayConcat:
      grow(list, field: nil, items.union(flattened(arguments.joined, depth: 1)))
    case .arrayFlat:
      grow(list, field: nil, flattened(items, depth: .max))
    case .arrayKeys:
      grow(list, field: nil, .number)
    case .arrayEntries:
      let pair = allocate(.array, at: call, part: "entry", in: frame)
      grow(pair, field: nil, items.union(.number))
      grow(list, field: nil, .object(pair))
    case .arrayToSorted:
      grow(list, field: nil, items)
      grow(list, labels: compare(items, arguments, call, state, frame))
    default:
      // slice, toReversed, toSpliced, values, with
      grow(list, field: nil, items.union(arguments.joined))
    }
    return .object(list)
  }

  /// A value and, for arrays, what is in them.
  private func flattened(_ value: AbstractValue, depth: Int) -> AbstractValue {
    var all = value
    var layer = value
    var left = depth
    while left > 0 {
      layer = elements(of: layer)
      if !all.formUnion(layer) { break }
      left -= 1
    }
    return all
  }

  private func compare(
    _ items: AbstractValue, _ arguments: CallArguments, _ call: Expression, _ state: PathState,
    _ frame: Frame
  ) -> Labels {
    let each = CallArguments(positional: [items, items])
    return invoke(arguments[0], each, call, state, frame).labels.of(LabelKind.followsBranches)
  }

  /// Methods that change the array they are called on.
  private func change(
    _ method: BuiltinMethod, _ array: AbstractValue, _ items: AbstractValue,
    _ arguments: CallArguments, _ call: Expression, _ state: PathState, _ frame: Frame
  ) -> AbstractValue {
    let isStore = [.arrayPush, .arrayUnshift, .arrayFill, .arraySplice].contains(method)
    for index in array.objects {
      if !isStore {
        noteStore(
          into: heap[index].phase, frame, "an array made at start is changed", at: call.position)
      }
      // Its length and order depend on the branches that lead here.
      grow(index, labels: state.control)
    }
    if isStore {
      store(arguments.joined, in: array, field: nil, state, frame, at: call.position)
    } else if method == .arraySort {
      let decided = compare(items, arguments, call, state, frame)
      for index in array.objects { grow(index, labels: decided) }
    }
    switch method {
    case .arrayPush, .arrayUnshift:
      return AbstractValue.number.labelled(array.labels)
    case .arrayPop, .arrayShift:
      return items.union(.undefined)
    case .arraySplice:
      let removed = allocate(.array, at: call, part: "removed", in: frame)
      grow(removed, field: nil, items)
      return .object(removed)
    default:
      return array
    }
  }
}
