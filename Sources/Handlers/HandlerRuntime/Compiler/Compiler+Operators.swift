import HandlerLanguage

/// Operators.
extension FunctionCompiler {
  func unary(
    _ expression: Expression, _ op: UnaryOperator, _ inner: Expression
  ) throws(Fault) -> Operand {
    if op == .not {
      let test = try test(inner)
      return .code { (frame: Registers) throws(Fault) in Value(!(try test(frame))) }
    }
    let operand = try operand(inner)
    let site = site(expression.position)
    switch op {
    case .minus:
      if case .constant(let value) = operand, value.isNumber {
        return .constant(Value(-value.number))
      }
      let code = operand.code
      return .code { (frame: Registers) throws(Fault) in
        let value = try code(frame)
        if value.isNumber { return Value(arithmetic: -value.number) }
        let context = site.context(frame)
        return Value(-(try site.here { () throws(Fault) in try context.toNumber(value) }))
      }
    case .plus:
      let code = operand.code
      return .code { (frame: Registers) throws(Fault) in
        let value = try code(frame)
        if value.isNumber { return value }
        let context = site.context(frame)
        return Value(try site.here { () throws(Fault) in try context.toNumber(value) })
      }
    case .not, .bitNot:
      let code = operand.code
      return .code { (frame: Registers) throws(Fault) in
        let value = try code(frame)
        let context = site.context(frame)
        let number = try site.here { () throws(Fault) in try context.toNumber(value) }
        return Value(Double(~Conversion.int32(number)))
      }
    case .typeOf:
      let code = operand.code
      var names: [Value] = []
      for name in ["number", "string", "boolean", "undefined", "function", "object"] {
        names.append(Value(heap.string(try atom(name))))
      }
      return .code { [names] (frame: Registers) throws(Fault) in
        let value = try code(frame)
        if value.isNumber { return names[0] }
        if value.isString { return names[1] }
        if value.isBoolean { return names[2] }
        if value.isUndefined { return names[3] }
        return value.isFunction ? names[4] : names[5]
      }
    case .void:
      let code = operand.code
      return .code { (frame: Registers) throws(Fault) in
        _ = try code(frame)
        return .undefined
      }
    }
  }

  func binary(
    _ expression: Expression, _ op: BinaryOperator, _ left: Expression, _ right: Expression
  ) throws(Fault) -> Code {
    if op.isComparison {
      let test = try comparison(expression, op, left, right)
      return { (frame: Registers) throws(Fault) in Value(try test(frame)) }
    }
    if op == .add, let text = try joined(expression, left, right) { return text }
    let l = try operand(left)
    let r = try operand(right)
    return arithmetic(op, l, r, site(expression.position))
  }

  /// Code of an operator that gives no boolean.
  func arithmetic(_ op: BinaryOperator, _ l: Operand, _ r: Operand, _ site: Site) -> Code {
    switch op {
    case .add: Emit.binary(Arithmetic.Add.self, l, r, site)
    case .subtract: Emit.binary(Arithmetic.Subtract.self, l, r, site)
    case .multiply: Emit.binary(Arithmetic.Multiply.self, l, r, site)
    case .divide: Emit.binary(Arithmetic.Divide.self, l, r, site)
    case .remainder: Emit.binary(Arithmetic.Remainder.self, l, r, site)
    case .power: Emit.binary(Arithmetic.Power.self, l, r, site)
    case .bitAnd: Emit.binary(Arithmetic.BitAnd.self, l, r, site)
    case .bitOr: Emit.binary(Arithmetic.BitOr.self, l, r, site)
    case .bitXor: Emit.binary(Arithmetic.BitXor.self, l, r, site)
    case .shiftLeft: Emit.binary(Arithmetic.ShiftLeft.self, l, r, site)
    case .shiftRight: Emit.binary(Arithmetic.ShiftRight.self, l, r, site)
    case .shiftRightUnsigned: Emit.binary(Arithmetic.ShiftRightUnsigned.self, l, r, site)
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .in:
      { (_: Registers) throws(Fault) in throw site.fault("a comparison is not arithmetic") }
    }
  }

  private func comparison(
    _ expression: Expression, _ op: BinaryOperator, _ left: Expression, _ right: Expression
  ) throws(Fault) -> Test {
    let l = try operand(left)
    let r = try operand(right)
    let site = site(expression.position)
    switch op {
    case .equal: return Emit.test(Comparison.Equal.self, l, r, site)
    case .notEqual: return Emit.test(Comparison.NotEqual.self, l, r, site)
    case .less: return Emit.test(Comparison.Less.self, l, r, site)
    case .lessOrEqual: return Emit.test(Comparison.LessOrEqual.self, l, r, site)
    case .greater: return Emit.test(Comparison.Greater.self, l, r, site)
    case .greaterOrEqual: return Emit.test(Comparison.GreaterOrEqual.self, l, r, site)
    default: return Emit.test(Comparison.In.self, l, r, site)
    }
  }

  /// An expression as the condition of a branch.
  func test(_ expression: Expression) throws(Fault) -> Test {
    try nestedTest(expression.position) { () throws(Fault) in
      switch expression.kind {
      case .binary(let op, let left, let right) where op.isComparison:
        return try comparison(expression, op, left, right)
      case .unary(.not, let inner):
        let test = try test(inner)
        return { (frame: Registers) throws(Fault) in !(try test(frame)) }
      case .logical(.and, let left, let right):
        let first = try test(left)
        let second = try test(right)
        return { (frame: Registers) throws(Fault) in try first(frame) ? try second(frame) : false }
      case .logical(.or, let left, let right):
        let first = try test(left)
        let second = try test(right)
        return { (frame: Registers) throws(Fault) in try first(frame) ? true : try second(frame) }
      default:
        let operand = try operandUnchecked(expression)
        if case .register(let index) = operand {
          return { (frame: Registers) throws(Fault) in Conversion.boolean(of: frame[index]) }
        }
        let code = operand.code
        return { (frame: Registers) throws(Fault) in Conversion.boolean(of: try code(frame)) }
      }
    }
  }

  func logical(
    _ op: LogicalOperator, _ left: Expression, _ right: Expression
  ) throws(Fault) -> Code {
    let first = try code(left)
    let second = try code(right)
    switch op {
    case .and:
      return { (frame: Registers) throws(Fault) in
        let value = try first(frame)
        return Conversion.boolean(of: value) ? try second(frame) : value
      }
    case .or:
      return { (frame: Registers) throws(Fault) in
        let value = try first(frame)
        return Conversion.boolean(of: value) ? value : try second(frame)
      }
    case .coalesce:
      return { (frame: Registers) throws(Fault) in
        let value = try first(frame)
        return value.isNullish ? try second(frame) : value
      }
    }
  }

  func conditional(
    _ condition: Expression, _ then: Expression, _ otherwise: Expression
  ) throws(Fault) -> Code {
    let condition = try test(condition)
    let first = try code(then)
    let second = try code(otherwise)
    return { (frame: Registers) throws(Fault) in
      try condition(frame) ? try first(frame) : try second(frame)
    }
  }
}

extension BinaryOperator {
  /// Whether its value is a boolean.
  var isComparison: Bool {
    switch self {
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .in: true
    default: false
    }
  }
}
