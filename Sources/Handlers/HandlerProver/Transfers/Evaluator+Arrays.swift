import HandlerLanguage

extension Evaluator {
  /// A call of an array's method, by its row.
  func callArray(
    _ method: BuiltinMethod, on array: AbstractValue, _ arguments: CallArguments,
    _ call: Expression, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let row = ArrayTransfer.row(method)
    let items = elements(of: array)
    // What decides which elements there are and in which order, and what is asked for.
    var deciding = shapeLabels(array)
    if row.callback == .none { deciding.formUnion(passedLabels(arguments).choosing) }
    let answers = callBack(row, array, items, arguments, call, &state, frame)
    if row.answersDecide { deciding.formUnion(deepLabels(answers).choosing) }
    if method.row.effect == .mutatesReceiver || row.moves || row.stores {
      change(row, array, arguments, deciding, &state, frame, call)
    }
    switch row.result {
    case .element: return choose(items.union(.undefined), by: chosen(deciding, arguments, row))
    case .answer:
      let all = row.callback == .none ? items.union(arguments.joined) : items
      return answer(all).adding(deciding.of(LabelKind.keptByComparison))
    case .number:
      let all = row.callback == .none && !row.stores ? items.labels : []
      return AbstractValue.number.labelled(
        deciding.union(all).union(deepLabels(arguments.joined).without([.missing])))
    case .undefined: return .undefined
    case .text: return join(array, items, arguments, call, &state, frame)
    case .gathered: return answers.adding(deciding)
    case .receiver: return array.adding(deciding)
    case .array(let contents):
      let list = allocate(.array, at: call, in: frame)
      grow(list, labels: deciding)
      fill(list, contents, items, answers, arguments, call, frame)
      state.view[list] = nil
      show(state)
      return .object(list)
    case .anything: return anything([array, arguments.joined, answers])
    }
  }

  /// Labels of the arguments that are no callbacks.
  private func passedLabels(_ arguments: CallArguments) -> Labels {
    deepLabels(arguments.joined).without([.missing])
  }

  private func chosen(
    _ deciding: Labels, _ arguments: CallArguments, _ row: ArrayTransfer
  ) -> Labels {
    // The index of `at` chooses; so does what a callback answers.
    row.callback == .none ? deciding.union(passedLabels(arguments)) : deciding
  }

  private func callBack(
    _ row: ArrayTransfer, _ array: AbstractValue, _ items: AbstractValue,
    _ arguments: CallArguments, _ call: Expression, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    guard row.callback != .none else { return .nothing }
    let callback = arguments[0]
    if !row.isCallbackOptional || !callback.removing(.undefined).isNothing {
      mayBeNoFunction(
        row.isCallbackOptional ? callback.removing(.undefined) : callback, false, &state, frame)
    }
    let each: CallArguments
    switch row.callback {
    case .comparator: each = CallArguments(positional: [items, items])
    case .gatherer: return gather(array, items, arguments, call, &state, frame)
    default: each = CallArguments(positional: [items, .number, array])
    }
    return invokeRepeatedly(
      callback, each, call, count: shapeLabels(array), answersDecide: row.answersDecide, &state,
      frame)
  }

  private func gather(
    _ array: AbstractValue, _ items: AbstractValue, _ arguments: CallArguments,
    _ call: Expression, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    // What is gathered lives in a cell of the heap, since it feeds on itself.
    let cell = allocate(.array, at: call, part: "accumulator", in: frame)
    if arguments.positional.count > 1 || arguments.spread != nil {
      grow(cell, field: nil, arguments.rest(from: 1))
    } else {
      grow(cell, field: nil, items)
      addFault(shapeLabels(array), &state, frame)
    }
    let each = CallArguments(positional: [heap[cell].others, items, .number, array])
    let made = invokeRepeatedly(
      arguments[0], each, call, count: shapeLabels(array), answersDecide: false, &state, frame)
    grow(cell, field: nil, made)
    return heap[cell].others
  }

  private func join(
    _ array: AbstractValue, _ items: AbstractValue, _ arguments: CallArguments,
    _ call: Expression, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    render(array.union(arguments.joined), at: call, &state, frame)
    consumeDeeply(array.union(arguments.joined), at: call.position)
    var labels = deepLabels(array).union(deepLabels(arguments.joined)).without([.missing])
    // Two elements and what is between them stand for all.
    let parts = [items, arguments[0].removing(.undefined), items]
    if labels.has(.piece), labels.has(.chosen) { labels = labels.decoded }
    return markup(AbstractValue.string.labelled(labels), parts)
  }

  private func fill(
    _ list: Int, _ contents: ArrayTransfer.Contents, _ items: AbstractValue,
    _ answers: AbstractValue, _ arguments: CallArguments, _ call: Expression, _ frame: Frame
  ) {
    switch contents {
    case .elements: grow(list, field: nil, items)
    case .elementsAndArguments:
      grow(list, field: nil, items.union(arguments.joined))
    case .joined:
      grow(list, field: nil, items.union(flattened(arguments.joined, depth: 1)))
      grow(list, labels: shapeLabels(arguments.joined))
    case .flattened:
      grow(list, field: nil, flattened(items, depth: .max))
      grow(list, labels: deepShape(of: items))
    case .answers: grow(list, field: nil, answers)
    case .flattenedAnswers:
      grow(list, field: nil, flattened(answers, depth: 1))
      grow(list, labels: shapeLabels(answers))
    case .places: grow(list, field: nil, .number)
    case .entries:
      let pair = allocatePair(at: call, frame)
      grow(pair, field: "0", .number, isCertain: true)
      grow(pair, field: "1", items, isCertain: true)
      grow(list, field: nil, .object(pair))
    }
  }

  /// An array of two that stands for many of them.
  func allocatePair(at call: Expression, _ frame: Frame) -> Int {
    let pair = allocate(.array, at: call, part: "entry", in: frame)
    if !heap[pair].isMany {
      heap[pair].isMany = true
      hasChanged = true
    }
    return pair
  }

  /// Labels of the shapes of arrays in arrays.
  private func deepShape(of value: AbstractValue) -> Labels {
    var found = Labels()
    var seen: Indices = []
    var todo = Array(value.objects)
    while let index = todo.popLast() {
      guard seen.insert(index) else { continue }
      found.formUnion(heap[index].labels)
      todo += anyField(index).objects
    }
    return found.choosing
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

  /// Methods that change the array they are called on: which it is, and what led here, leave their
  /// mark on how many elements it has and where they are.
  private func change(
    _ row: ArrayTransfer, _ array: AbstractValue, _ arguments: CallArguments, _ deciding: Labels,
    _ state: inout PathState, _ frame: Frame, _ call: Expression
  ) {
    let mark = state.control.union(array.labels.without([.missing])).union(deciding)
      .union(arguments.shape)
    let isOfStart = areOfStart(array.objects)
    for index in array.objects {
      noteStore(
        into: heap[index].phase, &state, frame, "an array made at start is changed",
        at: call.position, isCertain: isOfStart)
      if row.moves { grow(index, field: nil, anyField(index).union(.undefined)) }
      grow(index, labels: mark.choosing)
      if row.stores { grow(index, field: nil, arguments.joined.adding(mark.choosing)) }
      close(index, &state, frame)
    }
  }
}
