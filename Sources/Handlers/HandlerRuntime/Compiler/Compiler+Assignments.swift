import HandlerLanguage

/// A place that an assignment reads and writes, with its object and key evaluated once.
private struct Place {
  /// Evaluates object and key into registers.
  var prepare: Code
  var read: Code
  var write: (Registers, Value) throws(Fault) -> Void
}

/// Assignments.
extension FunctionCompiler {
  /// `target = value`.
  func assign(
    _ expression: Expression, _ target: AssignmentTarget, _ value: Expression
  ) throws(Fault) -> Code {
    switch target {
    case .variable(let name):
      let index = try boundVariable(name)
      let code = try code(value)
      if let register = try plainRegister(index, initialises: false) {
        return { (frame: Registers) throws(Fault) in
          let value = try code(frame)
          frame[register] = value
          return value
        }
      }
      let write = try writer(index, initialises: false, at: expression.position)
      return { (frame: Registers) throws(Fault) in
        let value = try code(frame)
        try write(frame, value)
        return value
      }
    case .member(let object, let name):
      let object = try operand(object).code
      return try setMember(expression, object, name, try code(value))
    case .index(let object, let key):
      let object = try code(object)
      let key = try code(key)
      let value = try code(value)
      let site = site(expression.position)
      let heap = heap
      return { (frame: Registers) throws(Fault) in
        let holder = try object(frame)
        let key = try key(frame)
        let new = try value(frame)
        if holder.isArray, let index = key.index, index < holder.array.count,
          !heap.isFrozen(holder.pointer)
        {
          holder.array.elements[index] = new
          return new
        }
        let context = site.context(frame)
        try site.here { () throws(Fault) in
          try PropertyAccess.setElement(holder, key, new, context)
        }
        return new
      }
    }
  }

  /// `target op= value`.
  func compoundAssign(
    _ expression: Expression, _ target: AssignmentTarget, _ op: BinaryOperator, _ value: Expression
  ) throws(Fault) -> Code {
    try scoped { () throws(Fault) -> Code in
      let place = try place(expression, target)
      let held = take()
      let right = try code(value)
      let combine = arithmetic(op, .register(held), .code(right), site(expression.position))
      return { (frame: Registers) throws(Fault) in
        _ = try place.prepare(frame)
        frame[held] = try place.read(frame)
        let result = try combine(frame)
        try place.write(frame, result)
        return result
      }
    }
  }

  /// `target &&= value` and its like.
  func logicalAssign(
    _ expression: Expression, _ target: AssignmentTarget, _ op: LogicalOperator, _ value: Expression
  ) throws(Fault) -> Code {
    try scoped { () throws(Fault) -> Code in
      let place = try place(expression, target)
      let right = try code(value)
      return { (frame: Registers) throws(Fault) in
        _ = try place.prepare(frame)
        let old = try place.read(frame)
        let stores =
          switch op {
          case .and: Conversion.boolean(of: old)
          case .or: !Conversion.boolean(of: old)
          case .coalesce: old.isNullish
          }
        guard stores else { return old }
        let new = try right(frame)
        try place.write(frame, new)
        return new
      }
    }
  }

  private func boundVariable(_ name: Expression) throws(Fault) -> Int {
    guard case .binding(let index)? = linker.program.references[name.id] else {
      throw Fault("only variables can be assigned to", stack: [name.position])
    }
    return index
  }

  private func place(
    _ expression: Expression, _ target: AssignmentTarget
  ) throws(Fault) -> Place {
    let nothing: Code = { (_: Registers) throws(Fault) in .undefined }
    switch target {
    case .variable(let name):
      let index = try boundVariable(name)
      return Place(
        prepare: nothing, read: try code(name),
        write: try writer(index, initialises: false, at: expression.position))
    case .member(let object, let name):
      let holder = take()
      let object = try code(object)
      let site = site(expression.position)
      let atom = try atom(name)
      return Place(
        prepare: Emit.store(object, into: holder),
        read: { (frame: Registers) throws(Fault) in
          let context = site.context(frame)
          return try site.here { () throws(Fault) in
            try PropertyAccess.member(frame[holder], atom, context)
          }
        },
        write: { (frame: Registers, value: Value) throws(Fault) in
          let context = site.context(frame)
          try site.here { () throws(Fault) in
            try PropertyAccess.setMember(frame[holder], atom, value, context)
          }
        })
    case .index(let object, let key):
      let holder = take(2)
      let object = try code(object)
      let key = try code(key)
      let site = site(expression.position)
      return Place(
        prepare: { (frame: Registers) throws(Fault) in
          frame[holder] = try object(frame)
          frame[holder + 1] = try key(frame)
          return .normal
        },
        read: { (frame: Registers) throws(Fault) in
          let context = site.context(frame)
          return try site.here { () throws(Fault) in
            try PropertyAccess.element(frame[holder], frame[holder + 1], context)
          }
        },
        write: { (frame: Registers, value: Value) throws(Fault) in
          let context = site.context(frame)
          try site.here { () throws(Fault) in
            try PropertyAccess.setElement(frame[holder], frame[holder + 1], value, context)
          }
        })
    }
  }

  /// An expression whose value nobody wants, as a statement.
  func effect(_ expression: Expression) throws(Fault) -> Code {
    switch expression.kind {
    case .assign(.variable(let name), let value):
      let index = try boundVariable(name)
      if let register = try plainRegister(index, initialises: false) {
        return try store(value, into: register)
      }
    case .compoundAssign(.variable(let name), let op, let value) where !op.isComparison:
      let index = try boundVariable(name)
      if let register = try plainRegister(index, initialises: false) {
        return storeArithmetic(
          op, .register(register), try operand(value), site(expression.position), into: register)
      }
    default: break
    }
    let code = try code(expression)
    return { (frame: Registers) throws(Fault) in
      _ = try code(frame)
      return .normal
    }
  }

  /// `register = value` as a statement.
  func store(_ value: Expression, into register: Int) throws(Fault) -> Code {
    if case .binary(let op, let left, let right) = value.kind, !op.isComparison {
      if op == .add, let text = try joined(value, left, right) {
        return Emit.store(text, into: register)
      }
      let l = try operand(left)
      let r = try operand(right)
      return storeArithmetic(op, l, r, site(value.position), into: register)
    }
    return Emit.store(try code(value), into: register)
  }

  private func storeArithmetic(
    _ op: BinaryOperator, _ l: Operand, _ r: Operand, _ site: Site, into register: Int
  ) -> Code {
    switch op {
    case .add: Emit.store(Arithmetic.Add.self, into: register, l, r, site)
    case .subtract: Emit.store(Arithmetic.Subtract.self, into: register, l, r, site)
    case .multiply: Emit.store(Arithmetic.Multiply.self, into: register, l, r, site)
    case .remainder: Emit.store(Arithmetic.Remainder.self, into: register, l, r, site)
    default: Emit.store(arithmetic(op, l, r, site), into: register)
    }
  }
}
