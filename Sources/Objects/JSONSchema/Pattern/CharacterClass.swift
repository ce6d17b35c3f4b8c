import Encodings

/// A set of code points: ranges that are sorted and do not touch.
struct CharacterClass: Sendable, Hashable {
  private(set) var ranges: [ClosedRange<UInt32>]

  init(_ ranges: [ClosedRange<UInt32>]) {
    var merged: [ClosedRange<UInt32>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = merged.last, range.lowerBound <= last.upperBound &+ 1 {
        merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    self.ranges = merged
  }

  /// Every code point that is not in it.
  var inverted: CharacterClass {
    var gaps: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges {
      if range.lowerBound > next { gaps.append(next...(range.lowerBound - 1)) }
      next = range.upperBound + 1
    }
    if next <= 0x10FFFF { gaps.append(next...0x10FFFF) }
    return CharacterClass(gaps)
  }

  func contains(_ scalar: UInt32) -> Bool {
    let place = ranges.partitioningIndex { $0.upperBound >= scalar }
    return place < ranges.count && ranges[place].contains(scalar)
  }

  static let digits = CharacterClass([0x30...0x39])
  static let wordCharacters = CharacterClass([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
  /// Reference: ECMA-262, 22.2.2.9, WhiteSpace and LineTerminator.
  static let spaces = CharacterClass([
    0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029,
    0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
  ])
  static let lineEnds = CharacterClass([0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029])
}
