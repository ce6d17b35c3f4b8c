import Contracts

/// What the process lends its handlers: time, chance, environment, cache, log, and the rule of what
/// they may touch. One object serves every isolate; nothing in it can be changed by a handler but
/// the cache, whose calls are atomic.
public final class HostServices: Sendable {
  /// The wall clock behind `Date.now()`, the log, time-to-live and sortable ids.
  public let clock: HostClock
  /// The source of chance behind `Math.random()` and ids.
  public let random: HostRandom
  /// Environment values that the contract names; others were never copied in.
  public let environment: [String: String]
  private let values: [ByteName: String]
  /// The cache that all isolates share.
  public let cache: CacheService
  /// Where `zigttp:log`, `console` and faults are written.
  public let log: LogService
  /// What the contract allows.
  public let policy: ContractPolicy
  /// Makes outgoing requests; nil where the contract has no `network` capability.
  public let outbound: (any OutboundHTTP)?

  /// - Parameters:
  ///   - environment: every value the process knows; only what `policy` allows is kept.
  ///   - outbound: needed by `zigttp:fetch` alone.
  public init(
    policy: ContractPolicy, environment: [String: String] = [:], clock: HostClock = .system,
    random: HostRandom = .system, cache: CacheService, log: LogService,
    outbound: (any OutboundHTTP)? = nil
  ) {
    self.policy = policy
    let allowed = environment.filter { policy.allowsEnvironment($0.key) }
    self.environment = allowed
    values = .init(uniqueKeysWithValues: allowed.map { (ByteName($0.key), $0.value) })
    self.clock = clock
    self.random = random
    self.cache = cache
    self.log = log
    self.outbound = outbound
  }

  /// The value of an env name, which is compared by its bytes; nil where it is not set or not
  /// allowed.
  func value(of name: String) -> String? { values[ByteName(name)] }
}
