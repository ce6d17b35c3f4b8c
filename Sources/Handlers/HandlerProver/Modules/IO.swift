import Encodings
import HandlerLanguage

// `zigttp:io`: functions that run at the same time.
extension Evaluator {
  /// `parallel([fn…])`: what each does is done, whatever the others do. One at a time runs, so that
  /// it is as if one ran after the other, but how far one comes may depend on another's fault.
  func runParallel(
    _ arguments: CallArguments, _ call: Expression, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let list = arguments.spread == nil ? arguments[0] : arguments.joined
    if !isListOfFunctions(list) { addFault(deepLabels(list), &state, frame) }
    let place = Findings.CallPlace(call: call.id, frame: frame.id)
    let before = state.control
    let exitsBefore = exits
    state.control.formUnion(shapeLabels(list).of(LabelKind.followsBranches))
    if let earlier = repeated[place] { state.control.formUnion(earlier) }
    let results = allocate(.array, at: call, in: frame)
    state.view[results] = nil
    show(state)
    grow(results, labels: shapeLabels(list))
    if let known = knownElements(of: list) {
      for (index, function) in known.enumerated() {
        let value = invoke(function, CallArguments(), call, &state, frame)
        grow(results, field: String(index), value, isCertain: true)
      }
    } else {
      let functions = elements(of: list)
      grow(
        results, field: nil,
        invokeRepeatedly(
          functions, CallArguments(), call, count: shapeLabels(list), answersDecide: false, &state,
          frame))
    }
    let deciding = state.control
    if !deciding.isSubset(of: repeated[place] ?? []) {
      repeated[place, default: []].formUnion(deciding)
      hasChanged = true
    }
    if exits == exitsBefore { state.control = before }
    state.alternatives[.expression(call.id)] = nil
    show(state)
    return .object(results)
  }

  /// `race([fn…])`: any of them may be the first, and what the others do may be done or not.
  func runRace(
    _ arguments: CallArguments, _ call: Expression, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let list = arguments.spread == nil ? arguments[0] : arguments.joined
    addFault(deepLabels(list), &state, frame)
    var functions = elements(of: list)
    functions.labels.formUnion(chance(of: .ioRace, at: call))
    return invoke(functions, CallArguments(), call, &state, frame)
  }

  private func isListOfFunctions(_ list: AbstractValue) -> Bool {
    guard !list.mayBePrimitive, list.functions.isEmpty, !list.objects.isEmpty else { return false }
    let each = elements(of: list)
    return list.objects.allSatisfy { heap[$0].kind == .array } && !each.mayBePrimitive
      && each.objects.isEmpty
  }

  /// The functions of an array that was written down one by one.
  private func knownElements(of list: AbstractValue) -> [AbstractValue]? {
    guard !list.mayBePrimitive, list.objects.count == 1, let index = list.objects.first,
      heap[index].kind == .array, heap[index].others.isNothing, !heap[index].isMany,
      !heap[index].isStoredElsewhere
    else { return nil }
    var found: [AbstractValue] = []
    for place in 0..<heap[index].fields.count {
      guard let value = field(index, ByteName(String(place))) else { return nil }
      found.append(value)
    }
    return found
  }
}
