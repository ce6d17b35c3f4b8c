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

  var functions: Set<ModuleFunction> = []
  var capabilities: Set<ByteName> = []
  var declaredSpecs: Set<ByteName> = []

  var envNames: Set<ByteName> = []
  var envRequired: Set<ByteName> = []
  var envSecret: Set<ByteName> = []
  var envIsDynamic = false
  var cacheNamespaces: Set<ByteName> = []
  var cacheIsDynamic = false
  var hosts: Set<ByteName> = []
  var egressIsDynamic = false
  var egressCredentials: Set<Contract.EgressCredential> = []
  var routes: Set<Contract.APIRoute> = []
  var routesAreDynamic = false

  /// Calls that can fail, and those whose outcome is kept where it can be asked about.
  var failableCalls: [Int: SourcePosition] = [:]
  var keptOutcomes: Set<Int> = []
  /// Whether every path of the handler returns a Response.
  var alwaysResponds = false
  var warnings: Set<Diagnostic> = []

  private(set) var losses: [Property: Set<[Place]>] = [:]

  /// A property does not hold, and why.
  func lose(_ property: Property, _ steps: [Place]) { losses[property, default: []].insert(steps) }
  /// A property does not hold because of one place.
  func lose(_ property: Property, _ what: String, at position: SourcePosition) {
    lose(property, [Place(what: what, position: position)])
  }
  /// Whether nothing speaks against a property.
  func holds(_ property: Property) -> Bool { losses[property] == nil }
}
