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
  var heap: Heap { Heap(state: state) }
  /// The value of the program's handler.
  private(set) var handler: Value = .undefined
  /// Numbers of the natives that other natives hand out.
  let hiddenNatives: [String: Int]

  private let registers: RegisterFile
  /// Numbers of methods by the atom of their name, and kind of receiver.
  private var methods: [Atom: MethodRow] = [:]
  private let tables: IsolateTables
  /// Inline caches.
  private let caches = PropertyCachePool()
  private var state: UnsafeMutablePointer<HeapState> { tables.state }

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
    let table = NativeTable(registry)
    hiddenNatives = table.hidden
    tables = IsolateTables(
      natives: table.natives, functions: Linker.entryCount(program),
      globals: program.bindings.count)
    let frozen = try Arena(reserving: limits.frozenBytes)
    let request = try Arena(
      reserving: limits.requestBytes, holdingBack: Cleanups.heldBackBytes)
    var random = SystemRandomNumberGenerator()
    tables.initializeState(
      HeapState(
        frozen: frozen, request: request, seed: random.next(), isolate: self,
        functions: tables.functions, natives: tables.natives))
    state.pointee.classes = table.classes
    try start(registry, table)
  }

  private func start(_ registry: NativeRegistry, _ table: NativeTable) throws(Fault) {
    prepareThread()
    for name in KnownName.allCases { _ = try heap.atom(name.text) }
    try heap.makeCharacters()
    for (name, row) in table.methods { methods[try heap.atom(name)] = row }
    let linker = try Linker(
      program: program, heap: heap, caches: caches, globalValues: tables.globals,
      registry: registry, table: table)
    try linker.link()
    for index in program.functionCount..<Linker.entryCount(program) {
      registers.base[0] = .undefined
      handler = try (tables.functions + index).pointee.call(registers.base, count: 0, heap)
    }
    heap.startServing()
  }

  /// Serves one request: `body` makes the handler's argument, calls ``handler`` and reads what it
  /// returned; every value made meanwhile is gone when this returns.
  ///
  /// - Parameter steps: as many at most, where that is less than ``limits`` allow.
  func withRequest<Result>(
    steps: Int = .max, _ body: (CallContext) throws(Fault) -> Result
  ) throws(Fault) -> Result {
    prepareThread()
    state.pointee.steps = min(steps, limits.steps)
    defer { heap.endRequest() }
    return try body(CallContext(heap: heap, freeRegisters: registers.base))
  }

  /// Sets what holds for one run on the calling thread.
  private func prepareThread() {
    state.pointee.steps = limits.steps
    state.pointee.stackLimit = Stack.limitOfThisThread()
    state.pointee.registersEnd = registers.end
  }
}

extension Isolate {
  /// Calls a function value whose arguments stand in `base[1...count]`.
  func invoke(_ function: Value, at base: Registers, count: Int) throws(Fault) -> Value {
    try heap.invoke(function, at: base, count: count)
  }

  /// The number of the native that a method name means for a receiver, or -1.
  func methodNumber(of receiver: Value, _ name: Atom) -> Int {
    guard let row = methods[name] else { return -1 }
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

extension Heap {
  /// What a function's `length` reads.
  func length(of function: FunctionRef) -> Int {
    guard function.kind == FunctionRef.Kind.closure else { return 0 }
    return (state.pointee.functions + function.code).pointee.length
  }

  /// The name of a function, empty when it has none.
  func name(of function: FunctionRef) -> String {
    guard function.kind == FunctionRef.Kind.closure else { return "" }
    return (state.pointee.functions + function.code).pointee.name
  }
}
