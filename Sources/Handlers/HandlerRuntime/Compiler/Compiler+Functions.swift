import HandlerLanguage

/// Functions.
extension FunctionCompiler {
  /// A function expression: compiles its body, gives code that makes the function value.
  func functionValue(_ function: Function) throws(Fault) -> Code {
    let captures = try compile(function)
    let site = site(function.position)
    let heap = heap
    let number = function.id
    let sources = CodeList()
    for binding in captures { sources.append(try cellReader(binding)) }
    let cells = sources.fixed
    return { (frame: Registers) throws(Fault) in
      let made = try site.here { () throws(Fault) in
        try heap.makeFunction(
          code: number, kind: FunctionRef.Kind.closure, captureCount: cells.count)
      }
      for index in 0..<cells.count { made.captures[index] = try cells.run(index, frame) }
      return Value(made)
    }
  }

  /// Code that gives the cell of a variable, not its value.
  private func cellReader(_ index: Int) throws(Fault) -> Code {
    switch try location(index) {
    case .cell(let register), .register(let register):
      return { (frame: Registers) throws(Fault) in frame[register] }
    case .capture(let position):
      return { (frame: Registers) throws(Fault) in frame[0].function.captures[position] }
    case .global, .callee:
      return { (frame: Registers) throws(Fault) in frame[0] }
    }
  }

  /// Compiles a function's body; gives the variables it captures, in the order of its cells.
  private func compile(_ function: Function) throws(Fault) -> [Int] {
    let inner = FunctionCompiler(linker: linker, parent: self)
    let body = try inner.body(of: function)
    linker.define(
      function.id,
      FunctionEntry(
        name: function.name ?? "", parameterCount: function.parameters.count,
        hasRest: function.rest != nil,
        length: function.parameters.prefix { $0.fallback == nil }.count, frameSize: inner.size,
        comparison: numberOrder(function), body: body))
    return inner.captured
  }

  /// How a function orders numbers, where it is the difference of its two parameters.
  private func numberOrder(_ function: Function) -> NumberOrder? {
    guard function.rest == nil, function.parameters.count == 2,
      let difference = function.body.value,
      case .binary(.subtract, let left, let right) = difference.kind
    else { return nil }
    let parameters = function.parameters.map { parameter -> Int? in
      guard parameter.fallback == nil, case .name(let name) = parameter.target else { return nil }
      return name.binding
    }
    func bound(_ expression: Expression) -> Int? {
      guard case .binding(let index)? = linker.program.references[expression.id] else { return nil }
      return index
    }
    guard let first = parameters[0], let second = parameters[1] else { return nil }
    return switch (bound(left), bound(right)) {
    case (first, second): .rising
    case (second, first): .falling
    default: nil
    }
  }

  /// Prologue and body of the function that this compiler is for.
  private func body(of function: Function) throws(Fault) -> Code {
    let first = take(function.parameters.count + (function.rest == nil ? 0 : 1))
    let prologue = CodeList()
    if let name = function.selfBinding { prologue.append(declareSelf(name)) }
    let early = namesSeenEarly(function)
    for name in early { declare(name) }
    if let cells = makeCells(Array(early)) { prologue.append(cells) }
    for (index, parameter) in function.parameters.enumerated() {
      let register = first + index
      if let fallback = parameter.fallback {
        prologue.append(fill(register, with: try code(fallback)))
      }
      prologue.append(try bindParameter(parameter.target, register))
    }
    if let rest = function.rest {
      prologue.append(try bindParameter(rest, first + function.parameters.count))
    }
    let main: Code
    switch function.body {
    case .expression(let expression): main = try code(expression)
    case .block(let statements): main = try functionBlock(statements)
    }
    if prologue.isEmpty { return main }
    let steps = sequence(prologue)
    return { (frame: Registers) throws(Fault) in
      _ = try steps(frame)
      return try main(frame)
    }
  }

  /// Parameters that closures share where a default could have made one before they have a value:
  /// `(a = () => b, b) => a()`.
  private func namesSeenEarly(_ function: Function) -> [Int] {
    let hasDefault = function.parameters.contains { $0.fallback != nil || $0.target.hasDefault }
    guard hasDefault || function.rest?.hasDefault == true else { return [] }
    let targets = function.parameters.map(\.target) + (function.rest.map { [$0] } ?? [])
    return targets.flatMap(\.names).map(\.binding).filter(needsCell)
  }

  /// `parameter = fallback`.
  private func fill(_ register: Int, with fallback: @escaping Code) -> Code {
    { (frame: Registers) throws(Fault) in
      if frame[register].isUndefined { frame[register] = try fallback(frame) }
      return .normal
    }
  }

  private func functionBlock(_ statements: [Statement]) throws(Fault) -> Code {
    if statements.count == 1, case .return(let value?) = statements[0].kind {
      return try code(value)
    }
    let block = try block(statements)
    if statements.last?.alwaysReturns == true { return block }
    return { (frame: Registers) throws(Fault) in
      let result = try block(frame)
      return Value.same(result, .normal) ? .undefined : result
    }
  }

  private func declareSelf(_ name: BindingName) -> CodeList {
    guard needsCell(name.binding) else {
      declareCallee(name.binding)
      return CodeList()
    }
    let register = take()
    place(name.binding, at: .cell(register))
    let heap = heap
    let codes = CodeList()
    codes.append { (frame: Registers) throws(Fault) in
      frame[register] = try Cell.make(frame[0], heap)
      return .normal
    }
    return codes
  }

  private func bindParameter(_ pattern: Pattern, _ register: Int) throws(Fault) -> CodeList {
    let heap = heap
    if case .name(let name) = pattern {
      guard needsCell(name.binding) else {
        declare(name.binding, in: register)
        return CodeList()
      }
      if isPlaced(name.binding) {
        let write = try writer(name.binding, initialises: true, at: name.position)
        let codes = CodeList()
        codes.append { (frame: Registers) throws(Fault) in
          try write(frame, frame[register])
          return .normal
        }
        return codes
      }
      place(name.binding, at: .cell(register))
      let codes = CodeList()
      codes.append { (frame: Registers) throws(Fault) in
        frame[register] = try Cell.make(frame[register], heap)
        return .normal
      }
      return codes
    }
    let names = pattern.names.map(\.binding).filter { !isPlaced($0) }
    for name in names { declare(name) }
    let codes = CodeList()
    if let cells = makeCells(names) { codes.append(cells) }
    let bind = try binder(pattern)
    codes.append { (frame: Registers) throws(Fault) in
      try bind(frame, frame[register])
      return .normal
    }
    return codes
  }
}

extension Function.Body {
  /// What it gives, where it is that expression alone.
  fileprivate var value: Expression? {
    switch self {
    case .expression(let expression): expression
    case .block(let statements):
      if statements.count == 1, case .return(let value?) = statements[0].kind { value } else { nil }
    }
  }
}

extension Pattern {
  /// Whether taking a value apart may evaluate a default, or a key.
  fileprivate var hasDefault: Bool {
    switch self {
    case .name: false
    case .object(let properties, _):
      properties.contains { property in
        if case .computed = property.key { return true }
        return property.fallback != nil || property.target.hasDefault
      }
    case .array(let elements, let rest):
      elements.contains { element in
        element.map { $0.fallback != nil || $0.target.hasDefault } ?? false
      } || rest?.hasDefault == true
    }
  }
}
