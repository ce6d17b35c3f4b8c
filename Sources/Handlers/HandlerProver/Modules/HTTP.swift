import HandlerLanguage

// `zigttp:http`, as far as its rows do not say it all.
extension Evaluator {
  /// The names of the headers that `cors` makes.
  private static let corsNames = [
    "access-control-allow-origin", "access-control-allow-methods", "access-control-allow-headers",
    "access-control-expose-headers", "access-control-max-age",
    "access-control-allow-credentials", "vary",
  ]

  func corsHeaders(
    _ arguments: CallArguments, _ call: Expression, _ frame: Frame
  ) -> AbstractValue {
    let labels = keptLabels(ModuleTable.row(.cors), arguments, call)
    let index = allocate(.plain, at: call, in: frame)
    for name in Self.corsNames {
      grow(index, field: name, AbstractValue.string.labelled(labels))
    }
    return .object(index)
  }
}
