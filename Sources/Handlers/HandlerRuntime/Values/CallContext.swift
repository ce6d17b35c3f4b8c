/// What a native function gets: who called it on what, with what, and the way back in.
///
/// A word-sized view that is valid until the native returns; it must not be kept.
struct CallContext {
  /// The heap of the isolate that runs.
  let heap: Heap
  /// The value left of the dot in `receiver.method(…)`; `undefined` otherwise.
  let receiver: Value
  /// The arguments.
  let arguments: Arguments
  /// The function value that was called, for its captured values.
  let callee: Value

  @inline(__always)
  init(heap: Heap, receiver: Value, arguments: Arguments, callee: Value) {
    self.heap = heap
    self.receiver = receiver
    self.arguments = arguments
    self.callee = callee
  }

  /// A context without arguments, for calls from outside any native.
  @inline(__always) init(heap: Heap, freeRegisters: Registers) {
    self.init(
      heap: heap, receiver: .undefined, arguments: Arguments(base: freeRegisters, count: 0),
      callee: .undefined)
  }

  /// The isolate that runs; it outlives the call.
  var isolate: Isolate { heap.state.pointee.isolate.takeUnretainedValue() }

  /// What the embedder put into the isolate.
  var host: AnyObject? { isolate.host }

  /// - Throws: a stack fault when a further level of recursion is too deep.
  @inline(__always) func checkStack() throws(Fault) { try heap.checkStack() }

  /// Counts work that grows with data against the request's limit of steps.
  @inline(__always) func spend(_ steps: Int) throws(Fault) { try heap.spend(steps) }
}

/// Arguments in the registers of the caller. What is not there reads as `undefined`.
struct Arguments {
  let base: UnsafeMutablePointer<Value>
  let count: Int

  @inline(__always) subscript(index: Int) -> Value {
    UInt(bitPattern: index) < UInt(bitPattern: count) ? base[index] : .undefined
  }

  /// All of them, valid until the call returns.
  var values: UnsafeBufferPointer<Value> { UnsafeBufferPointer(start: base, count: count) }
}

/// Calling back.
extension CallContext {
  /// Free registers behind the arguments.
  @inline(__always) private var top: UnsafeMutablePointer<Value> {
    arguments.base + arguments.count
  }

  /// Calls a function value.
  /// - Throws: what the function raises, or a fault when the value is no function.
  @inline(__always) func call(_ function: Value) throws(Fault) -> Value {
    try heap.invoke(function, at: top, count: 0)
  }

  /// Calls a function value with one argument.
  @inline(__always) func call(_ function: Value, _ first: Value) throws(Fault) -> Value {
    top[1] = first
    return try heap.invoke(function, at: top, count: 1)
  }

  /// Calls a function value with two arguments.
  @inline(__always)
  func call(_ function: Value, _ first: Value, _ second: Value) throws(Fault) -> Value {
    top[1] = first
    top[2] = second
    return try heap.invoke(function, at: top, count: 2)
  }

  /// Calls a function value with three arguments.
  @inline(__always)
  func call(
    _ function: Value, _ first: Value, _ second: Value, _ third: Value
  ) throws(Fault) -> Value {
    top[1] = first
    top[2] = second
    top[3] = third
    return try heap.invoke(function, at: top, count: 3)
  }

  /// Calls a function value with four arguments.
  @inline(__always)
  func call(
    _ function: Value, _ first: Value, _ second: Value, _ third: Value, _ fourth: Value
  ) throws(Fault) -> Value {
    top[1] = first
    top[2] = second
    top[3] = third
    top[4] = fourth
    return try heap.invoke(function, at: top, count: 4)
  }

  /// Calls a function value with any number of arguments.
  func call(_ function: Value, arguments values: [Value]) throws(Fault) -> Value {
    try heap.checkRegisters(top, values.count + 1)
    for (index, value) in values.enumerated() { top[index + 1] = value }
    return try heap.invoke(function, at: top, count: values.count)
  }

  /// Calls a native with other arguments, from inside another: `h(tag, …)` from a component.
  func call(
    native: Native, receiver: Value = .undefined, arguments values: [Value]
  ) throws(Fault) -> Value {
    try heap.checkRegisters(top, values.count + 1)
    for (index, value) in values.enumerated() { top[index + 1] = value }
    return try native(
      CallContext(
        heap: heap, receiver: receiver,
        arguments: Arguments(base: top + 1, count: values.count), callee: .undefined))
  }

  /// A function value of a native registered under ``NativeRegistry/hidden``.
  /// - Parameter captures: values it finds again with ``capture(_:)``.
  func makeFunction(_ name: String, captures: [Value]) throws(Fault) -> Value {
    guard let index = isolate.hiddenNatives[name] else {
      throw Fault("there is no native function '\(name)'")
    }
    let function = try heap.makeFunction(
      code: index, kind: FunctionRef.Kind.native, captureCount: captures.count)
    for (index, value) in captures.enumerated() { function.captures[index] = value }
    return Value(function)
  }

  /// A handler made of guards around one plain function, as `|>` and `pipe` make it: guards before
  /// it get the request and end the sequence with anything but `undefined`, guards after it get
  /// the response and give one.
  func makeSequence(_ members: [Value], plainIndex: Int) throws(Fault) -> Value {
    for member in members where !member.isFunction {
      throw Fault("\(Conversion.kindName(of: member)) cannot be part of a guard sequence")
    }
    let function = try heap.makeFunction(
      code: 0, kind: FunctionRef.Kind.sequence, captureCount: members.count + 1)
    function.captures[0] = Value(plainIndex)
    for (index, member) in members.enumerated() { function.captures[index + 1] = member }
    return Value(function)
  }

  /// The captured value at an index of the function that was called.
  func capture(_ index: Int) -> Value {
    guard callee.isFunction, index < callee.function.captureCount else { return .undefined }
    return callee.function.captures[index]
  }

  /// How many values the called function captured.
  var captureCount: Int { callee.isFunction ? callee.function.captureCount : 0 }
}

/// Conversions, which may call methods of classes.
extension CallContext {
  /// `String(value)`.
  @inline(__always) func toText(_ value: Value) throws(Fault) -> StringRef {
    value.isString ? value.string : try Conversion.text(of: value, self)
  }
  /// `Number(value)`.
  @inline(__always) func toNumber(_ value: Value) throws(Fault) -> Double {
    value.isNumber ? value.number : try Conversion.number(of: value, self)
  }
  /// The value as a property key.
  @inline(__always) func toKey(_ value: Value) throws(Fault) -> StringRef { try toText(value) }
  /// `Number(value)` cut to an integer, NaN as 0, kept within ±2^53: for positions and counts.
  func toInteger(_ value: Value) throws(Fault) -> Int {
    let number = try toNumber(value)
    guard number == number else { return 0 }
    return Int(min(max(number.rounded(.towardZero), -9_007_199_254_740_991), 9_007_199_254_740_991))
  }
  /// `Boolean(value)`.
  @inline(__always) func toBoolean(_ value: Value) -> Bool { Conversion.boolean(of: value) }
  /// The string as Swift text, for messages and services.
  func swiftText(_ value: Value) throws(Fault) -> String { try heap.text(try toText(value)) }

  /// Own field of an object, element of an array, `undefined` where there is none or the value is
  /// of another kind.
  func field(_ value: Value, _ name: KnownName) -> Value {
    guard value.isObject else { return .undefined }
    return heap.property(value.object, name) ?? .undefined
  }
}
