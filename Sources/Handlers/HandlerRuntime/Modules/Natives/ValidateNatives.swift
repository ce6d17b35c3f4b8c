import Encodings
import JSONSchema

/// `zigttp:validate` and `zigttp:decode`.
enum ValidateNatives {
  static func register(in registry: inout NativeRegistry) {
    registry.modules[.schemaCompile] = compile
    registry.modules[.schemaDrop] = { c throws(Fault) in
      let name = try c.swiftArgument(0, "name", of: "schemaDrop")
      return Value(try c.isolateHost().schemas.removeValue(forKey: ByteName(name)) != nil)
    }
    registry.modules[.validateJson] = { c throws(Fault) in
      let schema = try schema(c, of: "validateJson")
      return try parsed(c) { (value) throws(Fault) in try answer(value, schema, c) }
    }
    registry.modules[.validateObject] = { c throws(Fault) in
      try copied(c.arguments[1], try schema(c, of: "validateObject"), c)
    }
    registry.modules[.coerceJson] = { c throws(Fault) in
      let schema = try schema(c, of: "coerceJson")
      return try parsed(c) { (value) throws(Fault) in
        try answer(try schema.coerced(value, SchemaInstance(context: c)), schema, c)
      }
    }
    registry.modules[.decodeJson] = { c throws(Fault) in
      let schema = try schema(c, of: "decodeJson")
      return try parsed(c) { (value) throws(Fault) in try answer(value, schema, c) }
    }
    registry.modules[.decodeForm] = { c throws(Fault) in
      let schema = try schema(c, of: "decodeForm")
      let body = try c.headerArgument(1, "body", of: "decodeForm")
      return try coerced(try fields(Array(body.utf8), schema, c), schema, c)
    }
    registry.modules[.decodeQuery] = { c throws(Fault) in
      let schema = try schema(c, of: "decodeQuery")
      let query = c.arguments[1]
      if query.isObject, query.object.objectClass == .plain {
        return try coerced(query, schema, c)
      }
      var text = Array(try c.headerArgument(1, "query", of: "decodeQuery").utf8)
      if text.first == UInt8(ascii: "?") { text.removeFirst() }
      return try coerced(try fields(text, schema, c), schema, c)
    }
  }

  // The steps of reading a schema, at the start of an isolate.
  private static let compile: Native = { c throws(Fault) in
    let name = try c.swiftArgument(0, "name", of: "schemaCompile")
    let given = c.arguments[1]
    guard let text = given.isString ? given.string : try JSONWriter.text(of: given, c) else {
      throw Fault("schemaCompile: the schema must be JSON, not \(Conversion.kindName(of: given))")
    }
    let bytes = try c.heap.utf8(text)
    try c.spend(slowBytes: bytes.count)
    let host = try c.isolateHost()
    do throws(SchemaError) {
      host.schemas[ByteName(name)] = try Schema(text: bytes)
    } catch {
      throw Fault("schemaCompile: the schema is not taken: \(error.what)")
    }
    return .true
  }

  private static func schema(
    _ c: CallContext, of function: StaticString
  ) throws(Fault) -> Schema {
    let name = try c.swiftArgument(0, "schema", of: function)
    guard let found = try c.isolateHost().schemas[ByteName(name)] else {
      // The name may have come with the request.
      throw Fault("\(function): there is no schema of that name")
    }
    return found
  }

  // MARK: Reading

  /// Goes on with the value of the JSON text in the second argument, or answers that there is none.
  private static func parsed(
    _ c: CallContext, _ goOn: (Value) throws(Fault) -> Value
  ) throws(Fault) -> Value {
    guard c.arguments[1].isString else {
      return try failure([SchemaViolation(path: "", message: "is missing")], c)
    }
    switch try JSONText.attempt(c.arguments[1].string, c) {
    case .success(let value): return try goOn(value)
    case .failure: return try failure([SchemaViolation(path: "", message: "is not JSON")], c)
    }
  }

  /// The fields of a form or a query. Of one that comes several times the last counts, or all where the
  /// schema wants an array.
  private static func fields(
    _ text: [UInt8], _ schema: Schema, _ c: CallContext
  ) throws(Fault) -> Value {
    try c.spend(slowBytes: text.count)
    let object = try c.heap.makeObject(.plain)
    var lists: [ByteName: ArrayRef] = [:]
    for pair in PercentCoding.pairs(text) {
      try c.spend(64)
      let key = try c.heap.string(utf8: pair.name)
      let value = try c.value(utf8: pair.value)
      let name = try c.heap.text(key)
      if let list = lists[ByteName(name)] {
        try c.heap.append(list, value)
      } else if schema.wantsArray(at: name) {
        let list = try c.heap.makeArray([value])
        lists[ByteName(name)] = list
        try c.heap.setProperty(object, key: key, Value(list))
      } else {
        try c.heap.setProperty(object, key: key, value)
      }
    }
    return Value(object)
  }

  private static func coerced(
    _ value: Value, _ schema: Schema, _ c: CallContext
  ) throws(Fault) -> Value {
    try answer(
      try schema.coerced(value, wrapsSingles: true, SchemaInstance(context: c)), schema, c)
  }

  // MARK: Answers

  private static func answer(
    _ value: Value, _ schema: Schema, _ c: CallContext
  ) throws(Fault) -> Value {
    let violations = try schema.violations(of: value, SchemaInstance(context: c))
    return violations.isEmpty ? try success(value, c) : try failure(violations, c)
  }

  /// The value itself may be changed later by whoever has it: what fits is a copy.
  private static func copied(
    _ value: Value, _ schema: Schema, _ c: CallContext
  ) throws(Fault) -> Value {
    let reader = SchemaInstance(context: c)
    let violations = try schema.violations(of: value, reader)
    guard violations.isEmpty else { return try failure(violations, c) }
    guard let copy = try copy(value, reader) else {
      return try failure([SchemaViolation(path: "", message: "is nothing that JSON has")], c)
    }
    return try success(copy, c)
  }

  /// A copy all the way down; nil where something in it is no JSON.
  private static func copy(
    _ value: Value, _ reader: SchemaInstance
  ) throws(Fault) -> Value? {
    try reader.spend(1)
    switch reader.kind(of: value) {
    case .other: return nil
    case .array:
      try reader.checkDepth()
      var elements: [Value] = []
      for index in 0..<reader.count(value) {
        guard let element = try copy(reader.element(value, index), reader) else { return nil }
        elements.append(element)
      }
      return try reader.make(elements: elements)
    case .object:
      try reader.checkDepth()
      var members: [(name: String, value: Value)] = []
      for member in try reader.members(value) {
        guard let inner = try copy(member.value, reader) else { return nil }
        members.append((member.name, inner))
      }
      return try reader.make(members: members)
    default: return value
    }
  }

  private static func success(_ value: Value, _ c: CallContext) throws(Fault) -> Value {
    let result = try ResultObject.success(value, c)
    try c.heap.setProperty(result.object, .errors, Value(try c.heap.makeArray(capacity: 0)))
    return result
  }

  /// `error` is the first of the `errors` in one line.
  private static func failure(
    _ violations: [SchemaViolation], _ c: CallContext
  ) throws(Fault) -> Value {
    let list = try c.heap.makeArray(capacity: violations.count)
    for violation in violations {
      let one = try c.heap.makeObject(.plain, capacity: 2)
      try c.heap.setProperty(one, .path, try c.value(violation.path))
      try c.heap.setProperty(one, .message, try c.value(violation.message))
      try c.heap.append(list, Value(one))
    }
    let first = violations.first.map { $0.path.isEmpty ? $0.message : "\($0.path) \($0.message)" }
    let result = try ResultObject.failure(first ?? "does not fit", c)
    try c.heap.setProperty(result.object, .errors, Value(list))
    return result
  }
}
