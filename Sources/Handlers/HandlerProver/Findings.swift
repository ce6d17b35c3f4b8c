import Contracts
import Encodings
import HandlerLanguage

/// What the last pass over the program writes down: by then every table is complete, so that
/// nothing in here can depend on a state that was only passed through.
final class Findings {
  /// A place a witness points at.
  struct Place: Hashable {
    @Bytewise var what: String
    var position: SourcePosition
  }

  /// Why a proof is partial, besides Results that are not safe.
  enum Gap: CaseIterable {
    /// A path does not return a Response.
    case answers
    /// What a section of the contract lists is not all.
    case env, egress, cache
  }
  /// A call in a frame.
  struct CallPlace: Hashable {
    var call: Int
    var frame: Int
  }
  /// One place at which a function returns.
  struct Return {
    /// What stands behind `return`; nil where nothing does.
    var expression: Expression?
    /// Whether the end of the function is reached.
    var isEnd: Bool
    var value: AbstractValue
  }

  var functions: Set<ModuleFunction> = []
  var capabilities: Set<ByteName> = []
  var declaredSpecs: Set<ByteName> = []

  var envNames: Set<ByteName> = []
  var envRequired: Set<ByteName> = []
  var envSecret: Set<ByteName> = []
  var cacheNamespaces: Set<ByteName> = []
  var hosts: Set<ByteName> = []
  var egressCredentials: Set<Contract.EgressCredential> = []
  var routes: Set<Contract.APIRoute> = []
  var routesAreDynamic = false

  /// Calls that can fail, and those whose outcome is kept where it can be asked about.
  var failableCalls: [Int: SourcePosition] = [:]
  var keptOutcomes: Set<Int> = []
  /// What the paths of each frame's function return, by where they do.
  var returns: [Int: [SourcePosition: Return]] = [:]
  /// The frames that the calls of a frame lead to.
  var entered: [CallPlace: Set<Int>] = [:]
  /// The functions that are called there, callbacks of built-in functions left out.
  var callees: [CallPlace: Set<Int>] = [:]
  var warnings: Set<Diagnostic> = []

  private(set) var losses: [Property: Set<[Place]>] = [:]
  private(set) var gaps: [Gap: Set<[Place]>] = [:]

  /// A property does not hold, and why.
  func lose(_ property: Property, _ steps: [Place]) { losses[property, default: []].insert(steps) }
  /// A property does not hold because of one place.
  func lose(_ property: Property, _ what: String, at position: SourcePosition) {
    lose(property, [Place(what: what, position: position)])
  }
  /// Whether nothing speaks against a property.
  func holds(_ property: Property) -> Bool { losses[property] == nil }

  /// The proof is not complete, and why.
  func leave(_ gap: Gap, _ steps: [Place]) { gaps[gap, default: []].insert(steps) }
  /// Whether nothing of the kind was met.
  func isClosed(_ gap: Gap) -> Bool { gaps[gap] == nil }
}
