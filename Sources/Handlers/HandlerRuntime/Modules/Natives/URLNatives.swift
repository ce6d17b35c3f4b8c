/// `zigttp:url`.
enum URLNatives {
  static func register(in registry: inout NativeRegistry) {
    registry.modules[.urlParse] = parse
    registry.modules[.urlSearchParams] = { c throws(Fault) in
      let query =
        c.arguments[0].isNullish ? [] : try c.utf8Argument(0, "value", of: "urlSearchParams")
      try c.spend(slowBytes: query.count)
      let object = try c.heap.makeObject(.plain)
      for pair in PercentCoding.pairs(query) {
        // The last of equal names stays, as in `req.query`.
        try c.heap.setProperty(
          object, key: try c.heap.string(utf8: pair.name), try c.value(utf8: pair.value))
      }
      return Value(object)
    }
    registry.modules[.urlEncode] = { c throws(Fault) in
      try c.value(utf8: PercentCoding.encode(try c.utf8Argument(0, "value", of: "urlEncode")))
    }
    registry.modules[.urlDecode] = { c throws(Fault) in
      let bytes = try c.utf8Argument(0, "value", of: "urlDecode")
      guard PercentCoding.isWellFormed(bytes) else {
        throw Fault("urlDecode: a % without two hex digits")
      }
      return try c.value(utf8: PercentCoding.decode(bytes, plusIsSpace: true))
    }
  }

  private static let parse: Native = { c throws(Fault) in
    let text = try c.swiftArgument(0, "value", of: "urlParse")
    try c.spend(text.utf8.count << 1)
    guard let url = URLParts(text) else { throw Fault("urlParse: the value is not a URL") }
    let object = try c.heap.makeObject(.plain, capacity: 9)
    try c.heap.setProperty(object, .href, try c.value(text))
    try c.heap.setProperty(object, .origin, try c.value(url.origin ?? ""))
    try c.heap.setProperty(object, .protocol, try c.value(url.scheme.map { $0 + ":" } ?? ""))
    try c.heap.setProperty(object, .host, try c.value(url.hostAndPort ?? ""))
    try c.heap.setProperty(object, .hostname, try c.value(url.host ?? ""))
    let port = url.port == url.schemePort ? nil : url.port
    try c.heap.setProperty(object, .port, try c.value(port.map(String.init) ?? ""))
    try c.heap.setProperty(object, .pathname, try c.value(url.path))
    try c.heap.setProperty(object, .search, try c.value(marked("?", url.query)))
    try c.heap.setProperty(object, .hash, try c.value(marked("#", url.fragment)))
    return Value(object)
  }

  private static func marked(_ mark: String, _ text: String?) -> String {
    guard let text, !text.isEmpty else { return "" }
    return mark + text
  }
}
