import HandlerLanguage

/// A condition's value, and what is known behind it.
struct ConditionOutcome {
  var value: AbstractValue
  var whenTrue = Refinement()
  var whenFalse = Refinement()

  /// The outcome of the negation.
  var negated: ConditionOutcome {
    ConditionOutcome(value: value, whenTrue: whenFalse, whenFalse: whenTrue)
  }

  /// Whether it can be true as far as is known; a value that nobody knows yet can be either.
  var mayBeTrue: Bool { value.isNothing || !value.truthyPart.isNothing }
  var mayBeFalse: Bool { value.isNothing || !value.falsyPart.isNothing }
}
