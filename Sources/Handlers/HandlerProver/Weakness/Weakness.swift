import Contracts
import HandlerLanguage

/// Something that the prover is told not to see, so that its tests can be tested: whatever is hidden,
/// one of them must notice. A proof of a deploy never has one.
package struct Weakness: Hashable, Sendable, CustomStringConvertible {
  /// Where it does not look.
  package enum Part: Hashable, Sendable {
    /// Calls of a function of a module.
    case module(ModuleFunction)
    /// Calls of a global function, or of a member of a global.
    case global(BuiltinGlobal)
    case member(BuiltinMember)
    /// Calls of a method.
    case method(BuiltinMethod)
    /// Expressions of a kind.
    case expression(String)
    /// Data that reaches a sink, by the sink's name.
    case sink(String)
    /// Labels of a kind, where a property is decided.
    case rule(Property, kind: String)

    /// What can be hidden there. What an expression calls, and what a function of the program does,
    /// hides itself.
    var losses: Set<Loss> {
      switch self {
      case .module: Set(Loss.allCases)
      case .global, .member, .method:
        [.labels, .faults, .failures, .sinks, .startStores, .results, .callbacks, .stores]
      case .expression: [.labels, .faults]
      case .sink, .rule: [.everything]
      }
    }
  }

  /// What it does not see there.
  package enum Loss: String, CaseIterable, Sendable {
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
    /// That data becomes markup or a target.
    case injections
    /// That what was made at start changes.
    case startStores
    /// That a Result is used without a check.
    case results
    /// What is kept for requests that come later.
    case contents
    /// What the contract lists.
    case facts
    /// What the host must lend.
    case capabilities
    /// That functions are called back.
    case callbacks
    /// That what is called on, or passed, changes.
    case stores
    /// All of it: a part that decides nothing else.
    case everything
  }

  package var part: Part
  package var loss: Loss

  package init(_ part: Part, _ loss: Loss) { (self.part, self.loss) = (part, loss) }

  package var description: String { "\(part) \(loss)" }

  /// What an expression is, as the tree names it.
  static func kind(of expression: Expression) -> String {
    Mirror(reflecting: expression.kind).children.first?.label ?? "\(expression.kind)"
  }
}

/// A proof with a weakness, or without one: what it could have hidden is written down.
package final class WeaknessTrial {
  let weakness: Weakness?
  /// Every weakness that would have hidden something.
  package internal(set) var found: Set<Weakness> = []

  package init(_ weakness: Weakness?) { self.weakness = weakness }

  func hides(_ part: Weakness.Part, _ loss: Weakness.Loss = .everything) -> Bool {
    let one = Weakness(part, loss)
    if weakness == nil { found.insert(one) }
    return weakness == one
  }
}
