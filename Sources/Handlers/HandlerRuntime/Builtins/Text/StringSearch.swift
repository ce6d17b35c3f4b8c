/// Finding and comparing text by code unit.
enum StringSearch {
  /// The first place at or after `start` where `needle` occurs; an empty needle occurs everywhere
  /// up to the end.
  static func firstIndex<Hay: CodeUnit, Needle: CodeUnit>(
    of needle: UnsafeBufferPointer<Needle>, in hay: UnsafeBufferPointer<Hay>, from start: Int
  ) -> Int? {
    guard let first = needle.first else { return start <= hay.count ? start : nil }
    guard let target = Hay(exactly: first) else { return nil }
    let last = hay.count - needle.count
    var index = start
    while index <= last {
      if hay[index] == target, matches(needle, hay, at: index) { return index }
      index += 1
    }
    return nil
  }

  /// The last place at or before `start` where `needle` occurs.
  static func lastIndex<Hay: CodeUnit, Needle: CodeUnit>(
    of needle: UnsafeBufferPointer<Needle>, in hay: UnsafeBufferPointer<Hay>, from start: Int
  ) -> Int? {
    var index = min(start, hay.count - needle.count)
    while index >= 0 {
      if matches(needle, hay, at: index) { return index }
      index -= 1
    }
    return nil
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
