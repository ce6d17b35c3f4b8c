import Contracts
import Encodings
import HandlerLanguage

/// A constant, or a field of one, that a condition can say something about.
struct AccessPath: Hashable {
  /// Index into `Program.bindings`.
  var binding: Int
  @Bytewise var fields: [String] = []
}

/// What the conditions passed so far say about an access path.
enum Fact: Hashable {
  /// It was asked whether the value is there, whatever the answer.
  case asked(AccessPath)
  /// It is neither null nor undefined.
  case present(AccessPath)
  /// A cache read, by the number of its call, has found nothing.
  case missed(Int)
  /// The Result, or the answer of another service, is a success.
  case succeeded(AccessPath)
  /// The status of another service's answer says that there was one.
  case answered(AccessPath)

  /// The binding it is about, when it is about one.
  var binding: Int? {
    switch self {
    case .asked(let path), .present(let path), .succeeded(let path), .answered(let path):
      path.binding
    case .missed: nil
    }
  }
}

/// What a condition says when it holds, or when it does not.
struct Refinement {
  var facts: Set<Fact> = []
  var routes = RouteContext.any

  /// Both say.
  func and(_ other: Refinement) -> Refinement {
    Refinement(facts: facts.union(other.facts), routes: routes.and(other.routes))
  }
  /// One of them says.
  func or(_ other: Refinement) -> Refinement {
    Refinement(facts: facts.intersection(other.facts), routes: routes.or(other.routes))
  }
}

/// What is known at one place of a function.
struct PathState {
  var facts: Set<Fact> = []
  var routes = RouteContext.any
  /// Labels of the branches that decide whether this place is reached.
  var control: Labels = []
  /// Calls that can fail, by the binding that holds the outcome.
  var outcomes: [Int: Expression] = [:]
  /// False behind a return, break or continue.
  var isReachable = true

  /// The state behind a condition with a known answer.
  func refined(by refinement: Refinement) -> PathState {
    var copy = self
    copy.facts.formUnion(refinement.facts)
    copy.routes = copy.routes.and(refinement.routes)
    return copy
  }

  /// The state where two paths meet; `before` is the state where they parted.
  static func meet(_ a: PathState, _ b: PathState, before: PathState) -> PathState {
    if !a.isReachable {
      var state = b
      state.control.formUnion(a.control)
      return state
    }
    if !b.isReachable {
      var state = a
      state.control.formUnion(b.control)
      return state
    }
    var state = before
    state.facts = a.facts.intersection(b.facts)
    state.control = a.control.union(b.control)
    state.outcomes = a.outcomes.merging(b.outcomes) { first, _ in first }
    state.isReachable = true
    return state
  }
}
