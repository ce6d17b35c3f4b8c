/// Very many digests, each once and each with a number: about 40 bytes for one, where a set of
/// ``Digest`` takes 100.
///
/// Numbers count up from 0 in the order of insertion, so that what is known of a digest can stand in
/// an array under its number. Found by hashing rather than by where a digest would stand among the
/// sorted ones: names are not evenly spread where somebody made them up, and those that a document
/// names but nothing has can be added. The hash is keyed with random numbers, so that nobody can
/// choose names that collide.
public struct DigestPool: Sendable {
  private struct Key: Sendable, Equatable, Comparable {
    var w0: UInt64
    var w1: UInt64
    var w2: UInt64
    var w3: UInt64

    static func < (a: Key, b: Key) -> Bool {
      if a.w0 != b.w0 { return a.w0 < b.w0 }
      return (a.w1, a.w2, a.w3) < (b.w1, b.w2, b.w3)
    }
  }

  // Of a SHA-512, which foreign documents may name, the first half; the whole is in `long`.
  private var keys: [Key] = []
  private var long: [Digest: Int] = [:]
  private var longByNumber: [Int: Digest] = [:]
  // By hash the number of a key and 1, or 0; at most three quarters are in use.
  private var slots: [UInt32] = []
  private let multipliers: Key

  /// No digests.
  public init() {
    func odd() -> UInt64 { .random(in: .min ... .max) | 1 }
    multipliers = Key(w0: odd(), w1: odd(), w2: odd(), w3: odd())
  }

  /// How many there are.
  public var count: Int { keys.count }

  /// Whether there are none.
  public var isEmpty: Bool { keys.isEmpty }

  /// The digest with a number.
  public subscript(_ number: Int) -> Digest {
    if !longByNumber.isEmpty, let digest = longByNumber[number] { return digest }
    let key = keys[number]
    return Digest(.sha256, words: .init(w0: key.w0, w1: key.w1, w2: key.w2, w3: key.w3))
  }

  /// The number of a digest; nil when it is not among them.
  public func number(of digest: Digest) -> Int? {
    guard digest.algorithm == .sha256 else { return long[digest] }
    guard !slots.isEmpty else { return nil }
    let found = slots[slot(of: Self.key(digest))]
    return found == 0 ? nil : Int(found) - 1
  }

  /// Whether a digest is among them.
  public func contains(_ digest: Digest) -> Bool { number(of: digest) != nil }

  /// Adds a digest unless it is there.
  ///
  /// - Returns: its number, and whether it is new.
  @discardableResult
  public mutating func insert(_ digest: Digest) -> (number: Int, isNew: Bool) {
    precondition(count < UInt32.max - 1, "more digests than numbers")
    guard digest.algorithm == .sha256 else { return insert(long: digest) }
    if (count + 1) * 4 > slots.count * 3 { makeSlots(for: count + 1) }
    let key = Self.key(digest)
    let place = slot(of: key)
    if slots[place] != 0 { return (Int(slots[place]) - 1, false) }
    keys.append(key)
    slots[place] = UInt32(count)
    return (count - 1, true)
  }

  private mutating func insert(long digest: Digest) -> (number: Int, isNew: Bool) {
    if let number = long[digest] { return (number, false) }
    keys.append(Self.key(digest))
    long[digest] = count - 1
    longByNumber[count - 1] = digest
    return (count - 1, true)
  }

  /// Numbers them anew, in ascending order.
  public mutating func sort() {
    guard long.isEmpty else {
      let all = (0..<count).map { self[$0] }.sorted()
      self = DigestPool()
      for digest in all { insert(digest) }
      return
    }
    keys.sort()
    makeSlots(for: count)
  }

  private static func key(_ digest: Digest) -> Key {
    let words = digest.words
    return Key(w0: words.w0, w1: words.w1, w2: words.w2, w3: words.w3)
  }

  // Where a key stands or would stand. There is a free slot, so that the search ends.
  private func slot(of key: Key) -> Int {
    let mixed =
      key.w0 &* multipliers.w0 &+ key.w1 &* multipliers.w1 &+ key.w2 &* multipliers.w2
      &+ key.w3 &* multipliers.w3
    // The high bits of such a sum are as good as random; the low ones are not.
    var place = Int(truncatingIfNeeded: mixed >> UInt64(64 - slots.count.trailingZeroBitCount))
    while slots[place] != 0, keys[Int(slots[place]) - 1] != key {
      place = (place + 1) & (slots.count - 1)
    }
    return place
  }

  private mutating func makeSlots(for count: Int) {
    var size = 16
    while size * 3 < count * 4 + 4 { size *= 2 }
    slots = [UInt32](repeating: 0, count: size)
    // A SHA-512 has none: the first half of one may be somebody's SHA-256.
    for number in keys.indices where longByNumber.isEmpty || longByNumber[number] == nil {
      slots[slot(of: keys[number])] = UInt32(number + 1)
    }
  }
}

extension DigestPool: Equatable {
  /// Whether both have the same digests with the same numbers.
  public static func == (a: DigestPool, b: DigestPool) -> Bool {
    a.keys == b.keys && a.long == b.long
  }
}
