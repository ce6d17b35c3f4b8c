import HandlerLanguage

/// The activations of one function that are told apart: by the call they come from, the frame
/// the closure was made in, the phase, and what is known of the request there.
final class Frame {
  /// What tells frames apart.
  struct Key: Hashable {
    var function: Int
    var callSite: Int
    var parent: Int
    var phase: Phase
    var routes: RouteContext
  }

  let id: Int
  /// Nil for the frame of the module level.
  let function: Function?
  let parent: Frame?
  let phase: Phase
  let routes: RouteContext
  /// The function value that is called.
  let callee: Int
  var bindings: [Int: AbstractValue] = [:]
  /// What the calls passed, place by place, and what spreads may add behind.
  var arguments: [AbstractValue] = []
  var spread = AbstractValue.nothing
  var returned = AbstractValue.nothing
  /// Labels of the branches that decide whether the function is called.
  var control: Labels = []
  /// Labels of what may end the request while the function runs.
  var faults: Labels = []
  /// What every call knows; nil before the first.
  var entry: Knowledge?
  /// The ways in which the function returns, by where they do.
  var exits: [Exit.Place: Exit] = [:]
  /// The pass in which it was last evaluated.
  var pass = -1
  /// Whether its body is being evaluated.
  var isActive = false
  /// Whether it stands for more than one activation in one request.
  var isMany = false
  /// The frame it was first called from.
  let caller: Int

  init(
    id: Int, function: Function?, parent: Frame?, callee: Int, caller: Int, key: Key
  ) {
    self.id = id
    self.function = function
    self.parent = parent
    self.callee = callee
    self.caller = caller
    phase = key.phase
    // One that many calls share stands for many activations.
    isMany = key.callSite == -1 && function != nil
    routes = key.routes
  }

  /// The frame that holds a binding declared by a function; nil is the module level.
  func owner(of function: Int?) -> Frame? {
    var frame: Frame? = self
    while let current = frame {
      if current.function?.id == function { return current }
      frame = current.parent
    }
    return nil
  }
}

/// One way in which a function returns.
struct Exit: Equatable {
  /// What tells ways apart: the returned expression, and the branch of it that was taken.
  struct Place: Hashable {
    var expression: Int
    var branch = 0
  }

  var value: AbstractValue
  /// The status of the response that it is, where the branch tells more than the value.
  var status: AbstractValue?
  /// Outcomes that are known.
  var facts: Set<Fact>
  /// Outcomes of calls that can fail, by the object that tells of them.
  var pending: Indices
  /// Those of which nobody can tell any more.
  var unsettled: Indices

  /// Joins another visit of the same place; true when there is more than before.
  mutating func formUnion(_ other: Exit) -> Bool {
    let before = self
    value.formUnion(other.value)
    if let theirs = other.status { status = status.map { $0.union(theirs) } } else { status = nil }
    facts.formIntersection(other.facts)
    pending.formUnion(other.pending)
    unsettled.formUnion(other.unsettled)
    return self != before
  }
}
