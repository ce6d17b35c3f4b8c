import HandlerLanguage

/// Arguments of a call: code that puts each into its register.
private struct ArgumentCodes {
  /// Register of the called function; arguments follow.
  var base: Int
  var stores: FixedCodes
  /// Set when an argument is spread: gives all arguments as one array.
  var spread: Code?

  /// Evaluates the arguments of a frame; gives their number.
  @inline(__always)
  func evaluate(_ frame: Registers, _ site: Site) throws(Fault) -> Int {
    if let spread { return try unpack(try spread(frame), frame, site) }
    for index in 0..<stores.count { _ = try stores.run(index, frame) }
    return stores.count
  }

  @inline(never)
  private func unpack(
    _ values: Value, _ frame: Registers, _ site: Site
  ) throws(Fault) -> Int {
    let array = values.array
    try site.here { () throws(Fault) in
      try site.heap.checkRegisters(frame + base, array.count + 1)
    }
    (frame + base + 1).update(from: array.elements, count: array.count)
    return array.count
  }
}

/// Calls.
extension FunctionCompiler {
  /// `callee(arguments)`.
  func call(
    _ expression: Expression, _ callee: Expression, _ arguments: [Argument], isOptional: Bool
  ) throws(Fault) -> Code {
    try scoped { () throws(Fault) -> Code in
      switch callee.kind {
      case .identifier:
        switch linker.program.references[callee.id] {
        case .module(let function)?:
          if let number = linker.table.modules[function] {
            return try native(expression, number, arguments)
          }
        case .global(let global)?:
          if let number = linker.table.globals[global] {
            return try native(expression, number, arguments)
          }
        case .binding(let index)?:
          if !isOptional, let function = linker.knownFunctions[index], function.rest == nil,
            !arguments.contains(where: \.isSpread)
          {
            return try known(expression, index, function, arguments)
          }
        case nil: break
        }
      case .member(let object, let name, let memberIsOptional):
        if let member = knownMember(object, name) {
          if let number = linker.table.members[member] {
            return try native(expression, number, arguments)
          }
          break
        }
        return try method(
          expression, object, name, arguments, skipsReceiver: memberIsOptional,
          skipsFunction: isOptional)
      case .index(let object, let key, let memberIsOptional):
        // `text["trim"]()` names its method as `text.trim()` does.
        guard case .string(let literal) = key.kind, Array(literal.text.utf16) == literal.units
        else { break }
        return try method(
          expression, object, literal.text, arguments, skipsReceiver: memberIsOptional,
          skipsFunction: isOptional)
      default: break
      }
      return try value(expression, callee, arguments, isOptional: isOptional)
    }
  }

  private func arguments(
    _ arguments: [Argument], at position: SourcePosition
  ) throws(Fault) -> ArgumentCodes {
    let base = take(arguments.count + 1)
    if arguments.contains(where: \.isSpread) {
      let site = site(position)
      var parts: [SpreadableCode] = []
      for argument in arguments {
        parts.append(SpreadableCode(code: try code(argument.value), isSpread: argument.isSpread))
      }
      let spread: Code = { [parts] (frame: Registers) throws(Fault) in
        try SpreadableCode.array(of: parts, frame, site)
      }
      return ArgumentCodes(base: base, stores: CodeList().fixed, spread: spread)
    }
    let stores = CodeList()
    for (index, argument) in arguments.enumerated() {
      stores.append(try store(argument.value, into: base + 1 + index))
    }
    return ArgumentCodes(base: base, stores: stores.fixed, spread: nil)
  }

  /// A call of a native that is known by name.
  private func native(
    _ expression: Expression, _ number: Int, _ list: [Argument]
  ) throws(Fault) -> Code {
    let arguments = try arguments(list, at: expression.position)
    let site = site(expression.position)
    let base = arguments.base
    return { (frame: Registers) throws(Fault) in
      let count = try arguments.evaluate(frame, site)
      return try site.here { () throws(Fault) in
        try site.heap.native(
          number, receiver: .undefined, callee: .undefined, base: frame + base, count: count)
      }
    }
  }

  /// A call of a function declared at module level: no look-up, no captured variables.
  private func known(
    _ expression: Expression, _ index: Int, _ function: Function, _ list: [Argument]
  ) throws(Fault) -> Code {
    let isHoisted = binding(index).kind == .function
    let slot = linker.globalValues + index
    let name = binding(index).name
    let base = take(list.count + 1)
    let stores = CodeList()
    for (index, argument) in list.enumerated() {
      stores.append(try store(argument.value, into: base + 1 + index))
    }
    if list.count < function.parameters.count {
      let missing = function.parameters.count - list.count
      let first = take(missing)
      stores.append { (frame: Registers) throws(Fault) in
        (frame + first).update(repeating: .undefined, count: missing)
        return .normal
      }
    }
    let site = site(expression.position)
    let entry = linker.functions + function.id
    let heap = heap
    let call = KnownCall(entry: entry, base: base, heap: heap, site: site)
    if !isHoisted {
      stores.append { (frame: Registers) throws(Fault) in
        if Value.same(slot.pointee, .empty) {
          throw site.fault("Cannot access '\(name)' before initialization")
        }
        return .normal
      }
    }
    switch stores.count {
    case 0: return { (frame: Registers) throws(Fault) in try call.run(frame) }
    case 1:
      let first = stores[0]
      return { (frame: Registers) throws(Fault) in
        _ = try first(frame)
        return try call.run(frame)
      }
    case 2:
      let first = stores[0]
      let second = stores[1]
      return { (frame: Registers) throws(Fault) in
        _ = try first(frame)
        _ = try second(frame)
        return try call.run(frame)
      }
    default:
      let stores = stores.fixed
      return { (frame: Registers) throws(Fault) in
        for index in 0..<stores.count { _ = try stores.run(index, frame) }
        return try call.run(frame)
      }
    }
  }

  /// A call of whatever value the callee has.
  private func value(
    _ expression: Expression, _ callee: Expression, _ list: [Argument], isOptional: Bool
  ) throws(Fault) -> Code {
    let function = try code(callee)
    let chains = callee.canShortCircuit
    // The function's register keeps it while arguments are evaluated.
    let arguments = try arguments(list, at: expression.position)
    let site = site(expression.position)
    let base = arguments.base
    let name = callee.spelling
    return { (frame: Registers) throws(Fault) in
      let called = try function(frame)
      if chains, Value.same(called, .shortCircuit) { return called }
      if isOptional, called.isNullish { return .shortCircuit }
      let count = try arguments.evaluate(frame, site)
      guard called.isFunction else { throw site.fault("\(name) is not a function") }
      return try site.here { () throws(Fault) in
        try site.heap.invoke(called, at: frame + base, count: count)
      }
    }
  }

  /// `object.name(arguments)`.
  private func method(
    _ expression: Expression, _ object: Expression, _ name: String, _ list: [Argument],
    skipsReceiver: Bool, skipsFunction: Bool
  ) throws(Fault) -> Code {
    let receiverCode = try code(object)
    let chains = object.canShortCircuit
    let lookup = MethodLookup(
      atom: try atom(name), row: linker.table.methods[name] ?? MethodRow(),
      cache: linker.caches.make())
    let arguments = try arguments(list, at: expression.position)
    let site = site(expression.position)
    let base = arguments.base
    let spelling = "\(object.spelling).\(name)"
    return { (frame: Registers) throws(Fault) in
      let receiver = try receiverCode(frame)
      if chains, Value.same(receiver, .shortCircuit) { return receiver }
      if skipsReceiver, receiver.isNullish { return .shortCircuit }
      let target = try lookup.find(receiver, frame, site)
      if skipsFunction, target.number < 0, target.function.isNullish { return .shortCircuit }
      let count = try arguments.evaluate(frame, site)
      return try site.here { () throws(Fault) in
        if target.number >= 0 {
          return try site.heap.native(
            target.number, receiver: receiver, callee: .undefined, base: frame + base,
            count: count)
        }
        guard target.function.isFunction else {
          throw Fault("\(spelling) is not a function")
        }
        return try site.heap.invoke(target.function, at: frame + base, count: count)
      }
    }
  }
}

/// A call of a function that is known when the call is compiled.
private struct KnownCall {
  let entry: UnsafeMutablePointer<FunctionEntry>
  let base: Int
  let heap: Heap
  let site: Site

  @inline(__always) func run(_ frame: Registers) throws(Fault) -> Value {
    do throws(Fault) {
      return try entry.pointee.run(frame + base, heap)
    } catch {
      throw site.passing(error)
    }
  }
}

/// Finds what `receiver.name(…)` calls.
struct MethodLookup {
  let atom: Atom
  let row: MethodRow
  let cache: UnsafeMutablePointer<PropertyCache>

  /// A native by number, or a function value when the number is negative.
  struct Target {
    var number: Int
    var function: Value
  }

  @inline(__always)
  func find(_ receiver: Value, _ frame: Registers, _ site: Site) throws(Fault) -> Target {
    if receiver.isArray, row.array >= 0 { return Target(number: row.array, function: .undefined) }
    if receiver.isString, row.string >= 0 {
      return Target(number: row.string, function: .undefined)
    }
    if receiver.isObject {
      let object = receiver.object
      if object.header == cache.pointee.header {
        return Target(number: -1, function: object.slots[cache.pointee.slot])
      }
    }
    return try findSlowly(receiver, frame, site)
  }

  @inline(never)
  private func findSlowly(
    _ receiver: Value, _ frame: Registers, _ site: Site
  ) throws(Fault) -> Target {
    if receiver.isNumber, row.number >= 0 {
      return Target(number: row.number, function: .undefined)
    }
    if receiver.isBoolean, row.boolean >= 0 {
      return Target(number: row.boolean, function: .undefined)
    }
    if receiver.isObject {
      let object = receiver.object
      let method = row.classes[object.objectClass.rawValue] ?? -1
      let behavior = site.heap.state.pointee.classes[Int(object.objectClass.rawValue)]
      if method >= 0, behavior.methodsFirst { return Target(number: method, function: .undefined) }
      FieldAccess.remember(object, atom, cache, site.heap)
      let key = site.heap.string(atom)
      let field = try site.here { () throws(Fault) in try site.heap.property(object, key: key) }
      if let field { return Target(number: -1, function: field) }
      return Target(number: method, function: .undefined)
    }
    // Faults for undefined and null; what is left has no such method.
    let value = try FieldAccess.get(receiver, atom, cache, frame, site)
    return Target(number: -1, function: value)
  }
}

extension Expression {
  /// How a message names it: names and dots of the source, nothing computed.
  var spelling: String {
    switch kind {
    case .identifier(let name): name
    case .member(let object, let name, _): "\(object.spelling).\(name)"
    case .index(let object, _, _): "\(object.spelling)[…]"
    case .call(let callee, _, _): "\(callee.spelling)(…)"
    case .optionalChain(let chain): chain.spelling
    default: "the expression"
    }
  }
}
