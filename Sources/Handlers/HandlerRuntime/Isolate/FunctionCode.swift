import HandlerLanguage

/// One compiled piece of program: reads and writes its frame, gives a value.
typealias Code = (Registers) throws(Fault) -> Value

/// A compiled function of the program.
///
/// Made empty, so that calls can be compiled before the function they call; filled by
/// ``describe(name:parameterCount:hasRest:)`` and ``define(frameSize:run:)`` while linking, and
/// never changed afterwards.
final class FunctionCode {
  /// Its name, empty when it has none.
  private(set) var name = ""
  /// Named parameters, without the rest parameter.
  private(set) var parameterCount = 0
  private(set) var hasRest = false
  /// Registers of its frame, arguments of its calls included.
  private(set) var frameSize = 1
  fileprivate var body: Body

  /// The body, in a box whose content never changes: reading it needs no reference count.
  fileprivate final class Body {
    let run: Code
    init(_ run: @escaping Code) { self.run = run }
  }

  init() { body = Body { (_: Registers) throws(Fault) in .undefined } }

  /// Sets what is known from its head.
  func describe(name: String, parameterCount: Int, hasRest: Bool) {
    self.name = name
    self.parameterCount = parameterCount
    self.hasRest = hasRest
  }

  /// Sets the compiled body.
  func define(frameSize: Int, run: @escaping Code) {
    self.frameSize = frameSize
    body = Body(run)
  }

  /// Runs it on a frame at `base` that holds `count` arguments.
  func call(_ base: Registers, count: Int, _ heap: Heap) throws(Fault) -> Value {
    try Isolate.enter(base + max(frameSize, count + 1), heap.state)
    if count < parameterCount {
      (base + count + 1).update(repeating: .undefined, count: parameterCount - count)
    }
    if hasRest {
      let extra = max(0, count - parameterCount)
      let rest = try heap.makeArray(
        UnsafeBufferPointer(start: base + parameterCount + 1, count: extra))
      base[parameterCount + 1] = Value(rest)
    }
    return try body.run(base)
  }
}

/// A compiled function without a share in its ownership: functions that call each other would
/// otherwise keep each other alive.
///
/// Invariant: the isolate keeps every function as long as any of its code can run.
struct CodeReference {
  unowned(unsafe) private let code: FunctionCode

  init(_ code: FunctionCode) { self.code = code }

  /// Runs it on a frame that holds all its arguments.
  @inline(__always)
  func run(
    _ base: Registers, _ state: UnsafeMutablePointer<HeapState>
  ) throws(Fault) -> Value {
    try Isolate.enter(base + code.frameSize, state)
    return try code.body.run(base)
  }

  /// Runs it on a frame that holds `count` arguments.
  func call(_ base: Registers, count: Int, _ heap: Heap) throws(Fault) -> Value {
    try code.call(base, count: count, heap)
  }
}
