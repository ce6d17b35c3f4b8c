import HandlerLanguage

/// A program made ready to run on one thread at a time: its compiled functions, its heap, its
/// module-level state.
///
/// Isolates share nothing with each other. Module bodies run once, when the isolate is made; each
/// request then runs in ``withRequest(_:)``, whose heap is dropped as a whole at its end.
final class Isolate {
  /// What runs.
  let program: Program
  /// What it may use.
  let limits: Limits
  /// Whatever natives need of their host.
  let host: AnyObject?
  /// Where values live.
  let heap: Heap
  /// The value of the program's handler.
  private(set) var handler: Value = .undefined

  private let registers: RegisterFile
  /// Every native, by the number that function values carry.
  let natives: [NativeBox]
  /// Numbers of the natives that other natives hand out.
  let hiddenNatives: [String: Int]
  /// Numbers of methods by name and kind of receiver.
  private let methods: [String: MethodRow]
  /// Compiled functions by ``Function/id``.
  private var functions: [FunctionCode] = []
  /// Module bodies, kept because their code may be referred to.
  private var bodies: [FunctionCode] = []
  /// Module-level variables by binding; ``Value/empty`` until their declaration has run.
  let globalValues: UnsafeMutablePointer<Value>
  /// Inline caches.
  let caches = PropertyCachePool()

  /// Compiles a program and runs its module bodies.
  /// - Parameters:
  ///   - natives: everything that is not written in the handler language.
  ///   - host: an object that natives find in ``CallContext/host``.
  /// - Throws: the fault of a module body.
  init(
    program: Program, natives registry: NativeRegistry, host: AnyObject? = nil,
    limits: Limits = Limits()
  ) throws(Fault) {
    self.program = program
    self.limits = limits
    self.host = host
    registers = try RegisterFile(count: limits.registers)
    var random = SystemRandomNumberGenerator()
    let frozen = try Arena(reserving: limits.frozenBytes)
    let request = try Arena(reserving: limits.requestBytes)
    let state = UnsafeMutablePointer<HeapState>.allocate(capacity: 1)
    state.initialize(to: HeapState(frozen: frozen, request: request, seed: random.next()))
    heap = Heap(state: state)
    let table = NativeTable(registry)
    natives = table.natives
    hiddenNatives = table.hidden
    methods = table.methods
    globalValues = .allocate(capacity: program.bindings.count + 1)
    globalValues.initialize(repeating: .empty, count: program.bindings.count + 1)
    state.pointee.classes = table.classes
    for name in KnownName.allCases { _ = try heap.atom(name.text) }
    prepareThread()
    try heap.makeCharacters()
    let linker = try Linker(isolate: self, registry: registry, table: table)
    let linked = try linker.link()
    functions = linked.functions
    bodies = linked.moduleBodies + [linked.handler]
    for body in bodies { handler = try run(body) }
    heap.startServing()
  }

  deinit {
    globalValues.deallocate()
    heap.state.deinitialize(count: 1)
    heap.state.deallocate()
  }

  /// Serves one request: `body` makes the handler's argument, calls ``handler`` and reads what it
  /// returned; every value made meanwhile is gone when this returns.
  func withRequest<Result>(
    _ body: (CallContext) throws(Fault) -> Result
  ) throws(Fault) -> Result {
    prepareThread()
    defer { heap.endRequest() }
    return try body(context(at: registers.base))
  }

  /// Sets what holds for one run on the calling thread.
  private func prepareThread() {
    heap.state.pointee.steps = limits.steps
    heap.state.pointee.stackLimit = Stack.limitOfThisThread()
    heap.state.pointee.registersEnd = registers.end
  }

  /// A context without arguments whose free registers begin at `base`.
  @inline(__always) func context(at base: Registers) -> CallContext {
    CallContext(
      isolate: self, heap: heap, receiver: .undefined,
      arguments: Arguments(base: base, count: 0), callee: .undefined)
  }

  private func run(_ body: FunctionCode) throws(Fault) -> Value {
    registers.base[0] = .undefined
    return try body.call(registers.base, count: 0, heap)
  }
}

/// Calls.
extension Isolate {
  /// Calls a function value whose arguments stand in `base[1...count]`; `base[0]` is overwritten.
  func invoke(
    _ function: Value, at base: Registers, count: Int, receiver: Value = .undefined
  ) throws(Fault) -> Value {
    guard function.isFunction else {
      throw Fault("\(Conversion.kindName(of: function)) is not a function")
    }
    let reference = function.function
    switch reference.kind {
    case FunctionRef.Kind.closure:
      base[0] = function
      return try functions[reference.code].call(base, count: count, heap)
    case FunctionRef.Kind.sequence:
      return try sequence(reference, base: base, count: count)
    case FunctionRef.Kind.native:
      return try native(
        reference.code, receiver: receiver, callee: function, base: base, count: count)
    default:
      return try native(
        reference.code, receiver: reference.captures[0], callee: function, base: base, count: count)
    }
  }

  /// Calls a native whose arguments stand in `base[1...count]`.
  @inline(__always)
  func native(
    _ index: Int, receiver: Value, callee: Value, base: Registers, count: Int
  ) throws(Fault) -> Value {
    try Self.enter(base + count + 1, heap.state)
    return try natives[index].call(
      CallContext(
        isolate: self, heap: heap, receiver: receiver,
        arguments: Arguments(base: base + 1, count: count), callee: callee))
  }

  /// Asks for a frame that ends before `end`: counts a step, looks at both stacks.
  @inline(__always)
  static func enter(
    _ end: Registers, _ state: UnsafeMutablePointer<HeapState>
  ) throws(Fault) {
    state.pointee.steps &-= 1
    if state.pointee.steps < 0 { throw Fault.outOfSteps }
    if UInt(bitPattern: end) > state.pointee.registersEnd { throw Fault.outOfStack }
    if Stack.pointer < state.pointee.stackLimit { throw Fault.outOfStack }
  }

  /// - Throws: a stack fault when `count` registers from `base` are not there.
  func checkRegisters(_ base: Registers, _ count: Int) throws(Fault) {
    let free = Int(heap.state.pointee.registersEnd) - Int(UInt(bitPattern: base))
    if count > free / 8 { throw Fault.outOfStack }
  }

  /// Counts work against the limit of steps.
  @inline(__always) func spend(_ steps: Int) throws(Fault) {
    heap.state.pointee.steps &-= steps
    if heap.state.pointee.steps < 0 { throw Fault.outOfSteps }
  }

  /// Runs guards before the plain function, the function, and guards after it.
  private func sequence(
    _ reference: FunctionRef, base: Registers, count: Int
  ) throws(Fault) -> Value {
    let request = count > 0 ? base[1] : .undefined
    let plain = Int(reference.captures[0].number)
    try Self.enter(base + 8, heap.state)
    base[1] = request
    let inner = base + 2
    var response = Value.undefined
    for index in 0..<(reference.captureCount - 1) {
      inner[1] = index <= plain ? request : response
      response = try invoke(reference.captures[index + 1], at: inner, count: 1)
      if index < plain, !response.isUndefined { return response }
    }
    return response
  }

  /// How many parameters a function says it has.
  func parameterCount(of function: FunctionRef) -> Int {
    function.kind == FunctionRef.Kind.closure ? functions[function.code].parameterCount : 0
  }

  /// The name of a function, empty when it has none.
  func name(of function: FunctionRef) -> String {
    function.kind == FunctionRef.Kind.closure ? functions[function.code].name : ""
  }

  /// The number of the native that a method name means for a receiver, or -1.
  func methodNumber(of receiver: Value, _ name: Atom) -> Int {
    guard let text = try? heap.text(heap.string(name)), let row = methods[text] else { return -1 }
    if receiver.isString { return row.string }
    if receiver.isArray { return row.array }
    if receiver.isNumber { return row.number }
    if receiver.isBoolean { return row.boolean }
    guard receiver.isObject else { return -1 }
    return row.classes[receiver.object.objectClass.rawValue] ?? -1
  }

  /// Whether a value is what `guard(fn)` returned.
  func isGuard(_ value: Value) -> Bool {
    guard value.isFunction, value.function.kind == FunctionRef.Kind.native else { return false }
    return value.function.code == hiddenNatives["compose.guard"]
  }
}
