import Encodings

/// Finding and comparing text by code unit.
enum StringSearch {
  /// The first place at or after `start` where `needle` occurs; an empty needle occurs everywhere
  /// up to the end. Takes time in proportion to both lengths.
  static func firstIndex<Hay: CodeUnit, Needle: CodeUnit>(
    of needle: UnsafeBufferPointer<Needle>, in hay: UnsafeBufferPointer<Hay>, from start: Int
  ) -> Int? {
    guard let first = needle.first else { return start <= hay.count ? start : nil }
    guard let target = Hay(exactly: first) else { return nil }
    let last = hay.count - needle.count
    var index = start
    var work = 0
    while index <= last {
      if hay[index] == target {
        let common = commonPrefix(needle, hay, at: index)
        if common == needle.count { return index }
        work += common
        // Repetitive texts would make comparing at each place quadratic.
        if work > 4 * hay.count {
          return linearIndex(needle.count, hay.count - index, { needle[$0] }) {
            hay[index + $0]
          }.map { index + $0 }
        }
      }
      index += 1
    }
    return nil
  }

  /// The last place at or before `start` where `needle` occurs. Takes time in proportion to both
  /// lengths.
  static func lastIndex<Hay: CodeUnit, Needle: CodeUnit>(
    of needle: UnsafeBufferPointer<Needle>, in hay: UnsafeBufferPointer<Hay>, from start: Int
  ) -> Int? {
    let last = min(start, hay.count - needle.count)
    guard last >= 0 else { return nil }
    guard needle.count > 0 else { return last }
    let end = last + needle.count
    // The last occurrence is the first of the reversed needle in the reversed text.
    let found = linearIndex(needle.count, end, { needle[needle.count - 1 - $0] }) {
      hay[end - 1 - $0]
    }
    return found.map { end - $0 - needle.count }
  }

  private static func commonPrefix<Hay: CodeUnit, Needle: CodeUnit>(
    _ needle: UnsafeBufferPointer<Needle>, _ hay: UnsafeBufferPointer<Hay>, at index: Int
  ) -> Int {
    var count = 0
    while count < needle.count, UInt32(hay[index + count]) == UInt32(needle[count]) { count += 1 }
    return count
  }

  private static func linearIndex<Hay: CodeUnit, Needle: CodeUnit>(
    _ needleCount: Int, _ hayCount: Int, _ needle: (Int) -> Needle, _ hay: (Int) -> Hay
  ) -> Int? {
    LinearSearch.first(
      needleCount, in: hayCount, wanted: { UInt32(needle($0)) }, text: { UInt32(hay($0)) })
  }

  /// Whether `needle` stands in `hay` at an index; false when it would reach past the end.
  static func matches<Hay: CodeUnit, Needle: CodeUnit>(
    _ needle: UnsafeBufferPointer<Needle>, _ hay: UnsafeBufferPointer<Hay>, at index: Int
  ) -> Bool {
    guard index >= 0, index <= hay.count - needle.count else { return false }
    for offset in 0..<needle.count where UInt32(hay[index + offset]) != UInt32(needle[offset]) {
      return false
    }
    return true
  }

  /// Whether ASCII text stands at an index.
  static func hasPrefix<Unit: CodeUnit>(
    _ text: UnsafeBufferPointer<Unit>, _ prefix: StaticString, at index: Int
  ) -> Bool {
    let needle = UnsafeBufferPointer(start: prefix.utf8Start, count: prefix.utf8CodeUnitCount)
    return matches(needle, text, at: index)
  }

  /// Below zero, zero or above zero, as the first text sorts before, with or after the second by
  /// code unit.
  static func compare<First: CodeUnit, Second: CodeUnit>(
    _ first: UnsafeBufferPointer<First>, _ second: UnsafeBufferPointer<Second>
  ) -> Int {
    for index in 0..<min(first.count, second.count) {
      let difference = Int(first[index]) - Int(second[index])
      if difference != 0 { return difference }
    }
    return first.count - second.count
  }

  /// What is left of a text without the white space at its start, its end or both.
  static func trimmedRange<Unit: CodeUnit>(
    _ text: UnsafeBufferPointer<Unit>, start: Bool, end: Bool
  ) -> Range<Int> {
    var lower = 0
    var upper = text.count
    if start { while lower < upper, text[lower].isWhiteSpace { lower += 1 } }
    if end { while upper > lower, text[upper - 1].isWhiteSpace { upper -= 1 } }
    return lower..<upper
  }
}
