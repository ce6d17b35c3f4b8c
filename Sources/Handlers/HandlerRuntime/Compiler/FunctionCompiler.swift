import HandlerLanguage

/// Where a variable is while code runs.
enum Location {
  /// In the frame.
  case register(Int)
  /// In a cell of its own, whose address is in the frame: a closure uses it too.
  case cell(Int)
  /// In a cell whose address the called function carries.
  case capture(Int)
  /// At module level.
  case global(Int)
  /// The called function itself.
  case callee
}

/// Compiles one function body (or module body): hands out registers, resolves names.
///
/// Registers are a stack: a scope takes the next ones and gives them back at its end. Code reads a
/// register only where compilation has passed a store to it, so that no value of an earlier call
/// can be seen.
final class FunctionCompiler {
  let linker: Linker
  let parent: FunctionCompiler?
  /// The first register that is free here.
  var next = 1
  /// Registers needed so far.
  private(set) var size = 1
  /// Bindings that captured cells belong to, in order.
  private(set) var captured: [Int] = []

  private var locations: [Int: Location] = [:]
  private var initialised: Set<Int> = []
  /// Bindings that a store may not have reached although the text has passed it.
  private var checked: Set<Int> = []
  private var captureIndex: [Int: Int] = [:]
  private var depth = 0

  /// Nested expressions and statements of one function: what the stack reserve has room for.
  private static let maximumDepth = 1200

  init(linker: Linker, parent: FunctionCompiler?) {
    self.linker = linker
    self.parent = parent
  }

  var heap: Heap { linker.heap }

  /// A site at a place, whose calls begin at the registers that are free now.
  func site(_ position: SourcePosition) -> Site {
    Site(heap: heap, position: position, base: next)
  }

  /// Runs the compilation of something nested. One function for each result: a function value
  /// that passes through a generic result costs a conversion at every call.
  func nestedOperand(
    _ position: SourcePosition, _ body: () throws(Fault) -> Operand
  ) throws(Fault) -> Operand {
    try descend(position)
    defer { depth -= 1 }
    return try body()
  }

  /// The same for statements.
  func nestedStatement(
    _ position: SourcePosition, _ body: () throws(Fault) -> Code?
  ) throws(Fault) -> Code? {
    try descend(position)
    defer { depth -= 1 }
    return try body()
  }

  /// The same for conditions.
  func nestedTest(
    _ position: SourcePosition, _ body: () throws(Fault) -> Test
  ) throws(Fault) -> Test {
    try descend(position)
    defer { depth -= 1 }
    return try body()
  }

  /// Whether code may nest deeper than its text does.
  var hasRoomForNesting: Bool { depth < 100 }

  private func descend(_ position: SourcePosition) throws(Fault) {
    if depth >= Self.maximumDepth {
      throw Fault("code is nested too deeply", kind: .stack, stack: [position])
    }
    do throws(Fault) { try heap.checkStack() } catch { throw error.at(position) }
    depth += 1
  }
}

/// Registers and scopes.
extension FunctionCompiler {
  /// Takes `count` registers.
  func take(_ count: Int = 1) -> Int {
    let first = next
    next += count
    size = max(size, next)
    return first
  }

  /// Runs `body` and gives back the registers it took.
  func scoped(_ body: () throws(Fault) -> Code) throws(Fault) -> Code {
    let mark = next
    defer { next = mark }
    return try body()
  }

  func binding(_ index: Int) -> Binding { linker.program.bindings[index] }

  /// Whether a closure uses the variable too, so that it needs a cell.
  func needsCell(_ index: Int) -> Bool {
    binding(index).isCaptured || linker.forcedCells.contains(index)
  }

  /// Gives a variable its place in this frame; one at module level has it already.
  /// - Parameter checked: reads must look whether it has a value yet.
  func declare(_ index: Int, checked isChecked: Bool = false) {
    guard !linker.globals.contains(index) else { return }
    let register = take()
    locations[index] = needsCell(index) ? .cell(register) : .register(register)
    initialised.remove(index)
    if isChecked { checked.insert(index) }
  }

  /// Gives a variable a register that holds its value already, as arguments do.
  func declare(_ index: Int, in register: Int) {
    locations[index] = .register(register)
    initialised.insert(index)
  }

  func declareCallee(_ index: Int) {
    locations[index] = .callee
    initialised.insert(index)
  }

  func place(_ index: Int, at location: Location) { locations[index] = location }
  /// Whether a variable has its place in this frame already.
  func isPlaced(_ index: Int) -> Bool { locations[index] != nil }

  /// From here on, in the order of the text, the variable has a value.
  func markInitialised(_ index: Int) { initialised.insert(index) }
  func isInitialised(_ index: Int) -> Bool { initialised.contains(index) }
  func isChecked(_ index: Int) -> Bool { checked.contains(index) }

  /// Where a variable is, seen from this function.
  func location(_ index: Int) throws(Fault) -> Location {
    if let known = locations[index] { return known }
    if linker.globals.contains(index) { return .global(index) }
    if let known = captureIndex[index] { return .capture(known) }
    guard let parent else {
      throw Fault("'\(binding(index).name)' is not in scope", stack: [binding(index).position])
    }
    if case .register = try parent.location(index) { linker.forceCell(index) }
    if case .callee = try parent.location(index) { linker.forceCell(index) }
    let position = captured.count
    captured.append(index)
    captureIndex[index] = position
    return .capture(position)
  }

  /// Code that makes fresh cells for those of the variables that need one, for the start of their
  /// scope; nil when none does.
  func makeCells(_ indices: [Int]) -> Code? {
    var cells: [Int] = []
    var cleared: [Int] = []
    for index in indices {
      switch locations[index] {
      case .cell(let register): cells.append(register)
      case .register(let register) where checked.contains(index): cleared.append(register)
      default: break
      }
    }
    guard !cells.isEmpty || !cleared.isEmpty else { return nil }
    let heap = heap
    if cleared.isEmpty, cells.count == 1 {
      let register = cells[0]
      return { (frame: Registers) throws(Fault) in
        frame[register] = try Cell.make(.empty, heap)
        return .normal
      }
    }
    return { [cells, cleared] (frame: Registers) throws(Fault) in
      for register in cells { frame[register] = try Cell.make(.empty, heap) }
      for register in cleared { frame[register] = .empty }
      return .normal
    }
  }
}

/// A variable that closures share: one word in the heap. Its address travels as the payload of a
/// word that no program can reach.
enum Cell {
  @inline(__always) static func make(_ value: Value, _ heap: Heap) throws(Fault) -> Value {
    let block = try heap.allocate(8)
    block.storeBytes(of: value.bits, as: UInt64.self)
    return Value(bits: UInt64(UInt(bitPattern: block)))
  }
  @inline(__always) static func read(_ cell: Value) -> Value {
    Value(bits: cell.pointer.load(as: UInt64.self))
  }
  /// - Throws: a fault when the cell was made at module level and a request runs.
  @inline(__always)
  static func write(_ cell: Value, _ value: Value, _ heap: Heap) throws(Fault) {
    try heap.checkStore(cell.pointer)
    cell.pointer.storeBytes(of: value.bits, as: UInt64.self)
  }
}
