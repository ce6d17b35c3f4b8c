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
  /// A method that was read off its receiver, an index into the table of receivers. Running such a
  /// read is a fault; to be on the safe side a call does what the method would.
  case method(String, receiver: Int)
}

/// Guards around one plain function.
struct GuardSequence {
  var members: [AbstractValue]
  var expression: Expression
  /// Members of which nobody knows which they are and how many: what a spread brings.
  var spread: AbstractValue?
  /// Whether it is being called. One that holds itself is called again meanwhile: with these
  /// arguments, and what it gives then is what it was seen to give.
  var isEntered = false
  var arguments = CallArguments()
  var given = AbstractValue.nothing

  init(members: [AbstractValue], spread: AbstractValue?, expression: Expression) {
    self.members = members
    self.spread = spread
    self.expression = expression
  }
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
  /// Joins others, of which no expressions are known; returns whether there is more than before.
  mutating func formUnion(_ other: CallArguments) -> Bool {
    var isMore = other.positional.count > positional.count
    expressions = []
    while positional.count < other.positional.count { positional.append(.nothing) }
    for (place, value) in other.positional.enumerated() {
      if positional[place].formUnion(value) { isMore = true }
    }
    guard let more = other.spread else { return isMore }
    var joined = spread ?? .nothing
    if joined.formUnion(more) || spread == nil { isMore = true }
    spread = joined
    return isMore
  }
  /// All from a place on, as one.
  func rest(from index: Int) -> AbstractValue {
    var all = spread ?? .nothing
    for value in positional.dropFirst(index) { all.formUnion(value) }
    return all
  }
  /// All as one.
  var joined: AbstractValue { rest(from: 0) }
  /// Labels of how many there are.
  var shape: Labels { spread?.labels ?? [] }
}
