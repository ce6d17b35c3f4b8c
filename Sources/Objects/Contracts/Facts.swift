import Encodings

/// How much of a handler could be shown.
public enum ProofLevel: String, Sendable, Hashable, Comparable {
  case none, partial, complete

  /// `none` is below `partial` is below `complete`.
  public static func < (a: ProofLevel, b: ProofLevel) -> Bool { a.rank < b.rank }
  private var rank: Int {
    switch self {
    case .none: 0
    case .partial: 1
    case .complete: 2
    }
  }
}

/// A route as `facts` has it.
public struct Route: Sendable, Hashable, Comparable {
  /// `METHOD /path`; rows by others may lack the method. For a prefix, what stands before the `*`.
  @Bytewise public var pattern: String
  /// Whether everything below the pattern belongs to it.
  public var isPrefix: Bool

  /// A route from its parts.
  public init(pattern: String, isPrefix: Bool = false) {
    self.pattern = pattern
    self.isPrefix = isPrefix
  }

  /// Bytewise by pattern, exact before prefix.
  public static func < (a: Route, b: Route) -> Bool {
    if !UTF8Order.equal(a.pattern, b.pattern) { return UTF8Order.precedes(a.pattern, b.pattern) }
    return !a.isPrefix && b.isPrefix
  }
}

/// A section of the contract that could not be read off as literals.
public enum DynamicSection: String, CaseIterable, Sendable, Hashable {
  case env, egress, cache, sql, routes
}

/// What a ledger row says of a contract: the part that is compared between deploys.
///
/// Every array is kept sorted bytewise and unique by the code that makes the value.
/// Reference: formats.md, "Ledger line".
public struct Facts: Sendable, Hashable {
  /// SHA-256 of the canonical contract, 64 hex digits in rows of ours.
  public var contractSha: String
  /// How much could be shown.
  public var proofLevel: ProofLevel
  /// Env names that are read.
  @Bytewise public var envKeys: [String]
  /// Hosts that are connected to.
  @Bytewise public var egressHosts: [String]
  /// Cache namespaces that are used.
  @Bytewise public var cacheNamespaces: [String]
  /// What the handler needs of the runtime.
  @Bytewise public var capabilities: [String]
  /// Routes that are answered.
  public var routes: [Route]
  /// All twelve.
  public var properties: [Property: Bool]
  /// Properties that the source itself declares.
  @Bytewise public var declaredSpecs: [String]
  /// Sections that are not known as literals.
  public var dynamic: [DynamicSection]
  /// `ENV > host > header`.
  @Bytewise public var egressCredentials: [String]
  /// `name operation tables`.
  @Bytewise public var sqlQueries: [String]
  /// Leaks that were allowed by a flag.
  @Bytewise public var allowedLeaks: [String]
  /// Whether the contract was given by another compiler, and what holds is the lower of both.
  public var imported: Bool

  /// Facts from their parts; a property that is left out is read as ``Property/valueWhenMissing``.
  public init(
    contractSha: String, proofLevel: ProofLevel = .none, envKeys: [String] = [],
    egressHosts: [String] = [], cacheNamespaces: [String] = [], capabilities: [String] = [],
    routes: [Route] = [], properties: [Property: Bool] = [:], declaredSpecs: [String] = [],
    dynamic: [DynamicSection] = [], egressCredentials: [String] = [], sqlQueries: [String] = [],
    allowedLeaks: [String] = [], imported: Bool = false
  ) {
    self.contractSha = contractSha
    self.proofLevel = proofLevel
    self.envKeys = envKeys
    self.egressHosts = egressHosts
    self.cacheNamespaces = cacheNamespaces
    self.capabilities = capabilities
    self.routes = routes
    var all: [Property: Bool] = [:]
    for property in Property.allCases {
      all[property] = properties[property] ?? property.valueWhenMissing
    }
    self.properties = all
    self.declaredSpecs = declaredSpecs
    self.dynamic = dynamic
    self.egressCredentials = egressCredentials
    self.sqlQueries = sqlQueries
    self.allowedLeaks = allowedLeaks
    self.imported = imported
  }

  /// Whether the property was shown.
  public func holds(_ property: Property) -> Bool {
    properties[property] ?? property.valueWhenMissing
  }
}
