/// Calls. They need the heap's state only, so that no reference to the isolate is counted on the way.
extension Heap {
  /// Calls a function value whose arguments stand in `base[1...count]`; `base[0]` is overwritten.
  /// - Throws: what the function raises, or a fault when the value is no function.
  func invoke(_ function: Value, at base: Registers, count: Int) throws(Fault) -> Value {
    guard function.isFunction else {
      throw Fault("\(Conversion.kindName(of: function)) is not a function")
    }
    let reference = function.function
    switch reference.kind {
    case FunctionRef.Kind.closure:
      base[0] = function
      return try (state.pointee.functions + reference.code).pointee.call(base, count: count, self)
    case FunctionRef.Kind.sequence:
      return try sequence(reference, base: base, count: count)
    case FunctionRef.Kind.native:
      return try native(
        reference.code, receiver: .undefined, callee: function, base: base, count: count)
    default:
      return try native(
        reference.code, receiver: reference.captures[0], callee: function, base: base, count: count)
    }
  }

  /// Calls a native whose arguments stand in `base[1...count]`.
  @inline(__always)
  func native(
    _ number: Int, receiver: Value, callee: Value, base: Registers, count: Int
  ) throws(Fault) -> Value {
    try enter(base + count + 1)
    return try (state.pointee.natives + number).pointee.call(
      CallContext(
        heap: self, receiver: receiver, arguments: Arguments(base: base + 1, count: count),
        callee: callee))
  }

  /// Runs guards before the plain function, the function, and guards after it.
  private func sequence(
    _ reference: FunctionRef, base: Registers, count: Int
  ) throws(Fault) -> Value {
    let request = count > 0 ? base[1] : .undefined
    let plain = Int(reference.captures[0].number)
    try enter(base + 8)
    // The request stays below the frames of the members.
    base[1] = request
    let inner = base + 2
    var response = Value.undefined
    for index in 0..<(reference.captureCount - 1) {
      inner[1] = index <= plain ? request : response
      response = try invoke(reference.captures[index + 1], at: inner, count: 1)
      if index < plain, !response.isUndefined { return response }
    }
    return response
  }

  /// Asks for a frame that ends before `end`: counts a step, looks at both stacks.
  @inline(__always) func enter(_ end: Registers) throws(Fault) {
    let steps = state.pointee.steps &- 1
    state.pointee.steps = steps
    if steps < 0 || UInt(bitPattern: end) > state.pointee.registersEnd
      || Stack.pointer < state.pointee.stackLimit
    {
      throw refusal()
    }
  }

  /// Why a frame was refused.
  @inline(never) private func refusal() -> Fault {
    state.pointee.steps < 0 ? Fault.outOfSteps : Fault.outOfStack
  }

  /// Counts work against the limit of steps.
  @inline(__always) func spend(_ steps: Int) throws(Fault) {
    state.pointee.steps &-= steps
    if state.pointee.steps < 0 { throw Fault.outOfSteps }
  }

  /// Counts so many arguments, where their number depends on data.
  /// - Throws: a stack fault when `count` registers from `base` are not there.
  func checkRegisters(_ base: Registers, _ count: Int) throws(Fault) {
    let free = Int(state.pointee.registersEnd) - Int(UInt(bitPattern: base))
    if count > free / 8 { throw Fault.outOfStack }
    // Whoever is called looks at each of them.
    try spend(count)
  }
}
