import HandlerLanguage

/// A function of the host. It reads its arguments from the context and returns a value of the
/// same isolate; it never traps and asks ``CallContext/checkStack()`` where it recurses.
typealias Native = @Sendable (CallContext) throws(Fault) -> Value

/// Makes a constant such as `Math.PI` when an isolate starts.
typealias NativeConstant = @Sendable (Heap) throws(Fault) -> Value

/// A native by itself: Swift keeps functions in generic containers in a form that needs a conversion
/// at every call, in a struct they stay as they are.
struct NativeBox: Sendable {
  let call: Native
}

/// Natives by key.
struct NativeMap<Key: Hashable & Sendable>: Sendable {
  private(set) var boxes: [Key: NativeBox] = [:]

  /// The native of a key.
  subscript(key: Key) -> Native? {
    get { boxes[key]?.call }
    set {
      if let newValue { boxes[key] = NativeBox(call: newValue) } else { boxes[key] = nil }
    }
  }

  /// The keys there are.
  var keys: [Key] { Array(boxes.keys) }

  /// Takes over every entry of another map.
  mutating func merge(_ other: NativeMap) { boxes.merge(other.boxes) { $1 } }
}

/// Constants by key.
struct ConstantMap<Key: Hashable & Sendable>: Sendable {
  private struct Box: Sendable {
    let make: NativeConstant
  }
  private var boxes: [Key: Box] = [:]

  /// What makes the constant of a key.
  subscript(key: Key) -> NativeConstant? {
    get { boxes[key]?.make }
    set {
      if let newValue { boxes[key] = Box(make: newValue) } else { boxes[key] = nil }
    }
  }

  /// The keys there are.
  var keys: [Key] { Array(boxes.keys) }

  /// Takes over every entry of another map.
  mutating func merge(_ other: ConstantMap) { boxes.merge(other.boxes) { $1 } }
}

/// Everything an isolate can call that is not written in the handler language. Filled by the
/// built-ins and the virtual modules, the same for every isolate.
struct NativeRegistry: Sendable {
  /// Globals that are functions: `parseInt`, `String`, `h`, `renderToString`, `range` …
  var globals = NativeMap<BuiltinGlobal>()
  /// Globals that are constants: `NaN`, `Infinity`, `Fragment`.
  var globalConstants = ConstantMap<BuiltinGlobal>()
  /// Members of globals that are functions: `JSON.parse`, `Math.max` …
  var members = NativeMap<BuiltinMember>()
  /// Members of globals that are constants: `Math.PI` …
  var memberConstants = ConstantMap<BuiltinMember>()
  /// Methods of strings, arrays, numbers and of the classes of ``BuiltinMethod/Receiver``.
  var methods = NativeMap<BuiltinMethod>()
  /// Functions of the virtual modules.
  var modules = NativeMap<ModuleFunction>()
  /// What classes do beyond methods; those of ``methods`` are added to them.
  var classes: [ObjectClass: ClassBehavior] = [:]
  /// Natives that only other natives hand out (the function that `guard` returns …), by a name
  /// of their own choosing; see ``CallContext/makeFunction(_:captures:)``.
  var hidden = NativeMap<String>()

  /// An empty registry.
  init() {}

  /// Takes over every entry of another registry.
  mutating func merge(_ other: NativeRegistry) {
    globals.merge(other.globals)
    globalConstants.merge(other.globalConstants)
    members.merge(other.members)
    memberConstants.merge(other.memberConstants)
    methods.merge(other.methods)
    modules.merge(other.modules)
    classes.merge(other.classes) { $1 }
    hidden.merge(other.hidden)
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
