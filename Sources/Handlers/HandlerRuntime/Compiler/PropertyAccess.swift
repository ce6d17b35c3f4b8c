/// Reading and writing fields and elements, as far as inline caches do not answer.
enum PropertyAccess {
  /// `value.name`.
  static func member(
    _ value: Value, _ name: Atom, _ context: CallContext
  ) throws(Fault) -> Value {
    let heap = context.heap
    if value.isObject { return try field(value.object, name, context) }
    if name == Atom(.length) {
      if value.isArray { return Value(value.array.count) }
      if value.isString { return Value(value.string.length) }
      if value.isFunction { return Value(heap.length(of: value.function)) }
    }
    if value.isNullish {
      throw Fault(
        "Cannot read properties of \(value.isNull ? "null" : "undefined") (reading '\(try heap.text(heap.string(name)))')"
      )
    }
    if value.isArray || value.isString, let index = heap.indexKey(heap.string(name).flatUnits) {
      return try element(value, Value(Int(index)), context)
    }
    if value.isFunction, name == Atom(.name) {
      return Value(try heap.string(heap.name(of: value.function)))
    }
    return try method(value, name, context)
  }

  /// A field of an object by a name from the program's text.
  static func field(
    _ object: ObjectRef, _ name: Atom, _ context: CallContext
  ) throws(Fault) -> Value {
    let heap = context.heap
    if object.objectClass == .plain { return heap.property(object, name) ?? .undefined }
    let behavior = heap.state.pointee.classes[Int(object.objectClass.rawValue)]
    if behavior.methodsFirst {
      let method = try method(Value(object), name, context)
      if !method.isUndefined { return method }
    }
    if let value = try heap.property(object, key: heap.string(name)) { return value }
    return behavior.methodsFirst ? .undefined : try method(Value(object), name, context)
  }

  /// A method that is read as a value: it can only be called where it is named.
  private static func method(
    _ receiver: Value, _ name: Atom, _ context: CallContext
  ) throws(Fault) -> Value {
    guard context.isolate.methodNumber(of: receiver, name) >= 0 else { return .undefined }
    let text = try context.heap.text(context.heap.string(name))
    throw Fault("'\(text)' is a method: it can only be called where it is named")
  }

  /// `value[key]`.
  static func element(
    _ value: Value, _ key: Value, _ context: CallContext
  ) throws(Fault) -> Value {
    let heap = context.heap
    if let index = key.index {
      if value.isArray { return value.array[index] }
      if value.isString {
        let units = try heap.flat(value.string)
        guard index < units.count else { return .undefined }
        return Value(try heap.character(units[index]))
      }
    }
    if value.isNullish {
      throw Fault(
        "Cannot read properties of \(value.isNull ? "null" : "undefined") (reading an element)")
    }
    let name = try context.toKey(key)
    if value.isObject { return try heap.property(value.object, key: name) ?? .undefined }
    if value.isArray || value.isString, let index = heap.indexKey(try heap.flat(name)) {
      return try element(value, Value(Int(index)), context)
    }
    // A computed key reads fields only; what is left has but one or two.
    guard let atom = try heap.knownAtom(name),
      atom == Atom(.length) || (value.isFunction && atom == Atom(.name))
    else { return .undefined }
    return try member(value, atom, context)
  }

  /// `value.name = new`.
  static func setMember(
    _ value: Value, _ name: Atom, _ new: Value, _ context: CallContext
  ) throws(Fault) {
    let heap = context.heap
    if value.isObject {
      if value.object.objectClass == .plain {
        return try heap.setProperty(value.object, name, new)
      }
      try RequestObject.checkAssignment(of: name, on: value.object, heap)
      try FixedFields.checkAssignment(of: heap.string(name), on: value.object, heap)
      return try heap.setProperty(value.object, key: heap.string(name), new)
    }
    if value.isArray, name == Atom(.length) {
      guard let count = new.index else { throw Fault("Invalid array length") }
      return try heap.setCount(value.array, count)
    }
    throw Fault(
      "Cannot set properties of \(Conversion.kindName(of: value)) (setting '\(try heap.text(heap.string(name)))')"
    )
  }

  /// `value[key] = new`.
  static func setElement(
    _ value: Value, _ key: Value, _ new: Value, _ context: CallContext
  ) throws(Fault) {
    let heap = context.heap
    if value.isArray, let index = key.index {
      return try heap.setElement(value.array, index, new)
    }
    if value.isObject {
      let name = try context.toKey(key)
      try RequestObject.checkAssignment(of: name, on: value.object, heap)
      try FixedFields.checkAssignment(of: name, on: value.object, heap)
      return try heap.setProperty(value.object, key: name, new)
    }
    if value.isArray {
      let name = try context.toKey(key)
      if let index = heap.indexKey(try heap.flat(name)) {
        return try heap.setElement(value.array, Int(index), new)
      }
      if try heap.flat(name).equals("length") {
        return try setMember(value, Atom(.length), new, context)
      }
      throw Fault("an array has elements only, no other fields")
    }
    throw Fault("Cannot set properties of \(Conversion.kindName(of: value))")
  }

  /// `key in value`.
  static func has(_ value: Value, _ key: Value, _ context: CallContext) throws(Fault) -> Bool {
    if value.isObject {
      return try context.heap.property(value.object, key: try context.toKey(key)) != nil
    }
    if value.isArray {
      let name = try context.heap.flat(try context.toKey(key))
      if let index = context.heap.indexKey(name) { return Int(index) < value.array.count }
      return name.equals("length")
    }
    throw Fault("Cannot use 'in' to search in \(Conversion.kindName(of: value))")
  }
}
