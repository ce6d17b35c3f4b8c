import HandlerLanguage

/// What each expression was seen to give in the last pass, for whoever wants to know by which way
/// data came: kept only where a proof is to be explained.
struct Trace {
  /// An expression in an activation of its function.
  struct Place: Hashable {
    var expression: Int
    var frame: Int
  }
  /// What it gave, over all times it was evaluated.
  struct Given {
    /// Labels of the value and of all that hangs on it.
    var labels: Labels
    /// The objects it may be.
    var objects: Indices
  }

  private(set) var given: [Place: Given] = [:]
  /// The frames in which each expression was evaluated.
  private(set) var frames: [Int: [Int]] = [:]

  /// An expression was evaluated.
  mutating func note(_ labels: Labels, _ objects: Indices, at place: Place) {
    if given[place] == nil {
      frames[place.expression, default: []].append(place.frame)
      given[place] = Given(labels: labels, objects: objects)
    } else {
      given[place]?.labels.formUnion(labels)
      given[place]?.objects.formUnion(objects)
    }
  }
}

extension Evaluator {
  /// Everything an expression's value can be.
  func evaluate(
    _ expression: Expression, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let value = evaluateKind(of: expression, &state, frame)
    if findings != nil, trace != nil {
      trace?.note(
        deepLabels(value), value.objects, at: .init(expression: expression.id, frame: frame.id))
    }
    return value
  }
}
