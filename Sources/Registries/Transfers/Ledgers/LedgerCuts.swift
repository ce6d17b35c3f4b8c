/// Where the lines of a ledger are cut into objects: at the same places whoever pushes it.
///
/// Runs of 4,096 lines, of what is left runs of 256, of 16, and a rest of at most 15. So of a ledger
/// that grew little is sent again, however long it is, and there are few objects: a run is sent anew
/// only when it is made whole.
enum LedgerCuts {
  private static let steps = [4096, 256, 16]

  /// The lines of each object, counted from 0, for a ledger of so many.
  static func ranges(of size: Int) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    for step in steps {
      while size - start >= step {
        ranges.append(start..<start + step)
        start += step
      }
    }
    if start < size { ranges.append(start..<size) }
    return ranges
  }

  /// How many objects a ledger of so many lines is cut into.
  static func count(of size: Int) -> Int {
    var (count, rest) = (0, size)
    for step in steps {
      count += rest / step
      rest %= step
    }
    return count + (rest > 0 ? 1 : 0)
  }
}
