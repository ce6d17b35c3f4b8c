/// The cube root to the last bit as V8 computes it: other libraries round some of them the other way.
///
/// Reference: fdlibm, s_cbrt.c, as FreeBSD has it.
enum CubeRoot {
  /// Error below 0.667 units in the last place.
  static func of(_ x: Double) -> Double {
    if x == 0 || !x.isFinite { return x + x }
    let bits = x.bitPattern
    let sign = bits & (1 << 63)
    let high = UInt32(truncatingIfNeeded: (bits & ~sign) >> 32)
    // A third of the exponent, and of what follows, is the root to 5 bits.
    let guess: UInt32
    if high < 0x0010_0000 {
      let scaled = (0x1p54 * x).bitPattern & ~(1 << 63)
      guess = UInt32(truncatingIfNeeded: scaled >> 32) / 3 + 696_219_795
    } else {
      guess = high / 3 + 715_094_163
    }
    var t = Double(bitPattern: sign | UInt64(guess) << 32)
    // To 23 bits.
    var r = (t * t) * (t / x)
    t *=
      (1.87595182427177009643 + r * (-1.88497979543377169875 + r * 1.621429720105354466140))
      + ((r * r) * r) * (-0.758397934778766047437 + r * 0.145996192886612446982)
    t = Double(bitPattern: (t.bitPattern &+ 0x8000_0000) & 0xFFFF_FFFF_C000_0000)
    // To 53.
    r = x / (t * t)
    r = (r - t) / ((t + t) + r)
    return t + t * r
  }
}
