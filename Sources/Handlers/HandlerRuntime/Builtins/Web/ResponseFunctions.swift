import Encodings

/// `Response.json`, `text`, `html`, `redirect`, `rawJson`, `base64`, and the methods of what they make.
///
/// A Response has the fields `status`, `headers`, `body` and `ok`. It may be stored and spread.
enum ResponseFunctions {
  /// Puts them into a registry.
  static func register(in registry: inout NativeRegistry) {
    registry.members[.responseJson] = json
    registry.members[.responseText] = { c throws(Fault) in
      try make(c, try body(c.arguments[0], c), "text/plain; charset=utf-8")
    }
    registry.members[.responseHtml] = html
    registry.members[.responseRawJson] = { c throws(Fault) in
      try make(c, try body(c.arguments[0], c), "application/json")
    }
    registry.members[.responseRedirect] = redirect
    registry.members[.responseBase64] = base64
    registry.methods[.responseText] = { c throws(Fault) in
      try body(c.heap.property(try c.receiverObject(.response), .body) ?? .undefined, c)
    }
    registry.methods[.responseBase64] = { c throws(Fault) in
      let body = c.heap.property(try c.receiverObject(.response), .body) ?? .undefined
      return try BodyBytes.base64(body, c)
    }
    registry.methods[.responseJson] = { c throws(Fault) in
      let body = c.heap.property(try c.receiverObject(.response), .body) ?? .undefined
      return try RequestObject.parsedBody(body, c)
    }
  }

  /// A Response.
  ///
  /// - Parameters:
  ///   - status: 200 to 599.
  ///   - headers: an object of class headers.
  ///   - body: a string.
  static func make(
    status: Int, headers: ObjectRef, body: Value, _ c: CallContext
  ) throws(Fault) -> Value {
    let response = try c.heap.makeObject(.response, capacity: 4)
    try c.heap.setProperty(response, .status, Value(status))
    try c.heap.setProperty(response, .headers, Value(headers))
    try c.heap.setProperty(response, .body, body)
    try c.heap.setProperty(response, .ok, Value((200..<300).contains(status)))
    return Value(response)
  }

  /// A Response from what another service answered.
  static func make(_ message: RuntimeResponse, _ c: CallContext) throws(Fault) -> Value {
    let headers = try HeaderMethods.make(message.headers, c)
    let body = Value(try c.heap.received(message.body))
    return try make(status: message.status, headers: headers, body: body, c)
  }

  private static func body(_ value: Value, _ c: CallContext) throws(Fault) -> Value {
    value.isNullish ? try c.text("") : Value(try c.heap.plain(try c.toText(value)))
  }

  private static func json(_ c: CallContext) throws(Fault) -> Value {
    guard let text = try JSONWriter.text(of: c.arguments[0], c) else {
      throw Fault(
        "Response.json: \(Conversion.kindName(of: c.arguments[0])) has no JSON")
    }
    return try make(c, Value(text), "application/json")
  }

  private static func html(_ c: CallContext) throws(Fault) -> Value {
    let value = c.arguments[0]
    let isElement = value.isObject && value.object.objectClass == .element
    let body = isElement ? try HTMLRenderer.text(of: value, c) : try body(value, c)
    return try make(c, body, "text/html; charset=utf-8")
  }

  /// `Response.base64(text, init)`: answers the bytes that the text stands for.
  private static func base64(_ c: CallContext) throws(Fault) -> Value {
    let text = try c.utf8Argument(0, "text", of: "Response.base64")
    guard let bytes = Base64.decodeLenient(text) else {
      throw Fault("Response.base64: the text is not base64")
    }
    try c.spend(bytes.count)
    return try make(c, Value(try c.heap.received(bytes)), "application/octet-stream")
  }

  /// A Response with the `{status, headers}` of the second argument.
  private static func make(
    _ c: CallContext, _ body: Value, _ contentType: StaticString
  ) throws(Fault) -> Value {
    let headers = try c.heap.makeObject(.headers, capacity: 2)
    try c.heap.setProperty(headers, key: try c.heap.string("content-type"), try c.text(contentType))
    let options = c.arguments[1]
    guard !options.isNullish else { return try make(status: 200, headers: headers, body: body, c) }
    guard options.isObject else {
      throw Fault("a response's options must be an object with status and headers")
    }
    try setHeaders(c.field(options, .headers), on: headers, c)
    let status = c.field(options, .status)
    return try make(
      status: status.isUndefined ? 200 : try checkedStatus(status), headers: headers, body: body, c)
  }

  private static func redirect(_ c: CallContext) throws(Fault) -> Value {
    let location = Value(try c.toText(c.arguments[0]))
    var status = 302
    let headers = try c.heap.makeObject(.headers, capacity: 2)
    let option = c.arguments[1]
    if option.isNumber {
      status = try checkedStatus(option)
    } else if option.isObject {
      try setHeaders(c.field(option, .headers), on: headers, c)
      let given = c.field(option, .status)
      if !given.isUndefined { status = try checkedStatus(given) }
    } else if !option.isNullish {
      throw Fault("Response.redirect: \(Conversion.kindName(of: option)) is not a status")
    }
    guard [301, 302, 303, 307, 308].contains(status) else {
      throw Fault("Response.redirect: the status is none of 301, 302, 303, 307 and 308")
    }
    try c.heap.setProperty(headers, .location, location)
    return try make(status: status, headers: headers, body: try c.text(""), c)
  }

  private static func setHeaders(
    _ given: Value, on headers: ObjectRef, _ c: CallContext
  ) throws(Fault) {
    if given.isNullish { return }
    guard given.isObject else { throw Fault("a response's headers must be an object") }
    try c.heap.forEachProperty(given.object) { (name, value) throws(Fault) in
      if !value.isNullish { try c.heap.setProperty(headers, key: name, value) }
    }
  }

  /// A status as a handler may answer it.
  static func checkedStatus(_ value: Value) throws(Fault) -> Int {
    guard let status = value.index, (200...599).contains(status) else {
      throw Fault("a response's status must be a whole number from 200 to 599")
    }
    return status
  }
}
