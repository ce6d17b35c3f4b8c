import HandlerLanguage

/// A function value.
enum AbstractFunction: Hashable {
  /// A function of the program, made in a frame.
  case closure(Int, frame: Int)
  case module(ModuleFunction)
  case global(BuiltinGlobal)
  case member(BuiltinMember)
  /// `guard(f)`.
  case guarded(Int)
  /// A guard sequence: an index into the table of sequences.
  case sequence(Int)
}

/// Guards around one plain function.
struct GuardSequence {
  var members: [AbstractValue]
  var expression: Expression
}

/// The arguments of a call.
struct CallArguments {
  var positional: [AbstractValue] = []
  /// Anything that a spread may put behind the positional ones.
  var spread: AbstractValue?
  /// The expressions behind `positional`, where there are any.
  var expressions: [Expression] = []

  /// The argument at a place; `undefined` where none is given.
  subscript(index: Int) -> AbstractValue {
    if index < positional.count { return positional[index] }
    return spread.map { $0.union(.undefined) } ?? .undefined
  }
  /// All from a place on, as one.
  func rest(from index: Int) -> AbstractValue {
    var all = spread ?? .nothing
    for value in positional.dropFirst(index) { all.formUnion(value) }
    return all
  }
  /// All as one.
  var joined: AbstractValue { rest(from: 0) }
}
