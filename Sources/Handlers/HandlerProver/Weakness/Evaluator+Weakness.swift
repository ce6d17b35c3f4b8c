// What is hidden where tests are tried. Without a trial nothing of it runs.
extension Evaluator {
  /// Whether something that was just met is hidden.
  func hides(_ loss: Weakness.Loss) -> Bool { trial?.hides(loss) ?? false }

  /// Looks at a call of something built in, or of the program's own.
  func looking(
    at part: Weakness.Part?, _ state: inout PathState,
    _ look: (inout PathState) -> AbstractValue
  ) -> AbstractValue {
    guard let trial else { return look(&state) }
    return trial.look(at: part) { unhidden(look(&state)) }
  }

  /// A value that a call gives, or puts into an object: without its labels where those are hidden.
  func unhidden(_ value: AbstractValue) -> AbstractValue {
    trial != nil && !value.labels.isEmpty && hides(.labels) ? value.labelled([]) : value
  }
}
