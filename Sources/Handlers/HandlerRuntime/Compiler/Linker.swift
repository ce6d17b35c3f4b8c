import HandlerLanguage

/// Compiles a whole program for one isolate.
final class Linker {
  let program: Program
  unowned(unsafe) let isolate: Isolate
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
  private(set) var functions: [FunctionCode] = []
  private var compiled: Set<Int> = []

  /// What there is to run.
  struct Linked {
    var functions: [FunctionCode]
    var moduleBodies: [FunctionCode]
    /// Gives the handler's value once the module bodies have run.
    var handler: FunctionCode
  }

  init(isolate: Isolate, registry: NativeRegistry, table: NativeTable) throws(Fault) {
    program = isolate.program
    self.isolate = isolate
    self.table = table
    constants = try NativeConstants(registry, table, isolate.heap)
    globalValues = isolate.globalValues
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

  /// Compiles everything.
  /// - Throws: a fault for code that is nested too deeply.
  func link() throws(Fault) -> Linked {
    while true {
      mustRestart = false
      compiled = []
      functions = (0..<program.functionCount).map { _ in FunctionCode() }
      var bodies: [FunctionCode] = []
      for module in program.modules { bodies.append(try moduleBody(module)) }
      let handler = try handlerBody()
      if !mustRestart {
        return Linked(functions: functions, moduleBodies: bodies, handler: handler)
      }
    }
  }

  /// A variable needs a cell that the program did not announce; everything is compiled once more.
  func forceCell(_ binding: Int) {
    if forcedCells.insert(binding).inserted { mustRestart = true }
  }

  private func moduleBody(_ module: Module) throws(Fault) -> FunctionCode {
    let compiler = FunctionCompiler(linker: self, parent: nil)
    let body = try compiler.block(module.body)
    let code = FunctionCode()
    code.describe(name: "", parameterCount: 0, hasRest: false)
    code.define(frameSize: compiler.size, run: body)
    return code
  }

  private func handlerBody() throws(Fault) -> FunctionCode {
    let compiler = FunctionCompiler(linker: self, parent: nil)
    let body: Code
    switch program.handler {
    case .binding(let index):
      body = try compiler.read(
        .global(index), index, at: program.bindings[index].position
      ).code
    case .defaultExport(let expression): body = try compiler.code(expression)
    }
    let code = FunctionCode()
    code.describe(name: "", parameterCount: 0, hasRest: false)
    code.define(frameSize: compiler.size, run: body)
    return code
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
