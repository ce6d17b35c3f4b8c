import Contracts
import Encodings
import HandlerLanguage

/// What a handler may touch: its contract, asked one question at a time.
///
/// A section that the contract calls dynamic is not restricted; anything else that is not listed
/// is refused. Names are compared by their bytes.
public struct ContractPolicy: Sendable {
  private let env: Set<ByteName>
  private let namespaces: Set<ByteName>
  private let hosts: Set<ByteName>
  private let anyEnv: Bool
  private let anyNamespace: Bool
  private let anyHost: Bool
  /// Names that must be set for the handler to work, sorted.
  public let requiredEnvironment: [String]
  /// Whether the handler can open connections.
  public let needsNetwork: Bool
  /// Whether the handler runs statements of SQL.
  public let needsDatabase: Bool

  /// The rule that a contract sets.
  public init(_ contract: Contract) {
    env = Set(contract.env.literal.map { ByteName($0) })
    namespaces = Set(contract.cache.namespaces.map { ByteName($0) })
    hosts = Set(contract.egress.hosts.map { ByteName($0) })
    anyEnv = contract.env.dynamic
    anyNamespace = contract.cache.dynamic
    anyHost = contract.egress.dynamic
    requiredEnvironment = contract.env.required
    needsDatabase =
      contract.capabilities.contains(ModuleRow.Capability.sqlite.rawValue)
      || !contract.sql.queries.isEmpty
    needsNetwork = contract.capabilities.contains(ModuleRow.Capability.network.rawValue)
  }

  /// Whether `env(name)` may be answered.
  public func allowsEnvironment(_ name: String) -> Bool { anyEnv || env.contains(ByteName(name)) }

  /// Whether a cache namespace may be used.
  public func allowsNamespace(_ name: String) -> Bool {
    anyNamespace || namespaces.contains(ByteName(name))
  }

  /// Whether a connection to a host may be opened; `host` is as ``URLParts/contractHost`` gives it.
  public func allowsHost(_ host: String) -> Bool { anyHost || hosts.contains(ByteName(host)) }

  /// Required names without a value among `environment`, sorted bytewise.
  public func missing(from environment: [ByteName: String]) -> [String] {
    UTF8Order.sortedUnique(requiredEnvironment.filter { environment[ByteName($0)] == nil })
  }
}
