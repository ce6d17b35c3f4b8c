import Encodings

/// A set of indices into the evaluator's tables: of objects, functions and outcomes.
///
/// Kept as words of 64 bits, ascending, of which none is 0: most sets fit into one, which stands here
/// without being allocated, and joining large ones takes a step for 64 of their members.
struct Indices: Hashable, Sendable {
  /// 64 indices in a row, of which some are members.
  private struct Word: Hashable, Sendable {
    /// The first of them, divided by 64.
    var place = 0
    var bits: UInt64 = 0
  }

  /// The lowest word; without bits where there are no members.
  private var lowest = Word()
  private var more: [Word] = []

  var isEmpty: Bool { lowest.bits == 0 }
  var count: Int { more.reduce(lowest.bits.nonzeroBitCount) { $0 + $1.bits.nonzeroBitCount } }

  /// The lowest member.
  var first: Int? {
    isEmpty ? nil : lowest.place << 6 | lowest.bits.trailingZeroBitCount
  }

  // MARK: one member

  private static func word(of member: Int) -> Word {
    Word(place: member >> 6, bits: 1 << UInt64(member & 63))
  }

  /// Where a word stands in `more`, or would.
  private func index(of place: Int) -> Int {
    more.partitioningIndex { $0.place >= place }
  }

  func contains(_ member: Int) -> Bool { has(Self.word(of: member)) }

  /// Adds a member; true when it is new.
  @discardableResult
  mutating func insert(_ member: Int) -> Bool {
    let word = Self.word(of: member)
    if isEmpty {
      lowest = word
    } else if word.place == lowest.place {
      if lowest.bits & word.bits != 0 { return false }
      lowest.bits |= word.bits
    } else if word.place < lowest.place {
      more.insert(lowest, at: 0)
      lowest = word
    } else {
      let index = index(of: word.place)
      if index == more.count || more[index].place != word.place {
        more.insert(word, at: index)
      } else if more[index].bits & word.bits != 0 {
        return false
      } else {
        more[index].bits |= word.bits
      }
    }
    return true
  }

  mutating func remove(_ member: Int) { subtract([member]) }

  // MARK: two sets

  func isSubset(of other: Indices) -> Bool {
    if isEmpty { return true }
    guard other.has(lowest), more.count <= other.more.count else { return false }
    var index = 0
    for word in more {
      while index < other.more.count, other.more[index].place < word.place { index += 1 }
      guard index < other.more.count, other.more[index].place == word.place,
        word.bits & ~other.more[index].bits == 0
      else { return false }
    }
    return true
  }

  private func has(_ word: Word) -> Bool {
    if word.place == lowest.place { return word.bits & ~lowest.bits == 0 }
    let index = index(of: word.place)
    return index < more.count && more[index].place == word.place
      && word.bits & ~more[index].bits == 0
  }

  mutating func formUnion(_ other: Indices) {
    if other.isSubset(of: self) { return }
    if isEmpty {
      self = other
      return
    }
    var joined = Indices()
    var (mine, theirs) = (words, other.words)
    var (a, b) = (mine.next(), theirs.next())
    while a != nil || b != nil {
      let place = Swift.min(a?.place ?? .max, b?.place ?? .max)
      var word = Word(place: place)
      if let it = a, it.place == place {
        word.bits |= it.bits
        a = mine.next()
      }
      if let it = b, it.place == place {
        word.bits |= it.bits
        b = theirs.next()
      }
      joined.append(word)
    }
    self = joined
  }

  mutating func subtract(_ other: Indices) {
    var left = Indices()
    for word in words {
      left.append(Word(place: word.place, bits: word.bits & ~other.bits(at: word.place)))
    }
    self = left
  }

  func union(_ other: Indices) -> Indices {
    var copy = self
    copy.formUnion(other)
    return copy
  }

  func subtracting(_ other: Indices) -> Indices {
    var copy = self
    copy.subtract(other)
    return copy
  }

  /// The members that something holds of.
  func filter(_ isWanted: (Int) throws -> Bool) rethrows -> Indices {
    var kept = Indices()
    for member in self where try isWanted(member) { kept.insert(member) }
    return kept
  }

  // MARK: words

  private var words: Words { Words(set: self) }

  private struct Words: Sequence, IteratorProtocol {
    let set: Indices
    var index = -1

    mutating func next() -> Word? {
      defer { index += 1 }
      if index < 0 { return set.isEmpty ? nil : set.lowest }
      return index < set.more.count ? set.more[index] : nil
    }
  }

  private func bits(at place: Int) -> UInt64 {
    if place == lowest.place { return lowest.bits }
    let index = index(of: place)
    return index < more.count && more[index].place == place ? more[index].bits : 0
  }

  /// Adds a word behind all others.
  private mutating func append(_ word: Word) {
    if word.bits == 0 { return }
    if isEmpty { lowest = word } else { more.append(word) }
  }
}

extension Indices: ExpressibleByArrayLiteral {
  init(arrayLiteral members: Int...) { self.init(members) }

  init(_ members: some Sequence<Int>) {
    for member in members { insert(member) }
  }
}

extension Indices: Sequence {
  /// The members, ascending.
  struct Iterator: IteratorProtocol {
    private var words: Words
    private var word: Word

    fileprivate init(_ set: Indices) {
      words = set.words
      word = words.next() ?? Word()
    }

    mutating func next() -> Int? {
      if word.bits == 0 { word = words.next() ?? Word() }
      if word.bits == 0 { return nil }
      let member = word.place << 6 | word.bits.trailingZeroBitCount
      word.bits &= word.bits - 1
      return member
    }
  }

  func makeIterator() -> Iterator { Iterator(self) }
}
