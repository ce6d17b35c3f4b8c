/// git's patterns for paths: `*` and `?` stop at a slash, `**` between slashes does not.
///
/// Reference: gitignore(5), "Pattern format"; git's wildmatch.c with WM_PATHNAME.
struct Wildmatch {
  private let pattern: [UInt8]
  private let text: [UInt8]
  // Pairs of places that are known not to match: without them, many stars take for ever.
  private var failed: Set<Int> = []

  /// Longer work than anything real asks for.
  private static let limit = 1 << 20

  /// Whether the whole of `text` is of the pattern.
  static func matches(_ pattern: [UInt8], _ text: [UInt8], ignoringCase: Bool = false) -> Bool {
    guard pattern.count < limit, text.count < limit, pattern.count * text.count < limit else {
      return false
    }
    let fold: (UInt8) -> UInt8 = { ignoringCase && (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
    var match = Wildmatch(pattern: pattern.map(fold), text: text.map(fold))
    return match.matches(0, 0)
  }

  private init(pattern: [UInt8], text: [UInt8]) {
    self.pattern = pattern
    self.text = text
  }

  private mutating func matches(_ start: Int, _ place: Int) -> Bool {
    var (p, t) = (start, place)
    while p < pattern.count {
      if pattern[p] == UInt8(ascii: "*") { return star(p, t) }
      guard t < text.count else { return false }
      switch pattern[p] {
      case UInt8(ascii: "?"):
        guard text[t] != UInt8(ascii: "/") else { return false }
        p += 1
      case UInt8(ascii: "["):
        guard let end = set(p + 1, holds: text[t]) else { return false }
        p = end
      case UInt8(ascii: "\\"):
        guard p + 1 < pattern.count, pattern[p + 1] == text[t] else { return false }
        p += 2
      default:
        guard pattern[p] == text[t] else { return false }
        p += 1
      }
      t += 1
    }
    return t == text.count
  }

  private mutating func star(_ first: Int, _ place: Int) -> Bool {
    let key = first * (text.count + 1) + place
    if failed.contains(key) { return false }
    var p = first
    while p < pattern.count, pattern[p] == UInt8(ascii: "*") { p += 1 }
    let isAfterSlash = first == 0 || pattern[first - 1] == UInt8(ascii: "/")
    let isBeforeSlash = p == pattern.count || pattern[p] == UInt8(ascii: "/")
    let crosses = p - first > 1 && isAfterSlash && isBeforeSlash
    // `a/**/b` is `a/b`, too.
    if crosses, p < pattern.count, matches(p + 1, place) { return true }
    var t = place
    while true {
      if matches(p, t) { return true }
      guard t < text.count, crosses || text[t] != UInt8(ascii: "/") else { break }
      t += 1
    }
    failed.insert(key)
    return false
  }

  /// Where a `[…]` ends that holds a byte; nil where it does not, or has no end.
  private func set(_ start: Int, holds byte: UInt8) -> Int? {
    var p = start
    var isFound = false
    let isNegated = p < pattern.count && (pattern[p] == 0x21 || pattern[p] == 0x5e)
    if isNegated { p += 1 }
    let first = p
    while p < pattern.count, p == first || pattern[p] != UInt8(ascii: "]") {
      guard let low = literal(&p) else { return nil }
      var high = low
      if p + 1 < pattern.count, pattern[p] == UInt8(ascii: "-"),
        pattern[p + 1] != UInt8(ascii: "]")
      {
        p += 1
        guard let end = literal(&p) else { return nil }
        high = end
      }
      if low <= high, (low...high).contains(byte) { isFound = true }
    }
    guard p < pattern.count, isFound != isNegated, byte != UInt8(ascii: "/") else { return nil }
    return p + 1
  }

  private func literal(_ p: inout Int) -> UInt8? {
    if pattern[p] == UInt8(ascii: "\\") { p += 1 }
    guard p < pattern.count else { return nil }
    defer { p += 1 }
    return pattern[p]
  }
}
