/// One compiled piece of program: reads and writes its frame, gives a value.
typealias Code = (Registers) throws(Fault) -> Value

/// How `(a, b) => a - b` and `(a, b) => b - a` order numbers.
enum NumberOrder { case rising, falling }

/// A compiled function in the isolate's table.
///
/// It cannot be copied, so that calling it where it stands needs no reference count. Entries are
/// made empty, so that calls can be compiled before the function they call, replaced while
/// linking, and never changed once code runs.
struct FunctionEntry: ~Copyable {
  /// Its name, empty when it has none.
  let name: String
  /// Named parameters, without the rest parameter.
  let parameterCount: Int
  let hasRest: Bool
  /// What its `length` reads: parameters before the first with a default.
  let length: Int
  /// Registers of its frame, arguments of its calls included.
  let frameSize: Int
  /// Whether it is a comparison that sorting knows without calling it.
  let comparison: NumberOrder?
  private let body: Code

  init(
    name: String = "", parameterCount: Int = 0, hasRest: Bool = false, length: Int = 0,
    frameSize: Int = 1, comparison: NumberOrder? = nil, body: @escaping Code
  ) {
    self.name = name
    self.parameterCount = parameterCount
    self.hasRest = hasRest
    self.length = length
    self.frameSize = frameSize
    self.comparison = comparison
    self.body = body
  }

  /// An entry whose body is not compiled yet.
  static func undefined() -> FunctionEntry {
    FunctionEntry(body: { (_: Registers) throws(Fault) -> Value in .undefined })
  }

  /// Runs it on a frame that holds all its arguments.
  @inline(__always)
  borrowing func run(_ base: Registers, _ heap: Heap) throws(Fault) -> Value {
    try heap.enter(base + frameSize)
    return try body(base)
  }

  /// Runs it on a frame at `base` that holds `count` arguments.
  @inline(__always)
  borrowing func call(_ base: Registers, count: Int, _ heap: Heap) throws(Fault) -> Value {
    guard count >= parameterCount, !hasRest else { return try fit(base, count: count, heap) }
    try heap.enter(base + max(frameSize, count + 1))
    return try body(base)
  }

  /// Runs it where arguments are missing, or the rest of them is an array.
  @inline(never)
  private borrowing func fit(
    _ base: Registers, count: Int, _ heap: Heap
  ) throws(Fault) -> Value {
    try heap.enter(base + max(frameSize, count + 1))
    if count < parameterCount {
      (base + count + 1).update(repeating: .undefined, count: parameterCount - count)
    }
    if hasRest {
      let extra = max(0, count - parameterCount)
      let rest = try heap.makeArray(
        UnsafeBufferPointer(start: base + parameterCount + 1, count: extra))
      base[parameterCount + 1] = Value(rest)
    }
    return try body(base)
  }
}

/// A native in the isolate's table; not copied for the same reason.
struct NativeEntry: ~Copyable {
  private let body: Native

  init(_ body: @escaping Native) { self.body = body }

  @inline(__always)
  borrowing func call(_ context: CallContext) throws(Fault) -> Value { try body(context) }
}
