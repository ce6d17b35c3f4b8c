/// Finds the name that was probably meant.
public enum Closest {
  /// The candidates, those first that take the fewest changes of a letter; in order among equals.
  public static func sorted(_ candidates: some Sequence<String>, by name: String) -> [String] {
    let wanted = Array(name.utf8)
    return candidates.map { (distance(wanted, Array($0.utf8)), $0) }.sorted { $0 < $1 }.map(\.1)
  }

  /// The candidate that takes the fewest changes of a letter, if those are few; the first in
  /// order among equals.
  public static func match(_ name: String, among candidates: some Sequence<String>) -> String? {
    let limit = max(1, name.utf8.count / 3)
    var best: (name: String, distance: Int)?
    for candidate in candidates {
      let distance = distance(Array(name.utf8), Array(candidate.utf8))
      guard distance <= limit else { continue }
      if let found = best, (found.distance, found.name) <= (distance, candidate) { continue }
      best = (candidate, distance)
    }
    return best?.name
  }

  /// Insertions, removals, changes and swaps of neighbours that turn one into the other; case alone
  /// counts as nothing but one change in all.
  /// Reference: optimal string alignment, Damerau 1964.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    let (a, b) = (left.map(lowered), right.map(lowered))
    if a == b { return left == right ? 0 : 1 }
    guard a.count <= 64, b.count <= 64 else { return Int.max }
    var (before, last) = ([Int](), Array(0...b.count))
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var least = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          least = min(least, before[j - 1] + 1)
        }
        row.append(least)
      }
      (before, last) = (last, row)
    }
    return last[b.count]
  }

  private static func lowered(_ byte: UInt8) -> UInt8 {
    byte >= Ascii.A && byte <= Ascii.Z ? byte | 0x20 : byte
  }
}
