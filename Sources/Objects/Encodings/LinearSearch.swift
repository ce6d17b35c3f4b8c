/// Looking for a run of units in others by what Knuth, Morris and Pratt found: after a mismatch the
/// longest border of what did match stays matched, so that no unit is looked at twice.
public enum LinearSearch {
  /// Where the wanted units first stand; nil where they do not.
  ///
  /// - Parameters:
  ///   - wanted: gives each of the `count` units that are looked for.
  ///   - text: gives each of the `length` units that are looked through.
  @inlinable
  public static func first(
    _ count: Int, in length: Int, wanted: (Int) -> UInt32, text: (Int) -> UInt32
  ) -> Int? {
    guard count > 0 else { return 0 }
    guard count <= length else { return nil }
    var borders = [Int32](repeating: 0, count: count)
    var matched = 0
    for index in 1..<max(count, 1) {
      while matched > 0, wanted(index) != wanted(matched) { matched = Int(borders[matched - 1]) }
      if wanted(index) == wanted(matched) { matched += 1 }
      borders[index] = Int32(matched)
    }
    matched = 0
    for index in 0..<length {
      let unit = text(index)
      while matched > 0, unit != wanted(matched) { matched = Int(borders[matched - 1]) }
      if unit == wanted(matched) { matched += 1 }
      if matched == count { return index + 1 - count }
    }
    return nil
  }
}
