import HandlerLanguage

/// A function of the host. It reads its arguments from the context and returns a value of the
/// same isolate; it never traps and asks ``CallContext/checkStack()`` where it recurses.
typealias Native = @Sendable (CallContext) throws(Fault) -> Value

/// Makes a constant such as `Math.PI` when an isolate starts.
typealias NativeConstant = @Sendable (Heap) throws(Fault) -> Value

/// Everything an isolate can call that is not written in the handler language. Filled by the
/// built-ins and the virtual modules, the same for every isolate.
struct NativeRegistry: Sendable {
  /// Globals that are functions: `parseInt`, `String`, `h`, `renderToString`, `range` …
  var globals: [BuiltinGlobal: Native] = [:]
  /// Globals that are constants: `NaN`, `Infinity`, `Fragment`.
  var globalConstants: [BuiltinGlobal: NativeConstant] = [:]
  /// Members of globals that are functions: `JSON.parse`, `Math.max` …
  var members: [BuiltinMember: Native] = [:]
  /// Members of globals that are constants: `Math.PI` …
  var memberConstants: [BuiltinMember: NativeConstant] = [:]
  /// Methods of strings, arrays, numbers and of the classes of ``BuiltinMethod/Receiver``.
  var methods: [BuiltinMethod: Native] = [:]
  /// Functions of the virtual modules.
  var modules: [ModuleFunction: Native] = [:]
  /// What classes do beyond methods; those of ``methods`` are added to them.
  var classes: [ObjectClass: ClassBehavior] = [:]
  /// Natives that only other natives hand out (the function that `guard` returns …), by a name
  /// of their own choosing; see ``CallContext/makeFunction(_:captures:)``.
  var hidden: [String: Native] = [:]

  /// An empty registry.
  init() {}

  /// Takes over every entry of another registry.
  mutating func merge(_ other: NativeRegistry) {
    globals.merge(other.globals) { $1 }
    globalConstants.merge(other.globalConstants) { $1 }
    members.merge(other.members) { $1 }
    memberConstants.merge(other.memberConstants) { $1 }
    methods.merge(other.methods) { $1 }
    modules.merge(other.modules) { $1 }
    classes.merge(other.classes) { $1 }
    hidden.merge(other.hidden) { $1 }
  }
}

extension ObjectClass {
  /// The class that a receiver of the method table names; nil for strings, arrays and numbers.
  init?(_ receiver: BuiltinMethod.Receiver) {
    switch receiver {
    case .headers: self = .headers
    case .request: self = .request
    case .response: self = .response
    case .result: self = .result
    case .string, .array, .number, .boolean: return nil
    }
  }
}
