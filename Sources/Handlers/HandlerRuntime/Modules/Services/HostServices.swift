import Encodings

/// What the process lends its handlers: time, chance, environment, cache, log, and the rule of what
/// they may touch. One object serves every isolate; nothing in it can be changed by a handler but
/// the cache and the counters of rates, whose calls are atomic.
public final class HostServices: Sendable {
  /// The wall clock behind `Date.now()`, the log, time-to-live and sortable ids.
  public let clock: HostClock
  /// The source of chance behind `Math.random()` and ids.
  public let random: HostRandom
  /// Environment values that the contract names; others were never copied in.
  public let environment: [ByteName: String]
  /// The cache that all isolates share.
  public let cache: CacheService
  /// The counters of `zigttp:ratelimit` that all isolates share.
  public let rates: RateLimitService
  /// Where `zigttp:log`, `console` and faults are written.
  public let log: LogService
  /// What the contract allows.
  public let policy: ContractPolicy
  /// The statements of `zigttp:sql`; nil where the contract has none.
  public let sql: SQLService?
  /// Makes outgoing requests; nil where the contract has no `network` capability.
  public let outbound: (any OutboundHTTP)?

  /// - Parameters:
  ///   - environment: every value the process knows; only what `policy` allows is kept.
  ///   - outbound: needed by `zigttp:fetch` alone.
  public init(
    policy: ContractPolicy, environment: [ByteName: String] = [:], clock: HostClock = .system,
    random: HostRandom = .system, cache: CacheService, log: LogService,
    rates: RateLimitService? = nil, sql: SQLService? = nil, outbound: (any OutboundHTTP)? = nil
  ) {
    self.policy = policy
    self.environment = environment.filter { policy.allowsEnvironment($0.key.text) }
    self.clock = clock
    self.random = random
    self.cache = cache
    self.rates = rates ?? RateLimitService(clock: clock)
    self.log = log
    self.sql = sql
    self.outbound = outbound
  }

  /// The same services with other environment values.
  public func replacing(environment: [ByteName: String]) -> HostServices {
    HostServices(
      policy: policy, environment: environment, clock: clock, random: random, cache: cache,
      log: log, rates: rates, sql: sql, outbound: outbound)
  }

  /// The value of an env name; nil where it is not set or not allowed.
  func value(of name: String) -> String? { environment[ByteName(name)] }
}
