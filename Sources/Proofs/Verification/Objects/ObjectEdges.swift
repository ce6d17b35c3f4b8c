import Encodings

/// Who names whom, as pairs of numbers: eight bytes a name.
struct ObjectEdges {
  private struct Edge {
    var child: UInt32
    var parent: UInt32
  }

  private var edges: [Edge] = []
  // Put in order when somebody asks: a sound store has nothing to ask about.
  private var isSorted = true
  private var parents: [UInt32] = []

  mutating func add(_ child: Int, of parent: Int) {
    edges.append(Edge(child: UInt32(child), parent: UInt32(parent)))
    isSorted = false
  }

  /// Those that name an object; one that does so twice may stand here twice.
  mutating func parents(of child: Int) -> ArraySlice<UInt32> {
    if !isSorted {
      edges.sort { $0.child < $1.child }
      parents = edges.map(\.parent)
      isSorted = true
    }
    let start = place(of: child)
    return parents[start..<place(of: child + 1)]
  }

  // The first edge whose child is not less.
  private func place(of child: Int) -> Int {
    edges.partitioningIndex { $0.child >= child }
  }
}

/// A set of numbers, a bit each up to the largest.
struct NumberSet {
  private var words: [UInt64] = []

  func contains(_ number: Int) -> Bool {
    number >> 6 < words.count && words[number >> 6] >> UInt64(number & 63) & 1 == 1
  }

  /// Whether it is new.
  @discardableResult
  mutating func insert(_ number: Int) -> Bool {
    let missing = number >> 6 - words.count + 1
    if missing > 0 { words += repeatElement(0, count: missing) }
    let bit: UInt64 = 1 << UInt64(number & 63)
    defer { words[number >> 6] |= bit }
    return words[number >> 6] & bit == 0
  }
}
