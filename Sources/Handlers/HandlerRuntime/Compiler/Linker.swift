import HandlerLanguage

/// Compiles a whole program for one isolate.
final class Linker {
  let program: Program
  let heap: Heap
  let caches: PropertyCachePool
  let table: NativeTable
  let constants: NativeConstants
  /// Bindings declared at the top level of a module: they live as long as the isolate.
  let globals: Set<Int>
  /// Where module-level variables are, by binding.
  let globalValues: UnsafeMutablePointer<Value>
  /// Functions declared at the top level of a module, by binding: they can be called directly.
  private(set) var knownFunctions: [Int: Function] = [:]
  /// Variables that turned out to be shared with a closure although the program does not say so.
  private(set) var forcedCells: Set<Int> = []
  private var mustRestart = false
  /// The isolate's table of functions: those of the program by ``Function/id``, then one for each
  /// module body, then one that gives the handler's value once those have run.
  let functions: UnsafeMutablePointer<FunctionEntry>

  init(
    program: Program, heap: Heap, caches: PropertyCachePool,
    globalValues: UnsafeMutablePointer<Value>, registry: NativeRegistry, table: NativeTable
  ) throws(Fault) {
    self.program = program
    self.heap = heap
    self.caches = caches
    self.table = table
    constants = try NativeConstants(registry, table, heap)
    self.globalValues = globalValues
    functions = heap.state.pointee.functions
    var globals: Set<Int> = []
    for module in program.modules {
      for statement in module.body {
        for name in statement.declaredNames { globals.insert(name.binding) }
      }
    }
    self.globals = globals
    for module in program.modules {
      for statement in module.body { collectKnownFunctions(statement) }
    }
  }

  private func collectKnownFunctions(_ statement: Statement) {
    switch statement.kind {
    case .function(let name, let function):
      guard !program.bindings[name.binding].isReassigned else { return }
      knownFunctions[name.binding] = function
    case .variables(.const, let declarators):
      for declarator in declarators {
        if case .name(let name) = declarator.pattern, let value = declarator.value,
          case .function(let function) = value.kind, function.selfBinding == nil
        {
          knownFunctions[name.binding] = function
        }
      }
    default: break
    }
  }

  /// Entries that a program needs in the table of functions.
  static func entryCount(_ program: Program) -> Int {
    program.functionCount + program.modules.count + 1
  }

  /// Compiles everything.
  /// - Throws: a fault for code that is nested too deeply.
  func link() throws(Fault) {
    repeat {
      mustRestart = false
      for (index, module) in program.modules.enumerated() {
        let compiler = FunctionCompiler(linker: self, parent: nil)
        let body = try compiler.block(module.body)
        define(
          program.functionCount + index, FunctionEntry(frameSize: compiler.size, body: body))
      }
      let compiler = FunctionCompiler(linker: self, parent: nil)
      let body = try handlerCode(compiler)
      define(
        program.functionCount + program.modules.count,
        FunctionEntry(frameSize: compiler.size, body: body))
    } while mustRestart
  }

  /// Replaces an entry of the table.
  func define(_ index: Int, _ entry: consuming FunctionEntry) {
    (functions + index).deinitialize(count: 1)
    (functions + index).initialize(to: entry)
  }

  /// A variable needs a cell that the program did not announce; everything is compiled once more.
  func forceCell(_ binding: Int) {
    if forcedCells.insert(binding).inserted { mustRestart = true }
  }

  private func handlerCode(_ compiler: FunctionCompiler) throws(Fault) -> Code {
    switch program.handler {
    case .binding(let index):
      try compiler.read(.global(index), index, at: program.bindings[index].position).code
    case .defaultExport(let expression): try compiler.code(expression)
    }
  }
}

extension Statement {
  /// Names that a statement declares in the block it stands in.
  var declaredNames: [BindingName] {
    switch kind {
    case .variables(_, let declarators): declarators.flatMap(\.pattern.names)
    case .function(let name, _): [name]
    default: []
    }
  }
}

extension Statement {
  /// Whether nothing behind it in its block can run, because it returned.
  var alwaysReturns: Bool {
    switch kind {
    case .return: true
    case .block(let statements): statements.last?.alwaysReturns ?? false
    case .if(_, let then, let otherwise):
      then.alwaysReturns && (otherwise?.alwaysReturns ?? false)
    default: false
    }
  }
}

extension Pattern {
  /// Every name that it binds.
  var names: [BindingName] {
    switch self {
    case .name(let name): [name]
    case .object(let properties, let rest):
      properties.flatMap(\.target.names) + (rest.map { [$0] } ?? [])
    case .array(let elements, let rest):
      elements.flatMap { $0?.target.names ?? [] } + (rest?.names ?? [])
    }
  }
}
