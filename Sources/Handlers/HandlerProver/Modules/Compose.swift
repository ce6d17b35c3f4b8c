import HandlerLanguage

// `zigttp:compose`.
extension Evaluator {
  func makeGuard(_ arguments: CallArguments) -> AbstractValue {
    AbstractValue(
      functions: Indices(arguments[0].functions.map { intern(.guarded($0)) }),
      labels: arguments[0].labels)
  }
}
