/// Results: `{ok: true, value}` or `{ok: false, error}` with `isOk`, `isErr`, `unwrap` and
/// `unwrapErr`.
enum ResultObject {
  /// A Result that holds a value.
  static func success(_ value: Value, _ c: CallContext) throws(Fault) -> Value {
    let result = try c.heap.makeObject(.result, capacity: 2)
    try c.heap.setProperty(result, .ok, .true)
    try c.heap.setProperty(result, .value, value)
    return Value(result)
  }

  /// A Result that holds an error, any value.
  static func failure(error: Value, _ c: CallContext) throws(Fault) -> Value {
    let result = try c.heap.makeObject(.result, capacity: 3)
    try c.heap.setProperty(result, .ok, .false)
    try c.heap.setProperty(result, .error, error)
    return Value(result)
  }

  /// A Result whose error is a text.
  static func failure(_ message: String, _ c: CallContext) throws(Fault) -> Value {
    try failure(error: Value(try c.heap.string(message)), c)
  }

  /// Puts the methods of Results into a registry.
  static func register(in registry: inout NativeRegistry) {
    registry.methods[.resultIsOk] = { c throws(Fault) in Value(try isOk(c)) }
    registry.methods[.resultIsErr] = { c throws(Fault) in Value(try !isOk(c)) }
    registry.methods[.resultUnwrap] = { c throws(Fault) in
      guard try isOk(c) else { throw Fault("unwrap of a Result that holds an error") }
      return c.field(c.receiver, .value)
    }
    registry.methods[.resultUnwrapErr] = { c throws(Fault) in
      guard try !isOk(c) else { throw Fault("unwrapErr of a Result that holds a value") }
      return c.field(c.receiver, .error)
    }
  }

  private static func isOk(_ c: CallContext) throws(Fault) -> Bool {
    _ = try c.receiverObject(.result)
    return c.toBoolean(c.field(c.receiver, .ok))
  }
}
