import HandlerLanguage

/// The registry with a number for every native.
struct NativeTable {
  private(set) var natives: [NativeBox] = []
  private(set) var globals: [BuiltinGlobal: Int] = [:]
  private(set) var members: [BuiltinMember: Int] = [:]
  private(set) var modules: [ModuleFunction: Int] = [:]
  private(set) var hidden: [String: Int] = [:]
  /// Methods by name.
  private(set) var methods: [String: MethodRow] = [:]
  /// Class behaviours by class number.
  private(set) var classes: [ClassBehavior]

  /// Numbers everything in a registry.
  init(_ registry: NativeRegistry) {
    classes = Array(repeating: ClassBehavior(), count: 256)
    for (objectClass, behavior) in registry.classes {
      classes[Int(objectClass.rawValue)] = behavior
    }
    for (global, native) in registry.globals.boxes { globals[global] = add(native) }
    for (member, native) in registry.members.boxes { members[member] = add(native) }
    for (function, native) in registry.modules.boxes { modules[function] = add(native) }
    for (name, native) in registry.hidden.boxes { hidden[name] = add(native) }
    for (method, native) in registry.methods.boxes {
      let number = add(native)
      var row = methods[method.name] ?? MethodRow()
      switch method.receiver {
      case .string: row.string = number
      case .array: row.array = number
      case .number: row.number = number
      case .boolean: row.boolean = number
      case .headers, .request, .response, .result:
        if let objectClass = ObjectClass(method.receiver) {
          row.classes[objectClass.rawValue] = number
          classes[Int(objectClass.rawValue)].methods[method.name] = native.call
        }
      }
      methods[method.name] = row
    }
    for (objectClass, behavior) in registry.classes {
      for (name, native) in behavior.methods.boxes {
        methods[name, default: MethodRow()].classes[objectClass.rawValue] = add(native)
      }
    }
  }

  private mutating func add(_ native: NativeBox) -> Int {
    natives.append(native)
    return natives.count - 1
  }
}

/// The natives of one method name, by kind of receiver; -1 where there is none.
struct MethodRow {
  var string = -1
  var array = -1
  var number = -1
  var boolean = -1
  /// By class number.
  var classes: [UInt8: Int] = [:]
}
