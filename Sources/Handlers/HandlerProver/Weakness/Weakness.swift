import Contracts
import HandlerLanguage

/// Something that the prover is told not to see, so that its tests can be tested: whatever is hidden,
/// one of them must notice. A proof of a deploy never has one.
package struct Weakness: Hashable, Sendable, CustomStringConvertible {
  /// Where it does not look.
  package enum Part: Hashable, Sendable, CustomStringConvertible {
    case module(ModuleFunction)
    /// A global function, a member of a global, or a method.
    case global(BuiltinGlobal)
    case member(BuiltinMember)
    case method(BuiltinMethod)
    /// Data that reaches a sink, by the sink's name.
    case sink(String)
    /// Labels of a kind, where a property is decided.
    case rule(Property, kind: String)

    package var description: String {
      switch self {
      case .module(let function): function.rawValue
      case .global(let global): "\(global)"
      case .member(let member): "\(member)"
      case .method(let method): "\(method)"
      case .sink(let name): "sink \(name)"
      case .rule(let property, let kind): "\(property) of \(kind)"
      }
    }
  }

  /// What it does not see there.
  package enum Loss: String, Sendable {
    /// What the result carries, and what is put into objects.
    case labels
    /// That the request may end.
    case faults
    /// That it may fail, and has to be asked whether it has.
    case failures
    /// That data leaves there.
    case sinks
    /// That something outside of the request changes.
    case writes
    /// What is kept for requests that come later.
    case contents
    /// That data becomes markup or a target.
    case injections
    /// That what was made at start changes.
    case startStores
    /// What the host must lend.
    case capabilities
    /// That functions are called back.
    case callbacks
    /// All of it.
    case everything
  }

  package var part: Part
  package var loss: Loss

  package init(_ part: Part, _ loss: Loss) { (self.part, self.loss) = (part, loss) }

  package var description: String { loss == .everything ? "\(part)" : "\(part): \(loss)" }
}

/// A proof with a weakness; or without one, and then what could have been hidden is written down.
package final class WeaknessTrial {
  private let weakness: Weakness?
  /// The parts that are looked at, each inside of the one before; nil is the program's own code.
  private var parts: [Weakness.Part?] = []
  /// Every weakness that would have hidden something.
  package private(set) var found: Set<Weakness> = []

  package init(_ weakness: Weakness? = nil) { self.weakness = weakness }

  func look<Value>(at part: Weakness.Part?, _ body: () -> Value) -> Value {
    parts.append(part)
    defer { parts.removeLast() }
    return body()
  }

  /// Something of a kind is met: whether it is hidden where it is.
  func hides(_ loss: Weakness.Loss) -> Bool {
    guard let part = parts.last ?? nil else { return false }
    if weakness == nil { found.insert(Weakness(part, loss)) }
    return weakness == Weakness(part, loss)
  }

  /// Something is met that is a part by itself.
  func hides(_ part: Weakness.Part) -> Bool { look(at: part) { hides(.everything) } }
}
