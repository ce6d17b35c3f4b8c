/// Headers of requests and responses: an object whose keys are read and kept in lower case, with
/// `get`, `has`, `set` and `append`.
///
/// A value is a string or, in a response, an array of strings: one line each.
enum HeaderMethods {
  /// Puts the class and its methods into a registry.
  static func register(in registry: inout NativeRegistry) {
    registry.classes[.headers] = ClassBehavior(methodsFirst: true, foldsKeys: true)
    registry.methods[.headersGet] = get
    registry.methods[.headersHas] = { c throws(Fault) in
      let headers = try c.receiverObject(.headers)
      return Value(try c.heap.property(headers, key: try c.toKey(c.arguments[0])) != nil)
    }
    registry.methods[.headersSet] = { c throws(Fault) in
      let headers = try c.receiverObject(.headers)
      let key = try c.toKey(c.arguments[0])
      try c.heap.setProperty(headers, key: key, try fieldValue(c.arguments[1], c))
      return .undefined
    }
    registry.methods[.headersAppend] = { c throws(Fault) in
      let headers = try c.receiverObject(.headers)
      let key = try c.toKey(c.arguments[0])
      try append(try fieldValue(c.arguments[1], c), under: key, to: headers, c)
      return .undefined
    }
  }

  /// `get(name)`: the value, lines joined with a comma; `null` when there is none.
  private static func get(_ c: CallContext) throws(Fault) -> Value {
    let headers = try c.receiverObject(.headers)
    let key = try c.toKey(c.arguments[0])
    guard let value = try c.heap.property(headers, key: key), !value.isNullish else {
      return .null
    }
    guard let lines = value.asArray else { return Value(try c.toText(value)) }
    var joined = try c.heap.string("")
    for index in 0..<lines.count {
      if index > 0 { joined = try c.heap.concat(joined, try c.heap.string(", ")) }
      joined = try c.heap.concat(joined, try c.toText(lines[index]))
    }
    return Value(joined)
  }

  /// A value as a header field keeps it.
  private static func fieldValue(_ value: Value, _ c: CallContext) throws(Fault) -> Value {
    if value.isArray { return value }
    return Value(try c.toText(value))
  }

  /// Adds a value behind what is there: cookies to be set stand on lines of their own, everything
  /// else is joined with a comma.
  static func append(
    _ value: Value, under key: StringRef, to headers: ObjectRef, _ c: CallContext
  ) throws(Fault) {
    guard let old = try c.heap.property(headers, key: key), !old.isNullish else {
      return try c.heap.setProperty(headers, key: key, value)
    }
    let isCookie = try c.heap.flat(try c.heap.lowercasedASCII(key)).equals("set-cookie")
    if isCookie || old.isArray || value.isArray {
      let joined: ArrayRef
      if let lines = old.asArray {
        joined = try c.copy(lines)
      } else {
        joined = try c.heap.makeArray([old])
      }
      if let more = value.asArray {
        for index in 0..<more.count { try c.heap.append(joined, more[index]) }
      } else {
        try c.heap.append(joined, value)
      }
      return try c.heap.setProperty(headers, key: key, Value(joined))
    }
    let start = try c.heap.concat(try c.toText(old), try c.heap.string(", "))
    let joined = try c.heap.concat(start, try c.toText(value))
    try c.heap.setProperty(headers, key: key, Value(joined))
  }

  /// The Headers of a message.
  ///
  /// - Parameter fields: names in any case; duplicates are joined with a comma, cookies with a
  ///   semicolon, and `set-cookie` lines become an array.
  static func make(
    _ fields: [(name: String, value: String)], _ c: CallContext
  ) throws(Fault) -> ObjectRef {
    let headers = try c.heap.makeObject(.headers, capacity: fields.count)
    for (name, value) in fields {
      let key = try c.heap.copy(ofName: name)
      let text = try c.heap.copy(of: value)
      guard let old = try c.heap.property(headers, key: key) else {
        try c.heap.setProperty(headers, key: key, Value(text))
        continue
      }
      if old.isString, try c.heap.flat(key).equals("cookie") {
        let start = try c.heap.concat(old.string, try c.heap.string("; "))
        try c.heap.setProperty(headers, key: key, Value(try c.heap.concat(start, text)))
      } else {
        try append(Value(text), under: key, to: headers, c)
      }
    }
    return headers
  }
}

extension Heap {
  /// Swift text as a string, read where it is.
  func copy(of text: String) throws(Fault) -> StringRef {
    var text = text
    return try text.withUTF8 { bytes in
      Result { () throws(Fault) in try string(utf8: bytes) }
    }.get()
  }

  /// The name of a header as a string in lower case.
  func copy(ofName name: String) throws(Fault) -> StringRef {
    var name = name
    return try name.withUTF8 { bytes in
      Result { () throws(Fault) in
        guard bytes.allSatisfy({ $0 < 0x80 }) else {
          return try lowercasedASCII(try string(utf8: bytes))
        }
        let (string, target) = try makeASCII(bytes.count)
        for index in bytes.indices { target[index] = CaseMapping.asciiLower(bytes[index]) }
        return string
      }
    }.get()
  }
}
