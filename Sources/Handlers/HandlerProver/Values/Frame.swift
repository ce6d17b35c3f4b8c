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
    var facts: Set<Fact>
  }

  let id: Int
  /// Nil for the frame of the module level.
  let function: Function?
  let parent: Frame?
  let phase: Phase
  let routes: RouteContext
  let facts: Set<Fact>
  /// The function value that is called.
  let callee: Int
  /// Whether what it returns is the answer to the request.
  let isTail: Bool
  var bindings: [Int: AbstractValue] = [:]
  /// What the calls passed, place by place, and what spreads may add behind.
  var arguments: [AbstractValue] = []
  var spread = AbstractValue.nothing
  var returned = AbstractValue.nothing
  /// Labels of the branches that decide whether the function is called.
  var control: Labels = []
  /// The pass in which it was last evaluated.
  var pass = -1

  init(id: Int, function: Function?, parent: Frame?, callee: Int, isTail: Bool, key: Key) {
    self.id = id
    self.function = function
    self.parent = parent
    self.callee = callee
    self.isTail = isTail
    phase = key.phase
    routes = key.routes
    facts = key.facts
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
