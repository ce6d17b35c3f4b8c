/// A handler and everything it imports, parsed and with every name resolved.
public struct Program: Sendable {
  /// Every file that was read, the entry first; `schema.sql` is among them.
  public var files: [SourceFile]
  /// The modules in the order in which they run: what is imported first, the entry last.
  public var modules: [Module]
  /// Every declared name; indexed by ``BindingName/binding``.
  public var bindings: [Binding]
  /// What each identifier expression names; indexed by ``Expression/id``, nil for expressions of
  /// other kinds.
  public var references: [Reference?]
  /// How many functions there are; ``Function/id`` is below it.
  public var functionCount: Int
  /// The handler.
  public var handler: Handler
  /// Virtual modules (`env`, `cache`, …) that any file imports, sorted.
  public var virtualModules: [String]
  /// The statements of SQL that it names, in the order in which they are.
  public var statements: [NamedStatement] = []
  /// Index into ``files`` of `schema.sql`; nil where there is none, or no SQL.
  public var schema: Int?
  /// Warnings that came up while reading.
  public var warnings: [Diagnostic]

  /// A program from its parts.
  public init(
    files: [SourceFile], modules: [Module], bindings: [Binding], references: [Reference?],
    functionCount: Int, handler: Handler, virtualModules: [String], warnings: [Diagnostic]
  ) {
    self.files = files
    self.modules = modules
    self.bindings = bindings
    self.references = references
    self.functionCount = functionCount
    self.handler = handler
    self.virtualModules = virtualModules
    self.warnings = warnings
  }

  /// How many expressions there are; ``Expression/id`` is below it.
  public var expressionCount: Int { references.count }
}

/// One file's statements. Imports are resolved into ``Program/references`` and leave nothing here.
public struct Module: Sendable {
  /// Index into ``Program/files``.
  public var file: Int
  /// Its statements in source order.
  public var body: [Statement]
  /// A module from its parts.
  public init(file: Int, body: [Statement]) {
    self.file = file
    self.body = body
  }
}

/// Where the program's handler is.
public enum Handler: Sendable {
  /// A top-level name of the entry file: a function, or a constant whose value is one.
  case binding(Int)
  /// The expression behind `export default` of the entry file.
  case defaultExport(Expression)
}

/// What is known of a declared name once the program is read.
public struct Binding: Sendable, Hashable {
  /// How it was declared.
  public enum Kind: Sendable { case const, `let`, function, parameter, matchField, functionSelf }
  /// As it is spelled.
  public var name: String
  /// How it was declared.
  public var kind: Kind
  /// Where it was declared.
  public var position: SourcePosition
  /// The function whose body declares it; nil at module level.
  public var function: Int?
  /// Index into ``Program/modules`` order of the file that declares it (``Program/files`` index).
  public var file: Int
  /// Used by a function other than the one that declares it (module-level names do not count).
  public var isCaptured: Bool
  /// Assigned to after its declaration.
  public var isReassigned: Bool
  /// A binding from its parts.
  public init(
    name: String, kind: Kind, position: SourcePosition, function: Int?, file: Int,
    isCaptured: Bool = false, isReassigned: Bool = false
  ) {
    self.name = name
    self.kind = kind
    self.position = position
    self.function = function
    self.file = file
    self.isCaptured = isCaptured
    self.isReassigned = isReassigned
  }
}

/// What an identifier stands for. Imports between files are followed to the declaring binding.
public enum Reference: Sendable, Hashable {
  /// Index into ``Program/bindings``.
  case binding(Int)
  /// An export of a virtual module, a row of the module table.
  case module(ModuleFunction)
  /// A global object or function, a row of the built-in table: `JSON`, `parseInt`, `Response`, `h` …
  case global(BuiltinGlobal)
}
