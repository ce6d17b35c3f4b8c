import HTTPListener

/// How often who may ask for what.
struct RateLimits: Sendable {
  /// Calls of one token.
  let calls: RateLimiter
  /// Tokens that are none, from one address.
  let guesses = RateLimiter(burst: 20, perMinute: 10)
  /// Sign-ins that begin, from one address.
  let signIns = RateLimiter(burst: 10, perMinute: 6)
  /// Codes that are typed, by one person and from one address: 8 characters of 22 are 35 bits.
  let codes = RateLimiter(burst: 10, perMinute: 5)

  init(_ policy: ControlPlanePolicy) {
    calls = RateLimiter(burst: policy.callBurst, perMinute: policy.callsPerMinute)
  }
}

extension RateLimiter {
  /// Takes one.
  ///
  /// - Parameter now: milliseconds since 1970.
  /// - Throws: 429 where there is none.
  func require(_ name: String, now: Int64) throws(ControlPlaneError) {
    if let wait = take(name, now: now) { throw .tooMany("slower, please", retryAfter: wait) }
  }
}
