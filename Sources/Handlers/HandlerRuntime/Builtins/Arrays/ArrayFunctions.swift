/// `Array.isArray`, `Array.of` and `Array.from`.
///
/// Reference: ECMAScript 2023, 23.1.2.
enum ArrayFunctions {
  /// Puts every member of `Array` into a registry.
  static func register(in registry: inout NativeRegistry) {
    registry.members[.arrayIsArray] = { c in Value(c.arguments[0].isArray) }
    registry.members[.arrayOf] = { c throws(Fault) in
      Value(try c.heap.makeArray(c.arguments.values))
    }
    registry.members[.arrayFrom] = from
  }

  private static func from(_ c: CallContext) throws(Fault) -> Value {
    let source = c.arguments[0]
    if source.isNullish {
      throw Fault("Array.from: cannot read \(Conversion.kindName(of: source))")
    }
    let transform =
      c.arguments[1].isUndefined ? nil : try c.callback(1, of: "Array.from")
    let result = try c.heap.makeArray()
    func add(_ value: Value) throws(Fault) {
      try c.spend(1)
      let item = try transform.map { (function) throws(Fault) in
        try c.call(function, value, Value(result.count))
      }
      try c.heap.append(result, item ?? value)
    }
    if source.isArray {
      var index = 0
      while index < source.array.count {
        try add(source.array[index])
        index += 1
      }
    } else if source.isString {
      try forEachCharacter(c, source.string, add)
    } else if source.isObject {
      let length = try c.toInteger(c.field(source, .length))
      guard length <= ArrayRef.maximumCount else {
        throw Fault("Array.from: an array would be too long")
      }
      for index in 0..<max(0, length) {
        let key = try c.heap.string(number: Double(index))
        try add(try c.heap.property(source.object, key: key) ?? .undefined)
      }
    }
    return Value(result)
  }

  /// Calls `body` with each character of a string: a surrogate pair is one.
  private static func forEachCharacter(
    _ c: CallContext, _ string: StringRef, _ body: (Value) throws(Fault) -> Void
  ) throws(Fault) {
    let text = try c.heap.flat(string)
    var index = 0
    while index < text.count {
      let length = text.scalar(at: index).length
      try body(Value(try c.heap.slice(text, index, index + length)))
      index += length
    }
  }
}
