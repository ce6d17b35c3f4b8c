import HandlerLanguage

/// Reading and writing variables.
extension FunctionCompiler {
  /// What an identifier stands for, as an operand.
  func identifier(_ expression: Expression, _ name: String) throws(Fault) -> Operand {
    guard let reference = linker.program.references[expression.id] else {
      throw Fault("'\(name)' is not resolved", stack: [expression.position])
    }
    switch reference {
    case .binding(let index):
      return try read(try location(index), index, at: expression.position)
    case .module(let function):
      return .constant(linker.constants.modules[function] ?? .undefined)
    case .global(let global):
      return .constant(linker.constants.globals[global] ?? .undefined)
    }
  }

  /// The value of a variable.
  func read(
    _ location: Location, _ index: Int, at position: SourcePosition
  ) throws(Fault) -> Operand {
    let site = site(position)
    let name = binding(index).name
    // Parameters and functions have their value before any code of theirs runs.
    let isSure = [.function, .functionSelf].contains(binding(index).kind)
    func early() -> Fault { site.fault("Cannot access '\(name)' before initialization") }
    switch location {
    case .register(let register):
      if isChecked(index) {
        return .code { (frame: Registers) throws(Fault) in
          let value = frame[register]
          if Value.same(value, .empty) { throw early() }
          return value
        }
      }
      guard isInitialised(index) else {
        return .code { (_: Registers) throws(Fault) in throw early() }
      }
      return .register(register)
    case .cell(let register):
      return .code { (frame: Registers) throws(Fault) in
        let value = Cell.read(frame[register])
        if Value.same(value, .empty) { throw early() }
        return value
      }
    case .capture(let position):
      if isSure {
        return .code { (frame: Registers) throws(Fault) in
          Cell.read(frame[0].function.captures[position])
        }
      }
      return .code { (frame: Registers) throws(Fault) in
        let value = Cell.read(frame[0].function.captures[position])
        if Value.same(value, .empty) { throw early() }
        return value
      }
    case .global(let index):
      let slot = linker.globalValues + index
      return .code { (_: Registers) throws(Fault) in
        let value = slot.pointee
        if Value.same(value, .empty) { throw early() }
        return value
      }
    case .callee: return .register(0)
    }
  }

  /// Code that stores a value; `true` initialises the variable, `false` assigns to it.
  func writer(
    _ index: Int, initialises: Bool, at position: SourcePosition
  ) throws(Fault) -> (Registers, Value) throws(Fault) -> Void {
    let heap = heap
    let site = site(position)
    let name = binding(index).name
    func early() -> Fault { site.fault("Cannot access '\(name)' before initialization") }
    let location = try location(index)
    defer { if initialises { markInitialised(index) } }
    switch location {
    case .register(let register):
      if initialises || (isInitialised(index) && !isChecked(index)) {
        return { (frame: Registers, value: Value) throws(Fault) in frame[register] = value }
      }
      guard isChecked(index) else {
        return { (_: Registers, _: Value) throws(Fault) in throw early() }
      }
      return { (frame: Registers, value: Value) throws(Fault) in
        if Value.same(frame[register], .empty) { throw early() }
        frame[register] = value
      }
    case .cell(let register):
      if initialises {
        return { (frame: Registers, value: Value) throws(Fault) in
          frame[register].pointer.storeBytes(of: value.bits, as: UInt64.self)
        }
      }
      return { (frame: Registers, value: Value) throws(Fault) in
        let cell = frame[register]
        if Value.same(Cell.read(cell), .empty) { throw early() }
        try Cell.write(cell, value, heap)
      }
    case .capture(let position):
      return { (frame: Registers, value: Value) throws(Fault) in
        let cell = frame[0].function.captures[position]
        if Value.same(Cell.read(cell), .empty) { throw early() }
        try site.here { () throws(Fault) in try Cell.write(cell, value, heap) }
      }
    case .global(let index):
      let slot = linker.globalValues + index
      return { (_: Registers, value: Value) throws(Fault) in
        if heap.state.pointee.isServing { throw Fault.frozenStore.at(site.position) }
        if !initialises, Value.same(slot.pointee, .empty) { throw early() }
        slot.pointee = value
      }
    case .callee:
      return { (_: Registers, _: Value) throws(Fault) in
        throw site.fault("Assignment to constant '\(name)'")
      }
    }
  }

  /// The register of a variable that a plain store can set, if it has one.
  func plainRegister(_ index: Int, initialises: Bool) throws(Fault) -> Int? {
    guard case .register(let register) = try location(index) else { return nil }
    return initialises || (isInitialised(index) && !isChecked(index)) ? register : nil
  }
}
