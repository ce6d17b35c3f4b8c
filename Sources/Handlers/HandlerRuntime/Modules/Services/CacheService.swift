import Encodings
import Synchronization

/// The cache that a process's isolates share: bytes by namespace and key, with a time to live and a
/// bound on memory. Each call is atomic.
///
/// When the bound is reached, the entries that were not used for the longest time go first,
/// whatever their namespace.
public final class CacheService: Sendable {
  /// What a namespace, or all of them, saw and holds.
  public struct Statistics: Sendable, Hashable {
    /// Reads that found a value.
    public var hits = 0
    /// Reads that found none.
    public var misses = 0
    /// Entries held now.
    public var size = 0
  }

  /// Why a counter could not be moved.
  public enum CounterError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is stored there is not a number.
    case notANumber

    /// What is wrong with the value.
    public var description: String { "what is stored there is not a number" }
  }

  private let state: Mutex<CacheState>
  private let clock: HostClock

  /// - Parameters:
  ///   - maximumBytes: keys, values and their bookkeeping together stay below it.
  ///   - clock: what time to live is measured by.
  public init(maximumBytes: Int, clock: HostClock = .system) {
    state = Mutex(CacheState(maximumBytes: maximumBytes))
    self.clock = clock
  }

  /// The value, when there is one that has not expired.
  public func get(namespace: String, key: [UInt8]) -> [UInt8]? {
    let now = clock.milliseconds()
    return state.withLock { $0.get(CacheKey(namespace: namespace, key: key), now: now) }
  }

  /// Reads were for nothing, and do not count.
  func takeBack(_ reads: [(namespace: String, isHit: Bool)]) {
    guard !reads.isEmpty else { return }
    state.withLock { state in
      for read in reads { state.takeBack(read.namespace, isHit: read.isHit) }
    }
  }

  /// Stores a value in place of any other.
  /// - Parameter ttlSeconds: nil or 0 for no end.
  /// - Returns: false when the value alone would not fit the cache, in which case the key is empty
  ///   afterwards.
  public func set(
    namespace: String, key: [UInt8], value: [UInt8], ttlSeconds: Double?
  ) -> Bool {
    let now = clock.milliseconds()
    return state.withLock {
      $0.set(
        CacheKey(namespace: namespace, key: key), value: value,
        expiry: Self.expiry(ttlSeconds, now: now), now: now)
    }
  }

  /// Removes a value.
  /// - Returns: whether there was one.
  public func delete(namespace: String, key: [UInt8]) -> Bool {
    let now = clock.milliseconds()
    return state.withLock { $0.delete(CacheKey(namespace: namespace, key: key), now: now) }
  }

  /// Adds to a number, which starts at 0, and gives the sum.
  /// - Parameter ttlSeconds: taken when the entry is made; an entry that is there keeps its end, so
  ///   that a counter of a time window closes with its window.
  public func increment(
    namespace: String, key: [UInt8], by delta: Double, ttlSeconds: Double?,
    parse: (ArraySlice<UInt8>) -> Double?, format: (Double) -> [UInt8]
  ) throws(CounterError) -> Double {
    let now = clock.milliseconds()
    let result: Result<Double, CounterError> = state.withLock {
      $0.increment(
        CacheKey(namespace: namespace, key: key), by: delta,
        expiry: Self.expiry(ttlSeconds, now: now), now: now, parse: parse, format: format)
    }
    return try result.get()
  }

  /// The counters of one namespace, or the sum over all of them.
  public func statistics(namespace: String?) -> Statistics {
    let now = clock.milliseconds()
    return state.withLock { $0.statistics(namespace: namespace, now: now) }
  }

  /// Everything that is held, for whoever compares what requests leave behind.
  package var entries: [(namespace: String, key: [UInt8], value: [UInt8])] {
    state.withLock { $0.entries }
  }

  /// Bytes in use, of the bound given to ``init(maximumBytes:clock:)``.
  public var usedBytes: Int { state.withLock { $0.usedBytes } }

  private static func expiry(_ ttlSeconds: Double?, now: Double) -> Double {
    guard let ttlSeconds, ttlSeconds > 0 else { return .infinity }
    return now + ttlSeconds * 1000
  }
}

/// Where a value is stored.
struct CacheKey: Hashable, Sendable {
  @Bytewise var namespace: String
  var key: [UInt8]
}
