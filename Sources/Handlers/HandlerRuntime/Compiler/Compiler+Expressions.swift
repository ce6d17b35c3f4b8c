import HandlerLanguage

/// Expressions.
extension FunctionCompiler {
  /// An expression as code.
  func code(_ expression: Expression) throws(Fault) -> Code { try operand(expression).code }

  /// An expression as an operand: a register or a constant where it is one.
  func operand(_ expression: Expression) throws(Fault) -> Operand {
    try nestedOperand(expression.position) { () throws(Fault) in
      try operandUnchecked(expression)
    }
  }

  /// The same without counting a level, for callers that did.
  func operandUnchecked(_ expression: Expression) throws(Fault) -> Operand {
    switch expression.kind {
    case .number(let number): .constant(Value(number))
    case .string(let literal): .constant(try constant(literal))
    case .boolean(let flag): .constant(Value(flag))
    case .null: .constant(.null)
    case .undefined: .constant(.undefined)
    case .identifier(let name): try identifier(expression, name)
    case .template(let quasis, let values): .code(try template(expression, quasis, values))
    case .array(let elements): .code(try arrayLiteral(expression, elements))
    case .object(let members): .code(try objectLiteral(expression, members))
    case .function(let function): .code(try functionValue(function))
    case .unary(let op, let operand): try unary(expression, op, operand)
    case .binary(let op, let left, let right): .code(try binary(expression, op, left, right))
    case .logical(let op, let left, let right): .code(try logical(op, left, right))
    case .conditional(let test, let then, let otherwise):
      .code(try conditional(test, then, otherwise))
    case .assign(let target, let value): .code(try assign(expression, target, value))
    case .compoundAssign(let target, let op, let value):
      .code(try compoundAssign(expression, target, op, value))
    case .logicalAssign(let target, let op, let value):
      .code(try logicalAssign(expression, target, op, value))
    case .member(let object, let name, let isOptional):
      try member(expression, object, name, isOptional: isOptional)
    case .index(let object, let index, let isOptional):
      .code(try element(expression, object, index, isOptional: isOptional))
    case .call(let callee, let arguments, let isOptional):
      .code(try call(expression, callee, arguments, isOptional: isOptional))
    case .optionalChain(let chain): .code(try optionalChain(chain))
    case .pipeline(let pipeline): .code(try self.pipeline(expression, pipeline))
    case .match(let match): .code(try self.match(match))
    case .jsx(let element): .code(try jsx(expression, element))
    }
  }

  /// A string of the program's text: the one permanent string with these units.
  func constant(_ literal: StringLiteral) throws(Fault) -> Value {
    Value(heap.string(try atom(literal)))
  }

  func atom(_ literal: StringLiteral) throws(Fault) -> Atom {
    try heap.atom(try heap.withUnits(literal.units))
  }

  func atom(_ name: String) throws(Fault) -> Atom { try heap.atom(name) }

  private func optionalChain(_ chain: Expression) throws(Fault) -> Code {
    let code = try code(chain)
    return { (frame: Registers) throws(Fault) in
      let value = try code(frame)
      return Value.same(value, .shortCircuit) ? .undefined : value
    }
  }
}

/// Array and object literals.
extension FunctionCompiler {
  private func arrayLiteral(
    _ expression: Expression, _ elements: [ArrayElement]
  ) throws(Fault) -> Code {
    let site = site(expression.position)
    let heap = heap
    var parts: [SpreadableCode] = []
    for element in elements {
      switch element {
      case .value(let value): parts.append(SpreadableCode(code: try code(value), isSpread: false))
      case .spread(let value): parts.append(SpreadableCode(code: try code(value), isSpread: true))
      }
    }
    if !parts.contains(where: \.isSpread) {
      let codes = CodeList()
      for part in parts { codes.append(part.code) }
      let values = codes.fixed
      return { (frame: Registers) throws(Fault) in
        let array = try site.here { () throws(Fault) in try heap.makeArray(capacity: values.count) }
        for index in 0..<values.count {
          let value = try values.run(index, frame)
          array.elements[index] = value
          array.count = index &+ 1
        }
        return Value(array)
      }
    }
    return { [parts] (frame: Registers) throws(Fault) in
      try SpreadableCode.array(of: parts, frame, site)
    }
  }

  private func objectLiteral(
    _ expression: Expression, _ members: [ObjectMember]
  ) throws(Fault) -> Code {
    if let code = try shapedLiteral(expression, members) { return code }
    let site = site(expression.position)
    let heap = heap
    enum Part {
      case field(Atom, Code)
      case computed(Code, Code)
      case spread(Code)
    }
    var parts: [Part] = []
    for member in members {
      switch member {
      case .property(.literal(let key), let value):
        parts.append(.field(try atom(key), try code(value)))
      case .property(.computed(let key), let value):
        parts.append(.computed(try code(key), try code(value)))
      case .spread(let value): parts.append(.spread(try code(value)))
      }
    }
    return { [parts] (frame: Registers) throws(Fault) in
      let object = try site.here { () throws(Fault) in try heap.makeObject() }
      for part in parts {
        switch part {
        case .field(let atom, let code):
          let value = try code(frame)
          try site.here { () throws(Fault) in try heap.setProperty(object, atom, value) }
        case .computed(let keyCode, let code):
          let key = try keyCode(frame)
          let name = try site.here { () throws(Fault) in try site.context(frame).toKey(key) }
          let value = try code(frame)
          try site.here { () throws(Fault) in try heap.setProperty(object, key: name, value) }
        case .spread(let code):
          let value = try code(frame)
          try site.here { () throws(Fault) in try Spread.copy(value, to: object, heap) }
        }
      }
      return Value(object)
    }
  }

  /// A literal whose keys are all known: its shape is looked up now, and running it only fills
  /// the slots.
  private func shapedLiteral(
    _ expression: Expression, _ members: [ObjectMember]
  ) throws(Fault) -> Code? {
    var atoms: [Atom] = []
    var values: [Expression] = []
    for member in members {
      guard case .property(.literal(let key), let value) = member else { return nil }
      let atom = try atom(key)
      if atoms.contains(atom) { return nil }
      atoms.append(atom)
      values.append(value)
    }
    let shapes = heap.state.pointee.shapes
    var shape = Shape.empty
    for atom in atoms {
      let isIndex = heap.isIndexKey(heap.string(atom).flatUnits)
      guard let next = shapes.adding(atom, isIndex: isIndex, to: shape, fromData: false) else {
        return nil
      }
      shape = next
    }
    let codes = CodeList()
    for value in values { codes.append(try code(value)) }
    let heap = heap
    let site = site(expression.position)
    let final = shape
    let fields = codes.fixed
    return { (frame: Registers) throws(Fault) in
      let object = try site.here { () throws(Fault) in
        try heap.makeObject(capacity: fields.count)
      }
      for index in 0..<fields.count { object.slots[index] = try fields.run(index, frame) }
      object.shape = final
      return Value(object)
    }
  }
}

/// `...value` in literals and calls.
enum Spread {
  /// Appends what iterating over the value gives.
  static func append(_ value: Value, to array: ArrayRef, _ context: CallContext) throws(Fault) {
    let heap = context.heap
    if value.isArray {
      let source = value.array
      try context.spend(source.count / 16)
      try heap.reserve(array, array.count + source.count)
      var index = 0
      while index < source.count {
        try heap.append(array, source[index])
        index += 1
      }
    } else if value.isString {
      let units = try heap.flat(value.string)
      var index = 0
      while index < units.count {
        let width = units.scalarWidth(at: index)
        try heap.append(array, Value(try heap.slice(units, index, index + width)))
        index += width
      }
    } else {
      throw Fault("\(Conversion.kindName(of: value)) is not iterable")
    }
  }

  /// Copies the fields of an object, the elements of an array or the units of a string.
  static func copy(_ value: Value, to object: ObjectRef, _ heap: Heap) throws(Fault) {
    if value.isObject { return try heap.copyProperties(from: value.object, to: object) }
    guard value.isArray || value.isString else { return }
    let count = value.isArray ? value.array.count : value.string.length
    for index in 0..<count {
      let key = try heap.string(number: Double(index))
      let element =
        value.isArray
        ? value.array[index] : Value(try heap.character(try heap.flat(value.string)[index]))
      try heap.setProperty(object, key: key, element)
    }
  }
}

extension FlatString {
  /// How many units the code point at an index takes: 2 for a surrogate pair.
  @inline(__always) func scalarWidth(at index: Int) -> Int {
    guard !isASCII, index + 1 < count else { return 1 }
    return self[index] & 0xFC00 == 0xD800 && self[index + 1] & 0xFC00 == 0xDC00 ? 2 : 1
  }
}
