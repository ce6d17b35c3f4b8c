/// Finds the name that was probably meant.
public enum Closest {
  /// The candidates, those first that take the fewest changes of a letter; in order among equals.
  public static func sorted(_ candidates: some Sequence<String>, by name: String) -> [String] {
    let wanted = Array(name.utf8)
    return candidates.map { (distance(wanted, Array($0.utf8)), $0) }.sorted { $0 < $1 }.map(\.1)
  }

  /// The candidate that takes the fewest changes of a letter, if those are few; the first in
  /// order among equals.
  static func match(_ name: String, among candidates: some Sequence<String>) -> String? {
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

  /// Insertions, removals and changes that turn one into the other; case alone counts as nothing
  /// but one change in all.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    let lowerLeft = left.map(lowered)
    let lowerRight = right.map(lowered)
    if lowerLeft == lowerRight { return left == right ? 0 : 1 }
    guard left.count <= 64, right.count <= 64 else { return Int.max }
    var row = Array(0...right.count)
    for (i, a) in lowerLeft.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in lowerRight.enumerated() {
        let next = min(row[j + 1] + 1, row[j] + 1, diagonal + (a == b ? 0 : 1))
        diagonal = row[j + 1]
        row[j + 1] = next
      }
    }
    return row[right.count]
  }

  private static func lowered(_ byte: UInt8) -> UInt8 {
    byte >= Ascii.A && byte <= Ascii.Z ? byte | 0x20 : byte
  }
}
