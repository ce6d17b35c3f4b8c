/// The methods of arrays: reading, joining and searching. Others are in the extensions beside.
///
/// There are no holes: every element below the length is there.
///
/// Reference: ECMAScript 2023, 23.1.3.
enum ArrayMethods {
  /// Puts every method of arrays into a registry.
  static func register(in registry: inout NativeRegistry) {
    registerIterating(in: &registry)
    registerMutating(in: &registry)
    registerCopying(in: &registry)
    registerSorting(in: &registry)
    registry.methods[.arrayAt] = at
    registry.methods[.arrayJoin] = join
    registry.methods[.arrayToString] = { c throws(Fault) in Value(try c.toText(c.receiver)) }
    registry.methods[.arrayIncludes] = includes
    registry.methods[.arrayIndexOf] = indexOf
    registry.methods[.arrayLastIndexOf] = lastIndexOf
    registry.methods[.arrayEntries] = entries
    registry.methods[.arrayKeys] = keys
    registry.methods[.arrayValues] = { c throws(Fault) in
      Value(try c.copy(try c.receiverArray()))
    }
  }

  private static func at(_ c: CallContext) throws(Fault) -> Value {
    let array = try c.receiverArray()
    let index = try c.toInteger(c.arguments[0])
    return array[index < 0 ? index + array.count : index]
  }

  private static func join(_ c: CallContext) throws(Fault) -> Value {
    let array = try c.receiverArray()
    try c.checkStack()
    let separator =
      c.arguments[0].isUndefined ? try c.heap.string(",") : try c.toText(c.arguments[0])
    let between = try c.heap.flat(separator)
    guard c.heap.beginJoining(array) else { return try c.text("") }
    defer { c.heap.endJoining() }
    var builder = try StringBuilder(c.heap)
    var index = 0
    while index < array.count {
      try c.spend(1)
      if index > 0 { try builder.append(between) }
      let element = array[index]
      if element.isString {
        try builder.append(element.string)
      } else if element.isNumber {
        try builder.append(number: element.number)
      } else if !element.isNullish {
        try builder.append(try c.toText(element))
      }
      index += 1
    }
    return Value(try builder.finish())
  }

  private static func includes(_ c: CallContext) throws(Fault) -> Value {
    let array = try c.receiverArray()
    var index = try c.position(1, in: array.count, default: 0)
    try c.spend(array.count - index)
    while index < array.count {
      if try Conversion.sameValueZero(array[index], c.arguments[0], c.heap) { return .true }
      index += 1
    }
    return .false
  }

  private static func indexOf(_ c: CallContext) throws(Fault) -> Value {
    let array = try c.receiverArray()
    var index = try c.position(1, in: array.count, default: 0)
    try c.spend(array.count - index)
    while index < array.count {
      if try Conversion.strictlyEqual(array[index], c.arguments[0], c.heap) {
        return Value(index)
      }
      index += 1
    }
    return Value(-1)
  }

  private static func lastIndexOf(_ c: CallContext) throws(Fault) -> Value {
    let array = try c.receiverArray()
    var index = array.count - 1
    if c.arguments.count > 1 {
      let from = try c.toInteger(c.arguments[1])
      index = from < 0 ? array.count + from : min(from, index)
    }
    try c.spend(max(0, index))
    while index >= 0 {
      if try Conversion.strictlyEqual(array[index], c.arguments[0], c.heap) {
        return Value(index)
      }
      index -= 1
    }
    return Value(-1)
  }

  private static func entries(_ c: CallContext) throws(Fault) -> Value {
    let array = try c.receiverArray()
    try c.spend(array.count)
    let result = try c.heap.makeArray(capacity: array.count)
    for index in 0..<array.count {
      let pair = try c.heap.makeArray(capacity: 2)
      try c.heap.append(pair, Value(index))
      try c.heap.append(pair, array[index])
      try c.heap.append(result, Value(pair))
    }
    return Value(result)
  }

  private static func keys(_ c: CallContext) throws(Fault) -> Value {
    let array = try c.receiverArray()
    try c.spend(array.count)
    let result = try c.heap.makeArray(capacity: array.count)
    for index in 0..<array.count { try c.heap.append(result, Value(index)) }
    return Value(result)
  }
}

extension CallContext {
  /// A new array with elements `from ..< to` of another, which must lie inside.
  func copy(_ array: ArrayRef, _ from: Int, _ to: Int) throws(Fault) -> ArrayRef {
    precondition(0 <= from && from <= to && to <= array.count)
    try spend((to - from) >> 4)
    return try heap.makeArray(UnsafeBufferPointer(start: array.elements + from, count: to - from))
  }

  /// A new array with the elements of another.
  func copy(_ array: ArrayRef) throws(Fault) -> ArrayRef { try copy(array, 0, array.count) }
}
