/// Where an operator finds an operand, so that the common places need no call.
enum Operand {
  case register(Int)
  case constant(Value)
  case code(Code)

  /// As code of its own.
  var code: Code {
    switch self {
    case .register(let index): { (frame: Registers) throws(Fault) in frame[index] }
    case .constant(let value): { (_: Registers) throws(Fault) in value }
    case .code(let code): code
    }
  }
}

/// An operand of a kind that is known when the code is made.
protocol OperandReader {
  func read(_ frame: Registers) throws(Fault) -> Value
}

/// A variable or argument in the frame.
struct RegisterReader: OperandReader {
  let index: Int
  @inline(__always) func read(_ frame: Registers) throws(Fault) -> Value { frame[index] }
}

/// A literal.
struct ConstantReader: OperandReader {
  let value: Value
  @inline(__always) func read(_ frame: Registers) throws(Fault) -> Value { value }
}

/// Anything else.
struct CodeReader: OperandReader {
  let code: Code
  @inline(__always) func read(_ frame: Registers) throws(Fault) -> Value { try code(frame) }
}

/// Compiled code that decides a branch.
typealias Test = (Registers) throws(Fault) -> Bool

/// An operator on two values: a fast path for numbers that is inlined into every specialisation,
/// and the rest behind a call.
protocol BinaryKernel {
  static func apply(
    _ a: Value, _ b: Value, _ frame: Registers, _ site: Site
  ) throws(Fault) -> Value
}

/// A comparison: the same, but it gives a flag that a branch can use directly.
protocol ComparisonKernel {
  static func test(
    _ a: Value, _ b: Value, _ frame: Registers, _ site: Site
  ) throws(Fault) -> Bool
}

/// Makes code specialised for operator and operand kinds.
enum Emit {
  /// `left op right`.
  static func binary<K: BinaryKernel>(
    _ kernel: K.Type, _ left: Operand, _ right: Operand, _ site: Site
  ) -> Code {
    switch left {
    case .register(let index): binary(kernel, RegisterReader(index: index), right, site)
    case .constant(let value): binary(kernel, ConstantReader(value: value), right, site)
    case .code(let code): binary(kernel, CodeReader(code: code), right, site)
    }
  }

  private static func binary<K: BinaryKernel, L: OperandReader>(
    _ kernel: K.Type, _ left: L, _ right: Operand, _ site: Site
  ) -> Code {
    switch right {
    case .register(let index): binary(kernel, left, RegisterReader(index: index), site)
    case .constant(let value): binary(kernel, left, ConstantReader(value: value), site)
    case .code(let code): binary(kernel, left, CodeReader(code: code), site)
    }
  }

  private static func binary<K: BinaryKernel, L: OperandReader, R: OperandReader>(
    _ kernel: K.Type, _ left: L, _ right: R, _ site: Site
  ) -> Code {
    { (frame: Registers) throws(Fault) in
      let a = try left.read(frame)
      return try K.apply(a, try right.read(frame), frame, site)
    }
  }

  /// `register = left op right` as a statement.
  static func store<K: BinaryKernel>(
    _ kernel: K.Type, into target: Int, _ left: Operand, _ right: Operand, _ site: Site
  ) -> Code {
    switch (left, right) {
    case (.register(let a), .register(let b)):
      { (frame: Registers) throws(Fault) in
        frame[target] = try K.apply(frame[a], frame[b], frame, site)
        return .normal
      }
    case (.register(let a), .constant(let b)):
      { (frame: Registers) throws(Fault) in
        frame[target] = try K.apply(frame[a], b, frame, site)
        return .normal
      }
    case (.register(let a), .code(let b)):
      { (frame: Registers) throws(Fault) in
        let first = frame[a]
        frame[target] = try K.apply(first, try b(frame), frame, site)
        return .normal
      }
    default: store(binary(kernel, left, right, site), into: target)
    }
  }

  /// `register = code` as a statement.
  static func store(_ code: @escaping Code, into target: Int) -> Code {
    { (frame: Registers) throws(Fault) in
      frame[target] = try code(frame)
      return .normal
    }
  }

  /// `left op right` as the condition of a branch.
  static func test<K: ComparisonKernel>(
    _ kernel: K.Type, _ left: Operand, _ right: Operand, _ site: Site
  ) -> Test {
    switch left {
    case .register(let index): test(kernel, RegisterReader(index: index), right, site)
    case .constant(let value): test(kernel, ConstantReader(value: value), right, site)
    case .code(let code): test(kernel, CodeReader(code: code), right, site)
    }
  }

  private static func test<K: ComparisonKernel, L: OperandReader>(
    _ kernel: K.Type, _ left: L, _ right: Operand, _ site: Site
  ) -> Test {
    switch right {
    case .register(let index): test(kernel, left, RegisterReader(index: index), site)
    case .constant(let value): test(kernel, left, ConstantReader(value: value), site)
    case .code(let code): test(kernel, left, CodeReader(code: code), site)
    }
  }

  private static func test<K: ComparisonKernel, L: OperandReader, R: OperandReader>(
    _ kernel: K.Type, _ left: L, _ right: R, _ site: Site
  ) -> Test {
    { (frame: Registers) throws(Fault) in
      let a = try left.read(frame)
      return try K.test(a, try right.read(frame), frame, site)
    }
  }
}
