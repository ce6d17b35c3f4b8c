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
      if let order = c.heap.numberOrder(compare), result.holdsNumbersOnly {
        try StableSort.sort(
          result.elements, count: result.count, spare: spare.elements,
          by: DifferenceOrder(c: c, isRising: order == .rising))
      } else {
        try StableSort.sort(
          result.elements, count: result.count, spare: spare.elements,
          by: CalledOrder(c: c, compare: compare))
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
    try StableSort.sort(
      places.elements, count: array.count, spare: spare.elements,
      by: TextOrder(c: c, texts: texts))
    let copy = try c.copy(array)
    for index in 0..<array.count {
      array.elements[index] = copy[Int(places.elements[index].number)]
    }
  }
}

/// The order that a handler's function gives.
private struct CalledOrder: ValueOrder {
  let c: CallContext
  let compare: Value

  @inline(__always) func isBefore(_ a: Value, _ b: Value) throws(Fault) -> Bool {
    try c.toNumber(try c.call(compare, a, b)) < 0
  }
}

/// The order of `(a, b) => a - b`, or of `b - a`, over numbers: what the function would give, without
/// calling it. A comparison is a step as the call would be.
private struct DifferenceOrder: ValueOrder {
  let c: CallContext
  let isRising: Bool

  @inline(__always) func isBefore(_ a: Value, _ b: Value) throws(Fault) -> Bool {
    try c.spend(1)
    return (isRising ? a.number - b.number : b.number - a.number) < 0
  }
}

/// The order of texts that places stand for.
private struct TextOrder: ValueOrder {
  let c: CallContext
  let texts: ArrayRef

  func isBefore(_ a: Value, _ b: Value) throws(Fault) -> Bool {
    let x = texts.elements[Int(a.number)].string.flatUnits
    let y = texts.elements[Int(b.number)].string.flatUnits
    try c.spend(1 + min(x.count, y.count) >> 2)
    return x.compare(y) < 0
  }
}

extension ArrayRef {
  fileprivate var holdsNumbersOnly: Bool {
    for index in 0..<count where !elements[index].isNumber { return false }
    return true
  }
}

extension Heap {
  /// How a function orders numbers, where that was seen when it was compiled.
  fileprivate func numberOrder(_ function: Value) -> NumberOrder? {
    let reference = function.function
    guard reference.kind == FunctionRef.Kind.closure else { return nil }
    return (state.pointee.functions + reference.code).pointee.comparison
  }
}
