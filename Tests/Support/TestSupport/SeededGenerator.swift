import Glibc

/// Random numbers that a seed decides (SplitMix64), so that a test that failed can be run again.
public struct SeededGenerator: RandomNumberGenerator {
  /// What decides them. A test that fails says it.
  public let seed: UInt64
  private var state: UInt64

  /// The sequence of a seed.
  public init(seed: UInt64) { (self.seed, state) = (seed, seed) }

  /// Another sequence in each run, or that of `ZIGTTP_TEST_SEED` where it is set.
  public init() {
    let given = getenv("ZIGTTP_TEST_SEED").flatMap { UInt64(String(cString: $0)) }
    self.init(seed: given ?? .random(in: 0...UInt64(UInt32.max)))
  }

  /// The next number.
  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }
}

extension SeededGenerator: CustomStringConvertible {
  /// What to do to see it again.
  public var description: String { "ZIGTTP_TEST_SEED=\(seed)" }
}
