/// From the value a handler returned to plain bytes, before the arena is dropped.
enum ResponseReader {
  /// Reads a Response, or an object with a numeric `status` in its place.
  ///
  /// - Throws: a fault for any other value, a status outside 200 to 599, a body that is no text, a
  ///   header that cannot be sent.
  static func read(_ value: Value, _ c: CallContext) throws(Fault) -> RuntimeResponse {
    guard value.isObject, c.field(value, .status).isNumber else {
      throw Fault("the handler returned \(Conversion.kindName(of: value)), not a Response")
    }
    let status = try ResponseFunctions.checkedStatus(c.field(value, .status))
    var headers = try headerFields(c.field(value, .headers), c)
    let (body, contentType) = try body(c.field(value, .body), c)
    if let contentType, !body.isEmpty, !headers.contains(where: { $0.name == "content-type" }) {
      headers.append((name: "content-type", value: contentType))
    }
    return RuntimeResponse(status: status, headers: headers, body: body)
  }

  /// A body's bytes and the type it has when the headers name none.
  private static func body(
    _ value: Value, _ c: CallContext
  ) throws(Fault) -> (bytes: [UInt8], contentType: String?) {
    if value.isNullish { return ([], nil) }
    let isElement = value.isObject && value.object.objectClass == .element
    if value.isArray || value.isFunction || (value.isObject && !isElement) {
      let kind = Conversion.kindName(of: value)
      throw Fault("a response's body must be a string, not \(kind): use Response.json")
    }
    return (
      try BodyBytes.of(try c.toText(value), c.heap),
      isElement ? "text/html; charset=utf-8" : "text/plain; charset=utf-8"
    )
  }

  /// Fields in order, names in lower case. A name that comes again in another case replaces.
  private static func headerFields(
    _ value: Value, _ c: CallContext
  ) throws(Fault) -> [(name: String, value: String)] {
    if value.isNullish { return [] }
    guard value.isObject else { throw Fault("a response's headers must be an object") }
    var fields: [(name: String, value: String)] = []
    fields.reserveCapacity(c.heap.propertyCount(value.object))
    try c.heap.forEachProperty(value.object) { (key, value) throws(Fault) in
      if value.isNullish { return }
      let name = try fieldName(try c.heap.flat(key))
      fields.removeAll { $0.name == name }
      if let lines = value.asArray {
        for index in 0..<lines.count {
          fields.append((name: name, value: try fieldValue(lines[index], name, c)))
        }
      } else {
        fields.append((name: name, value: try fieldValue(value, name, c)))
      }
    }
    return fields
  }

  /// Reference: RFC 9110, 5.6.2 Tokens.
  private static func fieldName(_ name: FlatString) throws(Fault) -> String {
    guard name.count > 0, name.isASCII, name.ascii.allSatisfy(isTokenByte) else {
      throw Fault("a response header's name holds a character that is not allowed")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(name.count)
    for byte in name.ascii { bytes.append(CaseMapping.asciiLower(byte)) }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "!"), UInt8(ascii: "#"),
      UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"),
      UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"),
      UInt8(ascii: "~"):
      true
    default: false
    }
  }

  private static func fieldValue(
    _ value: Value, _ name: String, _ c: CallContext
  ) throws(Fault) -> String {
    if value.isReference {
      throw Fault("the response's \(HTTPFields.shown(name)) must be a string")
    }
    let units = try c.heap.flat(try c.toText(value))
    for index in 0..<units.count {
      switch units[index] {
      case 0x00, 0x0A, 0x0D:
        throw Fault("the response's \(HTTPFields.shown(name)) holds a line break or NUL")
      case 0x09: break
      case 0..<0x20, 0x7F:
        throw Fault("the response's \(HTTPFields.shown(name)) holds a control character")
      default: break
      }
    }
    return try c.heap.text(try c.toText(value))
  }
}
