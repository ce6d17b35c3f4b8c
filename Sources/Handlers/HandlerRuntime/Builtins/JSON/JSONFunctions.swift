/// `JSON.parse`, `JSON.tryParse` and `JSON.stringify`.
enum JSONFunctions {
  /// Puts every member of `JSON` into a registry.
  static func register(in registry: inout NativeRegistry) {
    registry.members[.jsonParse] = { c throws(Fault) in
      try JSONText.value(try c.toText(c.arguments[0]), c)
    }
    registry.members[.jsonTryParse] = tryParse
    registry.members[.jsonStringify] = stringify
  }

  private static func tryParse(_ c: CallContext) throws(Fault) -> Value {
    guard let text = c.arguments[0].asString else {
      let kind = Conversion.kindName(of: c.arguments[0])
      return try ResultObject.failure("JSON.tryParse: \(kind) is not a string", c)
    }
    switch try JSONText.attempt(text, c) {
    case .success(let value): return try ResultObject.success(value, c)
    case .failure(let fault): return try ResultObject.failure(fault.message, c)
    }
  }

  private static func stringify(_ c: CallContext) throws(Fault) -> Value {
    let text =
      c.arguments.count < 2
      ? try JSONWriter.text(of: c.arguments[0], c)
      : try JSONWriter.text(
        of: c.arguments[0], replacer: c.arguments[1], space: c.arguments[2], c)
    return text.map { Value($0) } ?? .undefined
  }
}
