/// `sort` and `toSorted`: stable, `undefined` last, by text unless a function compares.
///
/// Reference: ECMAScript 2023, 23.1.3.30.
extension ArrayMethods {
  static func registerSorting(in registry: inout NativeRegistry) {
    registry.methods[.arraySort] = { c throws(Fault) in
      let array = try c.receiverArray()
      try c.heap.checkStore(array.pointer)
      let sorted = try sorted(c, array, "sort")
      // The comparing function may have shortened the array meanwhile; what was sorted comes back.
      if array.count < sorted.count { try c.heap.setCount(array, sorted.count) }
      array.elements.update(from: sorted.elements, count: sorted.count)
      return c.receiver
    }
    registry.methods[.arrayToSorted] = { c throws(Fault) in
      Value(try sorted(c, try c.receiverArray(), "toSorted"))
    }
  }

  /// A sorted copy.
  private static func sorted(
    _ c: CallContext, _ array: ArrayRef, _ name: StaticString
  ) throws(Fault) -> ArrayRef {
    let compare = c.arguments[0].isUndefined ? nil : try c.callback(0, of: name)
    let count = array.count
    let result = try c.heap.makeArray(capacity: count)
    for index in 0..<count where !array[index].isUndefined {
      try c.heap.append(result, array[index])
    }
    if let compare {
      let spare = try c.heap.makeArray(capacity: result.count)
      try StableSort.sort(result.elements, count: result.count, spare: spare.elements) {
        (first, second) throws(Fault) in try c.toNumber(try c.call(compare, first, second))
      }
    } else {
      try sortByText(c, result)
    }
    try c.heap.setCount(result, count)
    return result
  }

  private static func sortByText(_ c: CallContext, _ array: ArrayRef) throws(Fault) {
    // Each text is made once: pairs of text and place are sorted, then the places followed.
    let texts = try c.heap.makeArray(capacity: array.count)
    for index in 0..<array.count {
      try c.spend(1)
      let text = try c.toText(array[index])
      _ = try c.heap.flat(text)
      try c.heap.append(texts, Value(text))
    }
    let places = try c.heap.makeArray(capacity: array.count)
    for index in 0..<array.count { try c.heap.append(places, Value(index)) }
    let spare = try c.heap.makeArray(capacity: array.count)
    try StableSort.sort(places.elements, count: array.count, spare: spare.elements) {
      (first, second) throws(Fault) in
      let (a, b) = (Int(first.number), Int(second.number))
      let (x, y) = (texts.elements[a].string.flatUnits, texts.elements[b].string.flatUnits)
      try c.spend(1 + min(x.count, y.count) >> 2)
      return Double(x.compare(y))
    }
    let copy = try c.copy(array)
    for index in 0..<array.count {
      array.elements[index] = copy[Int(places.elements[index].number)]
    }
  }
}
