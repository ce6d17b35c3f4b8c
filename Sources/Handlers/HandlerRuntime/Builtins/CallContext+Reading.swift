/// Reading receivers and arguments, as most built-ins do it.
extension CallContext {
  /// The units of the string the method was called on.
  @inline(__always) func receiverText() throws(Fault) -> FlatString {
    guard receiver.isString else { throw Fault("the method needs a string") }
    return try heap.flat(receiver.string)
  }

  /// The array the method was called on.
  @inline(__always) func receiverArray() throws(Fault) -> ArrayRef {
    guard receiver.isArray else { throw Fault("the method needs an array") }
    return receiver.array
  }

  /// The object the method was called on.
  func receiverObject(_ objectClass: ObjectClass) throws(Fault) -> ObjectRef {
    guard receiver.isObject, receiver.object.objectClass == objectClass else {
      throw Fault("the method was taken off its object")
    }
    return receiver.object
  }

  /// An argument that must be a function.
  @inline(__always) func callback(_ index: Int, of name: StaticString) throws(Fault) -> Value {
    let function = arguments[index]
    guard function.isFunction else {
      throw Fault("\(name): \(Conversion.kindName(of: function)) is not a function")
    }
    return function
  }

  /// An argument as a position: negative counts from the end, the result lies in `0...count`.
  @inline(__always)
  func position(_ index: Int, in count: Int, default absent: Int) throws(Fault) -> Int {
    let argument = arguments[index]
    if argument.isUndefined { return absent }
    let number = try toInteger(argument)
    return number < 0 ? max(0, count + number) : min(number, count)
  }

  /// A literal as a value.
  func text(_ literal: StaticString) throws(Fault) -> Value { Value(try heap.string(literal)) }

  /// ASCII bytes as a value.
  func text(ascii bytes: [UInt8]) throws(Fault) -> Value {
    try bytes.withUnsafeBufferPointer { (buffer) throws(Fault) in
      Value(try heap.string(ascii: buffer))
    }
  }

  /// Units as a value.
  func text(units: [UInt16]) throws(Fault) -> Value { Value(try heap.withUnits(units)) }

  /// Counts a pass over `count` units of text.
  @inline(__always) func spend(units count: Int) throws(Fault) { try spend(count >> 2) }

  /// Counts a pass over `count` bytes of text that takes many small steps for each of them: it makes
  /// texts, looks names up, compares ranges.
  func spend(slowBytes count: Int) throws(Fault) { try spend(count << 4) }
}
