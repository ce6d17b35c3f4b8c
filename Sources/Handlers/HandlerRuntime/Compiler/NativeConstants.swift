import HandlerLanguage

/// The values that built-in names have when they are not called.
struct NativeConstants {
  private(set) var globals: [BuiltinGlobal: Value] = [:]
  private(set) var members: [BuiltinMember: Value] = [:]
  private(set) var modules: [ModuleFunction: Value] = [:]

  /// Makes them in the frozen arena.
  init(_ registry: NativeRegistry, _ table: NativeTable, _ heap: Heap) throws(Fault) {
    func function(_ number: Int) throws(Fault) -> Value {
      Value(
        try heap.makeFunction(code: number, kind: FunctionRef.Kind.native, captureCount: 0))
    }
    for member in registry.memberConstants.keys {
      if let make = registry.memberConstants[member] { members[member] = try make(heap) }
    }
    for (member, number) in table.members { members[member] = try function(number) }
    for (module, number) in table.modules { modules[module] = try function(number) }
    for global in registry.globalConstants.keys {
      if let make = registry.globalConstants[global] { globals[global] = try make(heap) }
    }
    for (global, number) in table.globals { globals[global] = try function(number) }
    for global in BuiltinGlobal.allCases where globals[global] == nil {
      let namespace = try heap.makeObject()
      for name in global.memberNames {
        guard let member = global.member(named: name), let value = members[member] else { continue }
        try heap.setProperty(namespace, try heap.atom(name), value)
      }
      globals[global] = Value(namespace)
    }
  }
}
