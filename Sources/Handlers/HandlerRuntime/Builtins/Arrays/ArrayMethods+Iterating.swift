/// Methods that call a function with `(element, index, array)` for each element.
///
/// The length is read once: what a callback appends is not visited. What it removes is not visited
/// either, since there are no holes to read.
extension ArrayMethods {
  static func registerIterating(in registry: inout NativeRegistry) {
    registry.methods[.arrayMap] = map
    registry.methods[.arrayFilter] = filter
    registry.methods[.arrayForEach] = forEach
    registry.methods[.arrayEvery] = every
    registry.methods[.arraySome] = some
    registry.methods[.arrayFind] = { c throws(Fault) in try find(c, "find").element }
    registry.methods[.arrayFindIndex] = { c throws(Fault) in
      Value(try find(c, "findIndex").index)
    }
    registry.methods[.arrayFindLast] = { c throws(Fault) in try findLast(c, "findLast").element }
    registry.methods[.arrayFindLastIndex] = { c throws(Fault) in
      Value(try findLast(c, "findLastIndex").index)
    }
    registry.methods[.arrayFlatMap] = flatMap
    registry.methods[.arrayReduce] = reduce
    registry.methods[.arrayReduceRight] = reduceRight
  }

  private static func map(_ c: CallContext) throws(Fault) -> Value {
    let source = try c.receiverArray()
    let function = try c.callback(0, of: "map")
    let count = source.count
    let result = try c.heap.makeArray(capacity: count)
    var index = 0
    while index < count, index < source.count {
      let made = try c.call(function, source.elements[index], Value(index), c.receiver)
      try c.heap.append(result, made)
      index &+= 1
    }
    // Keeps the length where the callback shortened the array it walks.
    if result.count < count { try c.heap.setCount(result, count) }
    return Value(result)
  }

  private static func filter(_ c: CallContext) throws(Fault) -> Value {
    let source = try c.receiverArray()
    let function = try c.callback(0, of: "filter")
    let count = source.count
    let result = try c.heap.makeArray()
    var index = 0
    while index < count, index < source.count {
      let element = source.elements[index]
      if c.toBoolean(try c.call(function, element, Value(index), c.receiver)) {
        try c.heap.append(result, element)
      }
      index &+= 1
    }
    return Value(result)
  }

  private static func forEach(_ c: CallContext) throws(Fault) -> Value {
    let source = try c.receiverArray()
    let function = try c.callback(0, of: "forEach")
    let count = source.count
    var index = 0
    while index < count, index < source.count {
      _ = try c.call(function, source.elements[index], Value(index), c.receiver)
      index &+= 1
    }
    return .undefined
  }

  private static func every(_ c: CallContext) throws(Fault) -> Value {
    let source = try c.receiverArray()
    let function = try c.callback(0, of: "every")
    let count = source.count
    var index = 0
    while index < count, index < source.count {
      let answer = try c.call(function, source.elements[index], Value(index), c.receiver)
      if !c.toBoolean(answer) { return .false }
      index &+= 1
    }
    return .true
  }

  private static func some(_ c: CallContext) throws(Fault) -> Value {
    let source = try c.receiverArray()
    let function = try c.callback(0, of: "some")
    let count = source.count
    var index = 0
    while index < count, index < source.count {
      let answer = try c.call(function, source.elements[index], Value(index), c.receiver)
      if c.toBoolean(answer) { return .true }
      index &+= 1
    }
    return .false
  }

  private static func find(
    _ c: CallContext, _ name: StaticString
  ) throws(Fault) -> (element: Value, index: Int) {
    let source = try c.receiverArray()
    let function = try c.callback(0, of: name)
    let count = source.count
    var index = 0
    while index < count {
      let element = source[index]
      if c.toBoolean(try c.call(function, element, Value(index), c.receiver)) {
        return (element, index)
      }
      index &+= 1
    }
    return (.undefined, -1)
  }

  private static func findLast(
    _ c: CallContext, _ name: StaticString
  ) throws(Fault) -> (element: Value, index: Int) {
    let source = try c.receiverArray()
    let function = try c.callback(0, of: name)
    var index = source.count - 1
    while index >= 0 {
      let element = source[index]
      if c.toBoolean(try c.call(function, element, Value(index), c.receiver)) {
        return (element, index)
      }
      index -= 1
    }
    return (.undefined, -1)
  }

  private static func flatMap(_ c: CallContext) throws(Fault) -> Value {
    let source = try c.receiverArray()
    let function = try c.callback(0, of: "flatMap")
    let count = source.count
    let result = try c.heap.makeArray()
    var index = 0
    while index < count, index < source.count {
      let made = try c.call(function, source.elements[index], Value(index), c.receiver)
      if let inner = made.asArray {
        try c.spend(inner.count)
        for place in 0..<inner.count { try c.heap.append(result, inner[place]) }
      } else {
        try c.heap.append(result, made)
      }
      index &+= 1
    }
    return Value(result)
  }

  private static func reduce(_ c: CallContext) throws(Fault) -> Value {
    let source = try c.receiverArray()
    let function = try c.callback(0, of: "reduce")
    let count = source.count
    var index = 0
    var result = c.arguments[1]
    if c.arguments.count < 2 {
      guard count > 0 else { throw Fault("reduce of an empty array without a first value") }
      result = source[0]
      index = 1
    }
    while index < count, index < source.count {
      result = try call(c, function, result, source.elements[index], index)
      index &+= 1
    }
    return result
  }

  private static func reduceRight(_ c: CallContext) throws(Fault) -> Value {
    let source = try c.receiverArray()
    let function = try c.callback(0, of: "reduceRight")
    var index = source.count - 1
    var result = c.arguments[1]
    if c.arguments.count < 2 {
      guard index >= 0 else { throw Fault("reduceRight of an empty array without a first value") }
      result = source[index]
      index -= 1
    }
    while index >= 0 {
      if index < source.count {
        result = try call(c, function, result, source.elements[index], index)
      }
      index -= 1
    }
    return result
  }

  @inline(__always)
  private static func call(
    _ c: CallContext, _ function: Value, _ result: Value, _ element: Value, _ index: Int
  ) throws(Fault) -> Value {
    try c.call(function, result, element, Value(index), c.receiver)
  }
}
