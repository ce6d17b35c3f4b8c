/// Methods that change the array they are called on. Arrays made at module level refuse.
extension ArrayMethods {
  static func registerMutating(in registry: inout NativeRegistry) {
    registry.methods[.arrayPush] = push
    registry.methods[.arrayPop] = pop
    registry.methods[.arrayShift] = shift
    registry.methods[.arrayUnshift] = unshift
    registry.methods[.arrayReverse] = reverse
    registry.methods[.arrayFill] = fill
    registry.methods[.arrayCopyWithin] = copyWithin
    registry.methods[.arraySplice] = splice
  }

  private static func push(_ c: CallContext) throws(Fault) -> Value {
    let array = try c.receiverArray()
    for index in 0..<c.arguments.count { try c.heap.append(array, c.arguments[index]) }
    return Value(array.count)
  }

  private static func pop(_ c: CallContext) throws(Fault) -> Value {
    let array = try c.receiverArray()
    try c.heap.checkStore(array.pointer)
    guard array.count > 0 else { return .undefined }
    let last = array[array.count - 1]
    array.count -= 1
    return last
  }

  /// Moves the start of the elements instead of the elements: a queue is emptied in linear time.
  private static func shift(_ c: CallContext) throws(Fault) -> Value {
    let array = try c.receiverArray()
    try c.heap.checkStore(array.pointer)
    guard array.count > 0 else { return .undefined }
    let first = array[0]
    array.elements += 1
    array.capacity -= 1
    array.count -= 1
    return first
  }

  private static func unshift(_ c: CallContext) throws(Fault) -> Value {
    let array = try c.receiverArray()
    try c.heap.checkStore(array.pointer)
    try replace(c, array, from: 0, count: 0, with: c.arguments.values)
    return Value(array.count)
  }

  private static func reverse(_ c: CallContext) throws(Fault) -> Value {
    let array = try c.receiverArray()
    try c.heap.checkStore(array.pointer)
    try c.spend(array.count >> 4)
    var elements = UnsafeMutableBufferPointer(start: array.elements, count: array.count)
    elements.reverse()
    return c.receiver
  }

  private static func fill(_ c: CallContext) throws(Fault) -> Value {
    let array = try c.receiverArray()
    try c.heap.checkStore(array.pointer)
    let from = try c.position(1, in: array.count, default: 0)
    let to = try c.position(2, in: array.count, default: array.count)
    try c.spend(max(0, to - from) >> 4)
    // Reading the positions may have called back and shortened the array.
    for index in from..<max(from, min(to, array.count)) { array.elements[index] = c.arguments[0] }
    return c.receiver
  }

  private static func copyWithin(_ c: CallContext) throws(Fault) -> Value {
    let array = try c.receiverArray()
    try c.heap.checkStore(array.pointer)
    let target = try c.position(0, in: array.count, default: 0)
    let from = try c.position(1, in: array.count, default: 0)
    let to = min(try c.position(2, in: array.count, default: array.count), array.count)
    let count = min(to - from, array.count - target)
    if count > 0 {
      try c.spend(count >> 4)
      (array.elements + target).update(from: array.elements + from, count: count)
    }
    return c.receiver
  }

  private static func splice(_ c: CallContext) throws(Fault) -> Value {
    let array = try c.receiverArray()
    try c.heap.checkStore(array.pointer)
    let (start, count) = try removal(c, array.count)
    let removed = try c.copy(array, start, start + count)
    try replace(c, array, from: start, count: count, with: insertion(c))
    return Value(removed)
  }

  /// The first two arguments of `splice` as a place and a count that lie inside.
  static func removal(
    _ c: CallContext, _ length: Int
  ) throws(Fault) -> (start: Int, count: Int) {
    let start = try c.position(0, in: length, default: 0)
    switch c.arguments.count {
    case 0: return (start, 0)
    case 1: return (start, length - start)
    default: return (start, min(max(0, try c.toInteger(c.arguments[1])), length - start))
    }
  }

  /// What `splice` puts in: the arguments from the third on.
  static func insertion(_ c: CallContext) -> UnsafeBufferPointer<Value> {
    let values = c.arguments.values
    return UnsafeBufferPointer(rebasing: values[min(2, values.count)...])
  }

  /// Puts values in the place of `count` elements from an index on, which must lie inside.
  static func replace(
    _ c: CallContext, _ array: ArrayRef, from start: Int, count: Int,
    with values: UnsafeBufferPointer<Value>
  ) throws(Fault) {
    let old = array.count
    precondition(start >= 0 && count >= 0 && start + count <= old)
    let tail = old - start - count
    try c.spend((tail + values.count) >> 4)
    try c.heap.reserve(array, old - count + values.count)
    let place = array.elements + start
    (place + values.count).update(from: place + count, count: tail)
    if let first = values.baseAddress { place.update(from: first, count: values.count) }
    array.count = old - count + values.count
  }
}
