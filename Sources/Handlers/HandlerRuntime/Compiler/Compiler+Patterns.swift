import HandlerLanguage

/// Code that takes a value apart and initialises variables with its parts.
typealias Binder = (Registers, Value) throws(Fault) -> Void

/// Destructuring.
extension FunctionCompiler {
  /// A pattern whose names are declared already.
  func binder(_ pattern: Pattern) throws(Fault) -> Binder {
    switch pattern {
    case .name(let name):
      return try writer(name.binding, initialises: true, at: name.position)
    case .object(let properties, let rest): return try objectBinder(properties, rest)
    case .array(let elements, let rest): return try arrayBinder(elements, rest)
    }
  }

  /// A target with its default.
  private func element(
    _ target: Pattern, _ fallback: Expression?
  ) throws(Fault) -> Binder {
    guard let fallback else { return try binder(target) }
    let code = try code(fallback)
    let bind = try binder(target)
    return { (frame: Registers, value: Value) throws(Fault) in
      try bind(frame, value.isUndefined ? try code(frame) : value)
    }
  }

  private func objectBinder(
    _ properties: [Pattern.Property], _ rest: BindingName?
  ) throws(Fault) -> Binder {
    struct Field {
      var atom: Atom?
      var computed: Code?
      var cache: UnsafeMutablePointer<PropertyCache>
      var bind: Binder
      var keyRegister: Int
    }
    let place = properties.first.map(\.target.names.first?.position) ?? rest?.position
    let site = site(place ?? SourcePosition(file: 0, line: 1, column: 1))
    var fields: [Field] = []
    for property in properties {
      var field = Field(
        cache: linker.caches.make(), bind: { (_: Registers, _: Value) throws(Fault) in },
        keyRegister: take())
      switch property.key {
      case .literal(let literal): field.atom = try atom(literal)
      case .computed(let key): field.computed = try code(key)
      }
      field.bind = try element(property.target, property.fallback)
      fields.append(field)
    }
    let restBinder: Binder? =
      if let rest {
        try writer(rest.binding, initialises: true, at: rest.position)
      } else { nil }
    let heap = heap
    let after = self.site(site.position)
    return { [fields] (frame: Registers, value: Value) throws(Fault) in
      if value.isNullish {
        throw site.fault("Cannot destructure \(Conversion.kindName(of: value))")
      }
      for field in fields {
        let part: Value
        if let atom = field.atom {
          frame[field.keyRegister] = Value(heap.string(atom))
          part = try FieldAccess.cached(value, atom, field.cache, frame, after)
        } else if let computed = field.computed {
          let key = try computed(frame)
          let name = try after.here { () throws(Fault) in try after.context(frame).toKey(key) }
          frame[field.keyRegister] = Value(name)
          part = try FieldAccess.element(value, Value(name), frame, after)
        } else {
          part = .undefined
        }
        try field.bind(frame, part)
      }
      if let restBinder {
        let keys = fields.map { frame[$0.keyRegister].string }
        let remaining = try after.here { () throws(Fault) in
          try Destructuring.rest(of: value, without: keys, heap)
        }
        try restBinder(frame, remaining)
      }
    }
  }

  private func arrayBinder(
    _ elements: [Pattern.Element?], _ rest: Pattern?
  ) throws(Fault) -> Binder {
    struct Part {
      let bind: Binder?
    }
    var binders: [Part] = []
    var place: SourcePosition?
    for part in elements {
      guard let part else {
        binders.append(Part(bind: nil))
        continue
      }
      place = place ?? part.target.names.first?.position
      binders.append(Part(bind: try element(part.target, part.fallback)))
    }
    let restBinder: Binder? = if let rest { try binder(rest) } else { nil }
    let site = site(
      place ?? rest?.names.first?.position ?? SourcePosition(file: 0, line: 1, column: 1))
    return { [binders] (frame: Registers, value: Value) throws(Fault) in
      let array = try site.here { () throws(Fault) in
        try Destructuring.elements(of: value, site.context(frame))
      }
      for index in 0..<binders.count {
        if let bind = binders[index].bind { try bind(frame, array[index]) }
      }
      guard let restBinder else { return }
      let remaining = try site.here { () throws(Fault) in
        let rest = try site.heap.makeArray(capacity: max(0, array.count - binders.count))
        var index = binders.count
        while index < array.count {
          try site.heap.append(rest, array[index])
          index += 1
        }
        return rest
      }
      try restBinder(frame, Value(remaining))
    }
  }
}

/// What destructuring does with values.
enum Destructuring {
  /// The fields of an object that were not named.
  static func rest(
    of value: Value, without keys: [StringRef], _ heap: Heap
  ) throws(Fault) -> Value {
    let result = try heap.makeObject()
    let source: ObjectRef
    if value.isObject {
      source = value.object
    } else {
      source = try heap.makeObject()
      try Spread.copy(value, to: source, heap)
    }
    try heap.forEachProperty(source) { (key, field) throws(Fault) in
      for taken in keys where try heap.equal(taken, key) { return }
      try heap.setProperty(result, key: key, field)
    }
    return Value(result)
  }

  /// What iterating over a value gives.
  static func elements(of value: Value, _ context: CallContext) throws(Fault) -> ArrayRef {
    if value.isArray { return value.array }
    let array = try context.heap.makeArray()
    try Spread.append(value, to: array, context)
    return array
  }
}
