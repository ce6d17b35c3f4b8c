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
    self.environment = environment.filter { policy.allowsEnvironment($0.key) }
    self.clock = clock
    self.random = random
    self.cache = cache
    self.log = log
    self.outbound = outbound
  }
}

/// One outgoing HTTP request at a time, from the calling thread's point of view.
public protocol OutboundHTTP: Sendable {
  /// Sends and waits. It never throws: what goes wrong below HTTP is an answer with status 599.
  func send(_ request: OutboundRequest) -> OutboundResponse
}

/// A request that a handler makes.
public struct OutboundRequest: Sendable {
  /// Upper-case method.
  public var method: String
  /// Where to; already held against the contract.
  public var url: URLParts
  /// Header fields in order, without `host` and `content-length`.
  public var headers: [(name: String, value: String)]
  /// The body's bytes, or nil for none.
  public var body: [UInt8]?
  /// A request from its parts.
  public init(
    method: String, url: URLParts, headers: [(name: String, value: String)] = [],
    body: [UInt8]? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
  }
}

/// What came back, or why nothing did.
public struct OutboundResponse: Sendable {
  /// Status used for a failure below HTTP.
  public static let transportFailure = 599
  /// The status code.
  public var status: Int
  /// Header fields in order, names in lower case.
  public var headers: [(name: String, value: String)]
  /// The body's bytes; of a transport failure, one line that says what went wrong.
  public var body: [UInt8]
  /// A response from its parts.
  public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8]) {
    self.status = status
    self.headers = headers
    self.body = body
  }
  /// A failure below HTTP.
  public static func failure(_ reason: String) -> OutboundResponse {
    OutboundResponse(
      status: transportFailure, headers: [("content-type", "text/plain; charset=utf-8")],
      body: Array(reason.utf8))
  }
}
