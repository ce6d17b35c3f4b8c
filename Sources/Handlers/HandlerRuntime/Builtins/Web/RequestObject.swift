/// The handler's `req`.
enum RequestObject {
  /// Makes `req` in the arena: `method`, `url`, `path`, `query`, `params`, `headers`, `body`.
  static func make(_ request: RuntimeRequest, _ c: CallContext) throws(Fault) -> Value {
    let object = try c.heap.makeObject(.request, capacity: 8)
    try c.heap.setProperty(object, .method, Value(try c.heap.copy(of: request.method)))
    let url = try c.heap.copy(of: request.target)
    try c.heap.setProperty(object, .url, Value(url))
    let units = try c.heap.flat(url)
    let mark = try c.heap.flat(try c.heap.string("?"))
    let question = units.firstIndex(of: mark, from: 0) ?? units.count
    let path = question == units.count ? url : try c.heap.slice(units, 0, question)
    try c.heap.setProperty(object, .path, Value(path))
    let query = try query(request.target, c)
    try c.heap.setProperty(object, .query, Value(query))
    try c.heap.setProperty(object, .params, Value(try c.heap.makeObject()))
    let headers = try HeaderMethods.make(request.headers, c)
    try c.heap.setProperty(object, .headers, Value(headers))
    let body = try request.body.map { (bytes) throws(Fault) in
      Value(try c.heap.received(bytes))
    }
    try c.heap.setProperty(object, .body, body ?? .undefined)
    return Value(object)
  }

  /// The query as an object of strings; of a name that occurs more than once the last stays.
  private static func query(_ target: String, _ c: CallContext) throws(Fault) -> ObjectRef {
    let query = try c.heap.makeObject()
    let bytes = target.utf8
    guard let question = bytes.firstIndex(of: UInt8(ascii: "?")) else { return query }
    for (name, value) in PercentCoding.pairs(bytes[question...].dropFirst()) {
      let key = try c.heap.string(utf8: name)
      try c.heap.setProperty(query, key: key, Value(try c.heap.string(utf8: value)))
    }
    return query
  }

  /// Puts the methods of `req` into a registry.
  static func register(in registry: inout NativeRegistry) {
    registry.methods[.requestText] = { c throws(Fault) in
      let body = c.heap.property(try c.receiverObject(.request), .body) ?? .undefined
      return body.isNullish ? try c.text("") : Value(try c.heap.plain(try c.toText(body)))
    }
    registry.methods[.requestBase64] = { c throws(Fault) in
      let body = c.heap.property(try c.receiverObject(.request), .body) ?? .undefined
      return try BodyBytes.base64(body, c)
    }
    registry.methods[.requestJson] = { c throws(Fault) in
      let body = c.heap.property(try c.receiverObject(.request), .body) ?? .undefined
      return try parsedBody(body, c)
    }
  }

  /// Whether a handler may store into a field: what came with the request stays as it came, but
  /// for `params`, which a router fills. Fields of other names are the handler's own.
  static func checkAssignment(
    of name: Atom, on object: ObjectRef, _ heap: Heap
  ) throws(Fault) {
    guard object.objectClass == .request else { return }
    for field in received where name == Atom(field) {
      throw Fault(
        "req.\(field.text) cannot be assigned: of a request's own fields only params can be")
    }
  }

  /// As ``checkAssignment(of:on:_:)``, for a key that comes from data.
  static func checkAssignment(
    of key: StringRef, on object: ObjectRef, _ heap: Heap
  ) throws(Fault) {
    guard object.objectClass == .request, let name = try heap.knownAtom(key) else { return }
    try checkAssignment(of: name, on: object, heap)
  }

  /// The fields that came with the request.
  private static let received: [KnownName] = [.method, .url, .path, .query, .headers, .body]

  /// The JSON value of a body; `undefined` when it is empty, malformed or nested too deeply.
  static func parsedBody(_ body: Value, _ c: CallContext) throws(Fault) -> Value {
    guard let text = body.asString, text.length > 0 else { return .undefined }
    switch try JSONText.attempt(text, c) {
    case .success(let value): return value
    case .failure: return .undefined
    }
  }
}
