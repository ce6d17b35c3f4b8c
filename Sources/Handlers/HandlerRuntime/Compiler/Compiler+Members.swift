import HandlerLanguage

/// Fields and elements.
extension FunctionCompiler {
  /// `object.name`.
  func member(
    _ expression: Expression, _ object: Expression, _ name: String, isOptional: Bool
  ) throws(Fault) -> Operand {
    if let known = knownMember(object, name) {
      return .constant(linker.constants.members[known] ?? .undefined)
    }
    let atom = try atom(name)
    let site = site(expression.position)
    let operand = try operand(object)
    if object.canShortCircuit || isOptional {
      let code = operand.code
      let cache = linker.caches.make()
      return .code { (frame: Registers) throws(Fault) in
        let value = try code(frame)
        if Value.same(value, .shortCircuit) { return value }
        if isOptional, value.isNullish { return .shortCircuit }
        return try FieldAccess.cached(value, atom, cache, frame, site)
      }
    }
    if case .register(let index) = operand {
      return .code(getField(RegisterReader(index: index), atom, site))
    }
    return .code(getField(CodeReader(code: operand.code), atom, site))
  }

  /// The member of a built-in global that `object.name` names, if it does.
  func knownMember(_ object: Expression, _ name: String) -> BuiltinMember? {
    guard case .identifier = object.kind,
      case .global(let global)? = linker.program.references[object.id]
    else { return nil }
    return global.member(named: name)
  }

  private func getField<R: OperandReader>(_ object: R, _ atom: Atom, _ site: Site) -> Code {
    let cache = linker.caches.make()
    return { (frame: Registers) throws(Fault) in
      try FieldAccess.cached(try object.read(frame), atom, cache, frame, site)
    }
  }

  /// `object.name = value`.
  func setMember(
    _ expression: Expression, _ object: @escaping Code, _ name: String, _ value: @escaping Code
  ) throws(Fault) -> Code {
    let atom = try atom(name)
    let site = site(expression.position)
    let cache = linker.caches.make()
    let heap = heap
    return { (frame: Registers) throws(Fault) in
      let holder = try object(frame)
      let new = try value(frame)
      if holder.isObject {
        let object = holder.object
        let header = object.header
        if header == cache.pointee.header, !heap.isFrozen(object.pointer) {
          object.slots[cache.pointee.slot] = new
          return new
        }
        if header == cache.pointee.secondHeader, cache.pointee.secondSlot < object.capacity,
          !heap.isFrozen(object.pointer)
        {
          object.slots[cache.pointee.secondSlot] = new
          object.header = cache.pointee.addedHeader
          return new
        }
      }
      try FieldAccess.set(holder, atom, new, cache, frame, site)
      return new
    }
  }

  /// `object[key]`.
  func element(
    _ expression: Expression, _ object: Expression, _ key: Expression, isOptional: Bool
  ) throws(Fault) -> Code {
    let site = site(expression.position)
    let holder = try operand(object)
    if object.canShortCircuit || isOptional {
      let code = holder.code
      let key = try self.code(key)
      return { (frame: Registers) throws(Fault) in
        let value = try code(frame)
        if Value.same(value, .shortCircuit) { return value }
        if isOptional, value.isNullish { return .shortCircuit }
        let key = try key(frame)
        let context = site.context(frame)
        return try site.here { () throws(Fault) in
          try PropertyAccess.element(value, key, context)
        }
      }
    }
    if case .string(let literal) = key.kind {
      let atom = try atom(literal)
      if !heap.isIndexKey(heap.string(atom).flatUnits) {
        return literalElement(holder.code, atom, site)
      }
    }
    return Emit.element(holder, try operand(key), site)
  }

  /// `object["name"]`: like a field, but never a method.
  private func literalElement(_ object: @escaping Code, _ atom: Atom, _ site: Site) -> Code {
    let cache = linker.caches.make()
    let key = Value(heap.string(atom))
    return { (frame: Registers) throws(Fault) in
      let value = try object(frame)
      if value.isObject {
        let object = value.object
        let header = object.header
        if header == cache.pointee.header { return object.slots[cache.pointee.slot] }
        FieldAccess.remember(object, atom, cache, site.heap)
      }
      let context = site.context(frame)
      return try site.here { () throws(Fault) in
        try PropertyAccess.element(value, key, context)
      }
    }
  }
}

extension Emit {
  /// `object[key]` with a fast path for elements of arrays.
  static func element(_ object: Operand, _ key: Operand, _ site: Site) -> Code {
    switch (object, key) {
    case (.register(let a), .register(let b)):
      element(RegisterReader(index: a), RegisterReader(index: b), site)
    case (.register(let a), _): element(RegisterReader(index: a), CodeReader(code: key.code), site)
    case (_, .register(let b)):
      element(CodeReader(code: object.code), RegisterReader(index: b), site)
    default: element(CodeReader(code: object.code), CodeReader(code: key.code), site)
    }
  }

  private static func element<O: OperandReader, K: OperandReader>(
    _ object: O, _ key: K, _ site: Site
  ) -> Code {
    { (frame: Registers) throws(Fault) in
      let value = try object.read(frame)
      let key = try key.read(frame)
      if value.isArray, let index = key.index, index < value.array.count {
        return value.array.elements[index]
      }
      return try FieldAccess.element(value, key, frame, site)
    }
  }
}

/// What inline caches call when they do not know.
enum FieldAccess {
  @inline(never)
  static func element(
    _ value: Value, _ key: Value, _ frame: Registers, _ site: Site
  ) throws(Fault) -> Value {
    let context = site.context(frame)
    return try site.here { () throws(Fault) in try PropertyAccess.element(value, key, context) }
  }

  /// `value.name` through a cache.
  @inline(__always)
  static func cached(
    _ value: Value, _ atom: Atom, _ cache: UnsafeMutablePointer<PropertyCache>, _ frame: Registers,
    _ site: Site
  ) throws(Fault) -> Value {
    if value.isObject {
      let object = value.object
      let header = object.header
      if header == cache.pointee.header { return object.slots[cache.pointee.slot] }
      if header == cache.pointee.secondHeader { return object.slots[cache.pointee.secondSlot] }
    }
    return try get(value, atom, cache, frame, site)
  }

  @inline(never)
  static func get(
    _ value: Value, _ atom: Atom, _ cache: UnsafeMutablePointer<PropertyCache>, _ frame: Registers,
    _ site: Site
  ) throws(Fault) -> Value {
    if value.isObject { remember(value.object, atom, cache, site.heap) }
    let context = site.context(frame)
    return try site.here { () throws(Fault) in try PropertyAccess.member(value, atom, context) }
  }

  /// Notes where an object has a field; not for classes whose methods come before fields.
  static func remember(
    _ object: ObjectRef, _ atom: Atom, _ cache: UnsafeMutablePointer<PropertyCache>, _ heap: Heap
  ) {
    guard !object.isDictionary, object.objectClass != .element,
      !heap.state.pointee.classes[Int(object.objectClass.rawValue)].methodsFirst
    else { return }
    let slot = heap.state.pointee.shapes.slot(of: atom, in: object.shape)
    guard slot >= 0 else { return }
    cache.pointee.secondHeader = cache.pointee.header
    cache.pointee.secondSlot = cache.pointee.slot
    cache.pointee.header = object.header
    cache.pointee.slot = slot
  }

  @inline(never)
  static func set(
    _ holder: Value, _ atom: Atom, _ new: Value, _ cache: UnsafeMutablePointer<PropertyCache>,
    _ frame: Registers, _ site: Site
  ) throws(Fault) {
    let context = site.context(frame)
    let heap = site.heap
    guard holder.isObject, holder.object.objectClass == .plain, !holder.object.isDictionary else {
      return try site.here { () throws(Fault) in
        try PropertyAccess.setMember(holder, atom, new, context)
      }
    }
    let object = holder.object
    let before = object.header
    let shapes = heap.state.pointee.shapes
    let slot = shapes.slot(of: atom, in: object.shape)
    try site.here { () throws(Fault) in try heap.setProperty(object, atom, new) }
    if slot >= 0 {
      cache.pointee.header = before
      cache.pointee.slot = slot
    } else if !object.isDictionary {
      cache.pointee.secondHeader = before
      cache.pointee.secondSlot = shapes[object.shape].count - 1
      cache.pointee.addedHeader = object.header
    }
  }
}

extension Expression {
  /// Whether its value may be the mark of an optional chain that was cut short.
  var canShortCircuit: Bool {
    switch kind {
    case .member(let object, _, let isOptional): isOptional || object.canShortCircuit
    case .index(let object, _, let isOptional): isOptional || object.canShortCircuit
    case .call(let callee, _, let isOptional): isOptional || callee.canShortCircuit
    default: false
    }
  }
}
