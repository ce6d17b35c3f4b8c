import Synchronization
import Testing

@testable import HandlerRuntime

/// A clock that stands still until it is told to go on.
final class HandClock: Sendable {
  private let now = Mutex(1_700_000_000_000.0)
  var clock: HostClock { HostClock { self.now.withLock { $0 } } }
  func advance(milliseconds: Double) { now.withLock { $0 += milliseconds } }
}

@Suite("Cache service")
struct ModulesCacheTests {
  private let hand = HandClock()
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  private func increment(
    _ cache: CacheService, _ key: String, by delta: Double = 1, ttl: Double? = nil
  ) throws -> Double {
    try cache.increment(
      namespace: "n", key: bytes(key), by: delta, ttlSeconds: ttl,
      parse: { Double(String(decoding: $0, as: UTF8.self)) }, format: { bytes("\($0)") })
  }

  @Test func `A value is found under its namespace and key only`() {
    let cache = CacheService(maximumBytes: 1 << 20, clock: hand.clock)
    #expect(cache.set(namespace: "a", key: bytes("k"), value: bytes("1"), ttlSeconds: nil))
    #expect(cache.get(namespace: "a", key: bytes("k")) == bytes("1"))
    #expect(cache.get(namespace: "b", key: bytes("k")) == nil)
    #expect(cache.get(namespace: "a", key: bytes("l")) == nil)
    #expect(cache.set(namespace: "a", key: bytes("k"), value: bytes("2"), ttlSeconds: 0))
    #expect(cache.get(namespace: "a", key: bytes("k")) == bytes("2"))
    #expect(cache.delete(namespace: "a", key: bytes("k")))
    #expect(!cache.delete(namespace: "a", key: bytes("k")))
    #expect(cache.get(namespace: "a", key: bytes("k")) == nil)
  }

  @Test func `A value ends when its time is over, and not before`() {
    let cache = CacheService(maximumBytes: 1 << 20, clock: hand.clock)
    _ = cache.set(namespace: "a", key: bytes("k"), value: bytes("1"), ttlSeconds: 10)
    _ = cache.set(namespace: "a", key: bytes("always"), value: bytes("1"), ttlSeconds: nil)
    hand.advance(milliseconds: 9_999)
    #expect(cache.get(namespace: "a", key: bytes("k")) != nil)
    #expect(cache.statistics(namespace: "a").size == 2)
    hand.advance(milliseconds: 1)
    #expect(cache.get(namespace: "a", key: bytes("k")) == nil)
    #expect(cache.statistics(namespace: "a").size == 1)
    #expect(cache.get(namespace: "a", key: bytes("always")) != nil)
  }

  @Test func `Writing again replaces the end too`() {
    let cache = CacheService(maximumBytes: 1 << 20, clock: hand.clock)
    for _ in 0..<1000 {
      _ = cache.set(namespace: "a", key: bytes("k"), value: bytes("1"), ttlSeconds: 10)
      hand.advance(milliseconds: 5_000)
    }
    #expect(cache.get(namespace: "a", key: bytes("k")) != nil)
    _ = cache.set(namespace: "a", key: bytes("k"), value: bytes("1"), ttlSeconds: nil)
    hand.advance(milliseconds: 1e9)
    #expect(cache.get(namespace: "a", key: bytes("k")) != nil)
  }

  @Test func `Many ends come in the order of time`() {
    let cache = CacheService(maximumBytes: 1 << 22, clock: hand.clock)
    for index in 0..<1000 {
      let ttl = Double((index * 7919) % 1000 + 1)
      _ = cache.set(namespace: "a", key: bytes("\(index)"), value: [], ttlSeconds: ttl)
    }
    for second in 1...1000 {
      hand.advance(milliseconds: 1000)
      #expect(cache.statistics(namespace: "a").size == 1000 - second)
    }
    #expect(cache.usedBytes == 0)
  }

  @Test func `Memory is bounded and the least recently used go first`() {
    let cache = CacheService(maximumBytes: 10_000, clock: hand.clock)
    for index in 0..<200 {
      _ = cache.set(
        namespace: "a", key: bytes("\(index)"), value: [UInt8](repeating: 1, count: 100),
        ttlSeconds: index.isMultiple(of: 2) ? 60 : nil)
      _ = cache.get(namespace: "a", key: bytes("0"))
      #expect(cache.usedBytes <= 10_000)
    }
    #expect(cache.get(namespace: "a", key: bytes("0")) != nil)
    #expect(cache.get(namespace: "a", key: bytes("199")) != nil)
    #expect(cache.get(namespace: "a", key: bytes("1")) == nil)
    #expect(
      !cache.set(
        namespace: "a", key: bytes("0"), value: [UInt8](repeating: 1, count: 20_000),
        ttlSeconds: nil))
    #expect(cache.get(namespace: "a", key: bytes("0")) == nil)
  }

  @Test func `Counters start at zero and close with their window`() throws {
    let cache = CacheService(maximumBytes: 1 << 20, clock: hand.clock)
    #expect(try increment(cache, "c", ttl: 10) == 1)
    hand.advance(milliseconds: 6_000)
    #expect(try increment(cache, "c", by: 2.5, ttl: 10) == 3.5)
    hand.advance(milliseconds: 4_000)
    #expect(try increment(cache, "c", ttl: 10) == 1)
    _ = cache.set(namespace: "n", key: bytes("t"), value: bytes("text"), ttlSeconds: nil)
    #expect(throws: CacheService.CounterError.notANumber) { try increment(cache, "t") }
  }

  @Test func `Statistics count hits and misses by namespace`() {
    let cache = CacheService(maximumBytes: 1 << 20, clock: hand.clock)
    _ = cache.get(namespace: "a", key: bytes("k"))
    _ = cache.set(namespace: "a", key: bytes("k"), value: [], ttlSeconds: nil)
    _ = cache.get(namespace: "a", key: bytes("k"))
    _ = cache.get(namespace: "a", key: bytes("k"))
    _ = cache.set(namespace: "b", key: bytes("k"), value: [], ttlSeconds: nil)
    #expect(
      cache.statistics(namespace: "a") == CacheService.Statistics(hits: 2, misses: 1, size: 1))
    #expect(
      cache.statistics(namespace: nil) == CacheService.Statistics(hits: 2, misses: 1, size: 2))
    #expect(cache.statistics(namespace: "never") == CacheService.Statistics())
  }

  @Test func `Increments of many tasks are all counted`() async throws {
    let cache = CacheService(maximumBytes: 1 << 20, clock: .system)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<500 { _ = try? increment(cache, "c") }
        }
      }
    }
    #expect(try increment(cache, "c", by: 0) == 4000)
  }
}
