import Synchronization

/// The counters of `zigttp:ratelimit` that a process's isolates share: calls by key in windows that
/// begin with a key's first call. Each call is atomic.
///
/// When the bound on memory is reached, the counters that were not used for the longest time go
/// first.
public final class RateLimitService: Sendable {
  /// What a call was told.
  public struct Answer: Sendable, Hashable {
    /// Whether it is within the limit.
    public var isAllowed: Bool
    /// How many more are, in this window.
    public var remaining: Int
    /// Milliseconds until the window ends.
    public var resetMilliseconds: Double
  }

  private let state: Mutex<CacheState>
  private let clock: HostClock

  /// - Parameters:
  ///   - maximumBytes: keys, counters and their bookkeeping together stay below it.
  ///   - clock: what windows are measured by.
  public init(maximumBytes: Int = 16 << 20, clock: HostClock = .system) {
    state = Mutex(CacheState(maximumBytes: maximumBytes))
    self.clock = clock
  }

  /// Counts a call and says whether it is among the first `limit` of its window. A key that is
  /// larger than the bound on memory is never within its limit.
  public func check(key: [UInt8], windowSeconds: Double, limit: Int) -> Answer {
    let now = clock.milliseconds()
    let window = windowSeconds * 1000
    let place = CacheKey(namespace: "", key: key)
    return state.withLock { state in
      guard let found = state.count(place, expiry: now + window, now: now) else {
        return Answer(isAllowed: false, remaining: 0, resetMilliseconds: window)
      }
      return Answer(
        isAllowed: found.count <= limit, remaining: max(0, limit - found.count),
        resetMilliseconds: max(0, found.expiry - now))
    }
  }

  /// The keys of every counter that is held.
  package var keys: [[UInt8]] { state.withLock { $0.entries.map(\.key) } }

  /// Forgets a key's window.
  /// - Returns: whether there was one.
  public func reset(key: [UInt8]) -> Bool {
    let now = clock.milliseconds()
    return state.withLock { $0.delete(CacheKey(namespace: "", key: key), now: now) }
  }
}
