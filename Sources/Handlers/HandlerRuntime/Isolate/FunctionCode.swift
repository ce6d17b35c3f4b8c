import HandlerLanguage

/// One compiled piece of program: reads and writes its frame, gives a value.
typealias Code = (Registers) throws(Fault) -> Value

/// A compiled function of the program.
final class FunctionCode {
  let name: String
  /// Named parameters, without the rest parameter.
  let parameterCount: Int
  let hasRest: Bool
  /// Registers of its frame, arguments of its calls included. Set once the body is compiled.
  private(set) var frameSize = 0
  /// The body. Set once it is compiled.
  private(set) var run: Code = { _ in .undefined }

  init(name: String, parameterCount: Int, hasRest: Bool) {
    self.name = name
    self.parameterCount = parameterCount
    self.hasRest = hasRest
  }

  /// Sets the compiled body.
  func define(frameSize: Int, run: @escaping Code) {
    self.frameSize = frameSize
    self.run = run
  }

  /// Runs it on a frame at `base` that holds `count` arguments.
  @inline(__always)
  func call(_ base: Registers, count: Int, _ isolate: Isolate) throws(Fault) -> Value {
    try isolate.enter(base + max(frameSize, count + 1))
    if count < parameterCount {
      (base + count + 1).update(repeating: .undefined, count: parameterCount - count)
    }
    if hasRest {
      let extra = max(0, count - parameterCount)
      let rest = try isolate.heap.makeArray(
        UnsafeBufferPointer(start: base + parameterCount + 1, count: extra))
      base[parameterCount + 1] = Value(rest)
    }
    return try run(base)
  }
}
