/// The keys that one text has had so far. Lists of like objects make each key once: what is found
/// here has its hash and atom already.
struct JSONKeyCache {
  private var keys = InlineArray<64, StringRef?>(repeating: nil)

  /// The key with these units, if it is remembered.
  @inline(__always)
  func find(_ units: FlatString) -> StringRef? {
    guard let key = keys[slot(units)], key.flatUnits.equals(units) else { return nil }
    return key
  }

  /// Remembers a flat string in the place of another.
  mutating func insert(_ key: StringRef) { keys[slot(key.flatUnits)] = key }

  @inline(__always)
  private func slot(_ units: FlatString) -> Int {
    guard units.count > 0 else { return 0 }
    let ends = Int(units[0]) &* 7 &+ Int(units[units.count - 1])
    return (units.count &* 31 &+ ends) & 63
  }
}
