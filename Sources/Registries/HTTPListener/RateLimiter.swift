import Encodings
import Synchronization

/// So many at once, and so many a minute after that, for each of many names. Forgets who was quiet
/// long enough, so that names that somebody makes up cost nothing for long.
public final class RateLimiter: Sendable {
  private struct Bucket {
    /// Thousandths of one.
    var tokens: Int64
    var at: Int64
  }

  private let burst: Int64
  private let perMinute: Int64
  private let buckets = Mutex<[ByteName: Bucket]>([:])

  private static let mostNames = 10_000

  /// - Parameters:
  ///   - burst: how many at once.
  ///   - perMinute: how many come back in a minute.
  public init(burst: Int64, perMinute: Int64) {
    self.burst = burst
    self.perMinute = perMinute
  }

  /// Takes one.
  ///
  /// - Parameter now: milliseconds since 1970.
  /// - Returns: the seconds to wait where there is none; nil where one was taken.
  public func take(_ name: String, now: Int64) -> Int64? {
    buckets.withLock { buckets -> Int64? in
      if buckets.count >= Self.mostNames {
        buckets = buckets.filter { fill($0.value, now) < burst * 1000 }
      }
      // Whoever makes up so many names at once pays for all who come new.
      let key = buckets.count < Self.mostNames || buckets[name] != nil ? name : ""
      let filled = fill(buckets[key] ?? Bucket(tokens: burst * 1000, at: now), now)
      let isThere = filled >= 1000
      // Whoever asks too often loses no fraction of what comes back to him.
      if isThere { buckets[key] = Bucket(tokens: filled - 1000, at: now) }
      return isThere ? nil : (1000 - filled) * 60 / (perMinute * 1000) + 1
    }
  }

  private func fill(_ bucket: Bucket, _ now: Int64) -> Int64 {
    let gained = max(0, min(now - bucket.at, 3_600_000)) * perMinute / 60
    return min(burst * 1000, bucket.tokens + gained)
  }
}
