/// Methods that give a changed copy: `slice`, `concat`, `flat` and the `to…` forms.
extension ArrayMethods {
  static func registerCopying(in registry: inout NativeRegistry) {
    registry.methods[.arraySlice] = slice
    registry.methods[.arrayConcat] = concat
    registry.methods[.arrayFlat] = flat
    registry.methods[.arrayWith] = with
    registry.methods[.arrayToReversed] = toReversed
    registry.methods[.arrayToSpliced] = toSpliced
  }

  private static func slice(_ c: CallContext) throws(Fault) -> Value {
    let array = try c.receiverArray()
    let from = try c.position(0, in: array.count, default: 0)
    let to = min(try c.position(1, in: array.count, default: array.count), array.count)
    return Value(try c.copy(array, min(from, array.count), max(min(from, array.count), to)))
  }

  private static func concat(_ c: CallContext) throws(Fault) -> Value {
    let result = try c.copy(try c.receiverArray())
    for index in 0..<c.arguments.count {
      if let other = c.arguments[index].asArray {
        let values = UnsafeBufferPointer(start: other.elements, count: other.count)
        try replace(c, result, from: result.count, count: 0, with: values)
      } else {
        try c.heap.append(result, c.arguments[index])
      }
    }
    return Value(result)
  }

  private static func flat(_ c: CallContext) throws(Fault) -> Value {
    let depth = c.arguments[0].isUndefined ? 1 : try c.toInteger(c.arguments[0])
    let result = try c.heap.makeArray()
    try flatten(c, try c.receiverArray(), depth, into: result)
    return Value(result)
  }

  private static func flatten(
    _ c: CallContext, _ array: ArrayRef, _ depth: Int, into result: ArrayRef
  ) throws(Fault) {
    try c.checkStack()
    for index in 0..<array.count {
      try c.spend(1)
      if depth > 0, let inner = array[index].asArray {
        try flatten(c, inner, depth - 1, into: result)
      } else {
        try c.heap.append(result, array[index])
      }
    }
  }

  private static func with(_ c: CallContext) throws(Fault) -> Value {
    let array = try c.receiverArray()
    let index = try c.toInteger(c.arguments[0])
    let place = index < 0 ? index + array.count : index
    guard place >= 0, place < array.count else { throw Fault("with: the index is out of range") }
    let result = try c.copy(array)
    result.elements[place] = c.arguments[1]
    return Value(result)
  }

  private static func toReversed(_ c: CallContext) throws(Fault) -> Value {
    let result = try c.copy(try c.receiverArray())
    var elements = UnsafeMutableBufferPointer(start: result.elements, count: result.count)
    elements.reverse()
    return Value(result)
  }

  private static func toSpliced(_ c: CallContext) throws(Fault) -> Value {
    let array = try c.receiverArray()
    let (start, count) = try removal(c, array.count)
    let result = try c.copy(array)
    try replace(c, result, from: start, count: count, with: insertion(c))
    return Value(result)
  }
}
