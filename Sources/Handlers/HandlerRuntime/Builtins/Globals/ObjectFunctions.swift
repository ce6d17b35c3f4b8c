/// `Object`: keys, values and entries of objects, arrays and strings.
///
/// Reference: ECMAScript 2023, 20.1.2.
enum ObjectFunctions {
  /// Puts every member of `Object` into a registry.
  static func register(in registry: inout NativeRegistry) {
    registry.members[.objectKeys] = keys
    registry.members[.objectValues] = values
    registry.members[.objectEntries] = entries
    registry.members[.objectFromEntries] = fromEntries
    registry.members[.objectAssign] = assign
    registry.members[.objectHasOwn] = hasOwn
    registry.members[.objectIs] = same
  }

  /// Calls `body` with each own key and value of anything but undefined and null.
  private static func forEachField(
    _ c: CallContext, _ value: Value, _ name: StaticString,
    _ body: (StringRef, Value) throws(Fault) -> Void
  ) throws(Fault) {
    if value.isObject {
      try c.spend(c.heap.propertyCount(value.object))
      try c.heap.forEachProperty(value.object, body)
    } else if value.isArray {
      let array = value.array
      var index = 0
      while index < array.count {
        try c.spend(1)
        try body(try c.heap.string(number: Double(index)), array[index])
        index += 1
      }
    } else if value.isString {
      let text = try c.heap.flat(value.string)
      for index in 0..<text.count {
        try c.spend(1)
        let unit = Value(try c.heap.string(unit: text[index]))
        try body(try c.heap.string(number: Double(index)), unit)
      }
    } else if value.isNullish {
      throw Fault("\(name): cannot read \(Conversion.kindName(of: value))")
    }
  }

  private static func keys(_ c: CallContext) throws(Fault) -> Value {
    let result = try c.heap.makeArray()
    try forEachField(c, c.arguments[0], "Object.keys") { (key, _) throws(Fault) in
      try c.heap.append(result, Value(key))
    }
    return Value(result)
  }

  private static func values(_ c: CallContext) throws(Fault) -> Value {
    let result = try c.heap.makeArray()
    try forEachField(c, c.arguments[0], "Object.values") { (_, value) throws(Fault) in
      try c.heap.append(result, value)
    }
    return Value(result)
  }

  private static func entries(_ c: CallContext) throws(Fault) -> Value {
    let result = try c.heap.makeArray()
    try forEachField(c, c.arguments[0], "Object.entries") { (key, value) throws(Fault) in
      let pair = try c.heap.makeArray(capacity: 2)
      try c.heap.append(pair, Value(key))
      try c.heap.append(pair, value)
      try c.heap.append(result, Value(pair))
    }
    return Value(result)
  }

  private static func fromEntries(_ c: CallContext) throws(Fault) -> Value {
    guard let list = c.arguments[0].asArray else {
      throw Fault(
        "Object.fromEntries: \(Conversion.kindName(of: c.arguments[0])) is not an array of pairs")
    }
    let result = try c.heap.makeObject()
    var index = 0
    while index < list.count {
      try c.spend(1)
      guard let pair = list[index].asArray else {
        throw Fault(
          "Object.fromEntries: \(Conversion.kindName(of: list[index])) is not a pair")
      }
      try c.heap.setProperty(result, key: try c.toKey(pair[0]), pair[1])
      index += 1
    }
    return Value(result)
  }

  private static func assign(_ c: CallContext) throws(Fault) -> Value {
    let target = c.arguments[0]
    guard target.isObject || target.isArray else {
      throw Fault("Object.assign: \(Conversion.kindName(of: target)) cannot take fields")
    }
    for index in 1..<max(1, c.arguments.count) where !c.arguments[index].isNullish {
      try forEachField(c, c.arguments[index], "Object.assign") { (key, value) throws(Fault) in
        if target.isObject {
          try RequestObject.checkAssignment(of: key, on: target.object, c.heap)
          try FixedFields.checkAssignment(of: key, on: target.object, c.heap)
          try c.heap.setProperty(target.object, key: key, value)
        } else {
          guard let place = c.heap.indexKey(try c.heap.flat(key)) else {
            throw Fault("Object.assign: an array takes only indices")
          }
          try c.heap.setElement(target.array, Int(place), value)
        }
      }
    }
    return target
  }

  private static func hasOwn(_ c: CallContext) throws(Fault) -> Value {
    let value = c.arguments[0]
    if value.isNullish {
      throw Fault("Object.hasOwn: cannot read \(Conversion.kindName(of: value))")
    }
    let key = try c.toKey(c.arguments[1])
    if value.isObject { return Value(try c.heap.property(value.object, key: key) != nil) }
    guard value.isArray || value.isString else { return .false }
    let units = try c.heap.flat(key)
    if units.equals("length") { return .true }
    let count = value.isArray ? value.array.count : value.string.length
    return Value(c.heap.indexKey(units).map { Int($0) < count } ?? false)
  }

  /// `Object.is`: as `===`, but NaN is itself and 0 is not -0.
  private static func same(_ c: CallContext) throws(Fault) -> Value {
    let (first, second) = (c.arguments[0], c.arguments[1])
    if first.isNumber, second.isNumber { return Value(first.bits == second.bits) }
    return Value(try Conversion.strictlyEqual(first, second, c.heap))
  }
}
