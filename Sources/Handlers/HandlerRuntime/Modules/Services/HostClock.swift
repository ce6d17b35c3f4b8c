import Encodings

/// Where the handler's world takes the time from. Passed in, so that a test can set it.
public struct HostClock: Sendable {
  /// Milliseconds since 1970-01-01T00:00:00Z, without leap seconds, with a fraction or not.
  public var milliseconds: @Sendable () -> Double

  /// A clock that answers with what the closure says.
  public init(milliseconds: @escaping @Sendable () -> Double) { self.milliseconds = milliseconds }

  /// The machine's wall clock, in whole milliseconds as `Date.now()` gives them.
  public static let system = HostClock { Double(UTCTime.millisecondsNow) }
}

/// Where the handler's world takes chance from. Passed in, so that a test can set it.
public struct HostRandom: Sendable {
  /// 64 uniformly distributed bits.
  public var next: @Sendable () -> UInt64

  /// A source that answers with what the closure says.
  public init(next: @escaping @Sendable () -> UInt64) { self.next = next }

  /// The kernel's generator.
  public static let system = HostRandom {
    var generator = SystemRandomNumberGenerator()
    return generator.next()
  }

  /// A number from 0 up to, not including, 1, with 53 random bits, as `Math.random()` gives it.
  public func unitInterval() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Some random bytes.
  public func bytes(_ count: Int) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(count + 8)
    while out.count < count {
      var word = next()
      for _ in 0..<8 {
        out.append(UInt8(truncatingIfNeeded: word))
        word >>= 8
      }
    }
    out.removeLast(out.count - count)
    return out
  }
}
