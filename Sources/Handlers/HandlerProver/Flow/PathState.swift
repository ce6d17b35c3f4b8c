import Contracts
import Encodings
import HandlerLanguage

/// A constant, or a field of one, that a condition can say something about.
struct AccessPath: Hashable {
  /// Index into `Program.bindings`.
  var binding: Int
  @Bytewise var fields: [String] = []
}

/// What the conditions passed so far say about an access path or an object.
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
  /// The same of the object that an expression has made last.
  case success(Int)
  case answer(Int)

  /// The path it is about, when it is about one.
  var path: AccessPath? {
    switch self {
    case .asked(let path), .present(let path), .succeeded(let path), .answered(let path): path
    case .missed, .success, .answer: nil
    }
  }
  /// The object it is about, when it is about one.
  var object: Int? {
    switch self {
    case .success(let object), .answer(let object): object
    default: nil
    }
  }
  /// The same about another path.
  func about(_ path: AccessPath) -> Fact {
    switch self {
    case .asked: .asked(path)
    case .present: .present(path)
    case .succeeded: .succeeded(path)
    case .answered: .answered(path)
    case .missed, .success, .answer: self
    }
  }
}

/// What conditions say: facts, and what values are narrowed down to.
struct Knowledge: Equatable {
  var facts: Set<Fact> = []
  /// All that the value of a path can be: known texts and the like.
  var narrowed: [AccessPath: AbstractValue] = [:]

  var isEmpty: Bool { facts.isEmpty && narrowed.isEmpty }

  /// Both say.
  mutating func add(_ other: Knowledge) {
    if !other.facts.isEmpty { facts.formUnion(other.facts) }
    for (path, value) in other.narrowed { narrowed[path] = value }
  }
  /// One of them says.
  func or(_ other: Knowledge) -> Knowledge {
    if self == other { return self }
    var values: [AccessPath: AbstractValue] = [:]
    for (path, value) in narrowed {
      if let theirs = other.narrowed[path] { values[path] = value.union(theirs) }
    }
    return Knowledge(facts: facts.intersection(other.facts), narrowed: values)
  }
  /// Forgets everything about a binding.
  mutating func forget(_ binding: Int) {
    if facts.contains(where: { $0.path?.binding == binding }) {
      facts = facts.filter { $0.path?.binding != binding }
    }
    if narrowed.keys.contains(where: { $0.binding == binding }) {
      narrowed = narrowed.filter { $0.key.binding != binding }
    }
  }
}

/// What a condition says when it holds, or when it does not.
struct Refinement {
  var known = Knowledge()
  var routes = RouteContext.any

  var facts: Set<Fact> {
    get { known.facts }
    set { known.facts = newValue }
  }

  /// Both say.
  func and(_ other: Refinement) -> Refinement {
    var both = self
    both.known.add(other.known)
    both.routes = routes.and(other.routes)
    return both
  }
  /// One of them says.
  func or(_ other: Refinement) -> Refinement {
    Refinement(known: known.or(other.known), routes: routes.or(other.routes))
  }
}

/// One of the values that an expression may have had, and what is known where it had it.
struct Alternative: Equatable {
  var value: AbstractValue
  /// The status, where the value is a response and the alternative tells it.
  var status: AbstractValue?
  var facts: Set<Fact>
}

/// What has alternatives: a constant, or an expression that was evaluated.
enum AlternativeKey: Hashable {
  case binding(Int)
  case expression(Int)
}

/// What is known at one place of a function.
struct PathState {
  var known = Knowledge()
  var routes = RouteContext.any
  /// Labels of the branches that decide whether this place is reached.
  var control: Labels = []
  /// Outcomes of calls that can fail, by the object that tells of them.
  var pending: Indices = []
  /// Outcomes that were forgotten before anybody asked: such a call was made again, or dropped.
  var unsettled: Indices = []
  /// Variables of this function that no other function sees: what they hold here.
  var locals: [Int: AbstractValue] = [:]
  /// Objects of this function whose fields are known exactly here.
  var view: [Int: [ByteName: AbstractValue]] = [:]
  /// Constants that hold the outcome an expression has made last.
  var holders: [Int: Int] = [:]
  /// What values go with which facts.
  var alternatives: [AlternativeKey: [Alternative]] = [:]
  /// False behind a return, break or continue.
  var isReachable = true

  var facts: Set<Fact> {
    get { known.facts }
    set { known.facts = newValue }
  }

  /// The state behind a condition with a known answer.
  func refined(by refinement: Refinement) -> PathState {
    var copy = self
    copy.known.add(refinement.known)
    copy.routes = copy.routes.and(refinement.routes)
    return copy
  }

  /// The state where two paths meet; `before` is the state where they parted.
  static func meet(_ a: PathState, _ b: PathState, before: PathState) -> PathState {
    // What decided whether the other path was taken is in the control of both already; what happened
    // on it afterwards decides nothing here.
    if !a.isReachable || !b.isReachable { return a.isReachable ? a : b }
    var state = a
    state.routes = before.routes
    state.known = a.known.or(b.known)
    // What was called on one path has not failed on the other. What a caller has called may have
    // failed on both.
    for (mine, other) in [(a, b), (b, a)] {
      for fact in mine.facts {
        if let object = fact.object, mine.pending.contains(object), !other.pending.contains(object)
        {
          state.facts.insert(fact)
        }
      }
    }
    state.control.formUnion(b.control)
    state.pending.formUnion(b.pending)
    state.unsettled.formUnion(b.unsettled)
    state.meetStorage(b)
    for (binding, object) in b.holders where state.holders[binding] == nil {
      state.holders[binding] = object
    }
    for (key, value) in b.alternatives where state.alternatives[key] == nil {
      state.alternatives[key] = value
    }
    return state
  }

  /// Joins what variables and objects hold on another path; true when that was more.
  @discardableResult
  mutating func meetStorage(_ other: PathState) -> Bool {
    var hasGrown = false
    for (binding, value) in other.locals {
      if locals[binding] == nil {
        locals[binding] = value
        hasGrown = true
      } else if locals[binding]?.formUnion(value) == true {
        hasGrown = true
      }
    }
    for (object, fields) in view {
      guard let theirs = other.view[object] else {
        view[object] = nil
        hasGrown = true
        continue
      }
      if theirs == fields { continue }
      var joined = fields
      for (name, value) in theirs {
        if joined[name]?.formUnion(value) == nil { joined[name] = value.union(.undefined) }
      }
      for name in fields.keys where theirs[name] == nil { joined[name]?.formUnion(.undefined) }
      if joined != fields {
        view[object] = joined
        hasGrown = true
      }
    }
    return hasGrown
  }
}
