import Contracts
import Encodings

/// How facts are put into words, the same in every rendering.
enum FactsWording {
  /// Labels of the properties that hold, in the order of ``Property``.
  static func proven(_ facts: Facts) -> [String] {
    Property.allCases.filter(facts.holds).map(\.label)
  }

  /// `3 route(s), 2 env, 0 egress, 1 cache, 2 cap(s)`.
  static func surface(_ facts: Facts) -> SafeText {
    """
    \(facts.routes.count) route(s), \(facts.envKeys.count) env, \(facts.egressHosts.count) egress, \
    \(facts.cacheNamespaces.count) cache, \(facts.capabilities.count) cap(s)
    """
  }

  /// Said of a contract that another compiler gave.
  static let imported: SafeText = "a contract of another compiler; the lower of both counts"

  /// The dynamic sections. All but routes are enforced when literal, and open when not.
  static func dynamic(_ facts: Facts) -> [String] {
    facts.dynamic.map { $0 == .routes ? "routes" : "\($0.rawValue) (unrestricted)" }
  }
}
