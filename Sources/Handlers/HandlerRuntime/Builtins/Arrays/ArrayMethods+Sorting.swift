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
      try mergeSort(c, result) { (first, second) throws(Fault) in
        try c.toNumber(try c.call(compare, first, second)) > 0
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
    try mergeSort(c, places) { (first, second) throws(Fault) in
      let (a, b) = (Int(first.number), Int(second.number))
      let (x, y) = (texts.elements[a].string.flatUnits, texts.elements[b].string.flatUnits)
      try c.spend(min(x.count, y.count) >> 2)
      return x.compare(y) > 0
    }
    let copy = try c.copy(array)
    for index in 0..<array.count {
      array.elements[index] = copy[Int(places.elements[index].number)]
    }
  }

  /// Merges runs bottom-up. Nobody else sees the array meanwhile, so its elements stay where they
  /// are whatever `isAfter` calls.
  private static func mergeSort(
    _ c: CallContext, _ array: ArrayRef, _ isAfter: (Value, Value) throws(Fault) -> Bool
  ) throws(Fault) {
    let count = array.count
    guard count > 1 else { return }
    let other = try c.copy(array)
    var source = array.elements
    var target = other.elements
    var width = 1
    while width < count {
      try c.spend(count)
      var start = 0
      while start < count {
        let middle = min(start + width, count)
        let end = min(start + 2 * width, count)
        try merge(source, target, start, middle, end, isAfter)
        start = end
      }
      swap(&source, &target)
      width *= 2
    }
    if source != array.elements { array.elements.update(from: source, count: count) }
  }

  private static func merge(
    _ source: UnsafeMutablePointer<Value>, _ target: UnsafeMutablePointer<Value>,
    _ start: Int, _ middle: Int, _ end: Int, _ isAfter: (Value, Value) throws(Fault) -> Bool
  ) throws(Fault) {
    var left = start
    var right = middle
    for place in start..<end {
      let takesLeft: Bool
      if left == middle {
        takesLeft = false
      } else if right == end {
        takesLeft = true
      } else {
        takesLeft = try !isAfter(source[left], source[right])
      }
      if takesLeft {
        target[place] = source[left]
        left += 1
      } else {
        target[place] = source[right]
        right += 1
      }
    }
  }
}
