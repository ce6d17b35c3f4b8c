/// `zigttp:http`.
enum HTTPNatives {
  static func register(in registry: inout NativeRegistry) {
    registry.modules[.parseCookies] = { c throws(Fault) in
      let header = try c.headerArgument(0, "header", of: "parseCookies")
      return Value(try c.object(of: Cookies.parse(header)))
    }
    registry.modules[.setCookie] = setCookie
    registry.modules[.negotiate] = { c throws(Fault) in
      let accept = try c.headerArgument(0, "accept", of: "negotiate")
      let offered = try c.list(c.arguments[1])
      // Each offer is held against each range.
      let ranges = accept.utf8.count { $0 == UInt8(ascii: ",") } + 1
      try c.spend(ranges * offered.count << 4)
      let best = HTTPFields.negotiate(accept: accept, offered: offered)
      guard let best else { return .undefined }
      return try c.value(best)
    }
    registry.modules[.parseContentType] = parseContentType
    registry.modules[.cors] = { c throws(Fault) in
      let origin = try c.swiftArgument(0, "origin", of: "cors")
      let reader = try OptionsReader(c, at: 1, of: "cors")
      var options = CORSHeaders.Options()
      options.methods = try reader.list("methods")
      options.headers = try reader.list("headers")
      options.exposed = try reader.list("exposeHeaders")
      options.maxAgeSeconds = try reader.seconds("maxAge", "maxAgeSeconds")
      options.allowsCredentials = try reader.flag("credentials")
      return Value(try c.object(of: CORSHeaders.make(origin: origin, options)))
    }
  }

  private static let setCookie: Native = { c throws(Fault) in
    let name = try c.swiftArgument(0, "name", of: "setCookie")
    let value = try c.swiftArgument(1, "value", of: "setCookie")
    let reader = try OptionsReader(c, at: 2, of: "setCookie")
    var options = Cookies.Options()
    options.path = try reader.text("path")
    options.domain = try reader.text("domain")
    options.maxAgeSeconds = try reader.seconds("maxAgeSeconds", "maxAge")
    options.sameSite = try reader.text("sameSite")
    options.isHTTPOnly = try reader.flag("httpOnly")
    options.isSecure = try reader.flag("secure")
    options.isPartitioned = try reader.flag("partitioned")
    let expires = try reader.value("expires")
    if expires.isNumber {
      guard CalendarTime.utc(expires.number) != nil else {
        throw Fault("setCookie: expires is not a time")
      }
      options.expires = CalendarTime.http(milliseconds: expires.number)
    } else {
      options.expires = try reader.text("expires")
    }
    return try c.value(try written(name, value, options))
  }

  private static func written(
    _ name: String, _ value: String, _ options: Cookies.Options
  ) throws(Fault) -> String {
    do throws(Cookies.Refusal) {
      return try Cookies.set(name: name, value: value, options)
    } catch {
      switch error {
      case .name: throw Fault("setCookie: the name is not a token")
      case .attribute(let name): throw Fault("setCookie: \(name) holds a character it must not")
      case .sameSite: throw Fault("setCookie: sameSite must be Strict, Lax or None")
      }
    }
  }

  private static let parseContentType: Native = { c throws(Fault) in
    let type = HTTPFields.contentType(try c.headerArgument(0, "header", of: "parseContentType"))
    let object = try c.heap.makeObject(.plain, capacity: 4)
    try c.heap.setProperty(object, .type, try c.value(type.type))
    for name in ["charset", "boundary"] {
      guard let found = type.parameter(name) else { continue }
      try c.heap.setProperty(object, key: try c.heap.string(name), try c.value(found))
    }
    try c.heap.setProperty(object, .parameters, Value(try c.object(of: type.parameters)))
    return Value(object)
  }
}
