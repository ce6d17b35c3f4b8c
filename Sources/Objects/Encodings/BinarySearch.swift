extension RandomAccessCollection {
  /// The first place from which on something holds, of a collection in which it holds of every
  /// element behind one that it holds of; the end where it holds of none. Takes a step for each time
  /// that the collection can be halved.
  ///
  /// - Parameter isBehind: whether an element belongs to the second part.
  @inlinable
  public func partitioningIndex(where isBehind: (Element) throws -> Bool) rethrows -> Index {
    var start = startIndex
    var left = count
    while left > 0 {
      let half = left / 2
      let middle = index(start, offsetBy: half)
      if try isBehind(self[middle]) {
        left = half
      } else {
        start = index(after: middle)
        left -= half + 1
      }
    }
    return start
  }
}
