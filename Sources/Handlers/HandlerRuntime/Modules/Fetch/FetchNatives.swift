/// `zigttp:fetch`, and `fetchSync` under its global name.
enum FetchNatives {
  static func register(in registry: inout NativeRegistry) {
    registry.modules[.fetch] = fetch
    registry.globals[.fetchSync] = fetch
  }

  /// `fetch(url, {method, headers, body, redirect})`: a Response. What fails below HTTP, and a
  /// redirect that leads out of the contract, has status 599 and `ok: false`.
  private static let fetch: Native = { c throws(Fault) in
    let text = try c.swiftArgument(0, "url", of: "fetch")
    guard let url = FetchURL.parse(text), let host = url.contractHost else {
      return try response(.transportFailure("fetch: the URL is not an http or https URL"), c)
    }
    let services = try c.services()
    guard services.policy.allowsHost(host) else {
      throw Fault("fetch: the host is not in the contract", kind: .refused)
    }
    guard let outbound = services.outbound else {
      throw Fault("fetch: the contract has no capability 'network'", kind: .refused)
    }
    let request = try request(url, c)
    let answer = try c.isolateHost().waiting(c.heap) { outbound.send(request, until: $0) }
    return try response(answer, c)
  }

  private static func response(
    _ message: RuntimeResponse, _ c: CallContext
  ) throws(Fault) -> Value {
    try ResponseFunctions.make(message, c)
  }

  private static func request(_ url: URLParts, _ c: CallContext) throws(Fault) -> OutboundRequest {
    let options = try OptionsReader(c, at: 1, of: "fetch")
    let method = try FetchMethod.normalized(try options.text("method") ?? "GET")
    var request = OutboundRequest(method: method, url: url)
    request.redirects = try redirects(options, c)
    request.headers = try fields(try options.value("headers"), c)
    let body = try options.value("body")
    if body.isUndefined { return request }
    guard method != "GET", method != "HEAD" else {
      throw Fault("fetch: a request with the method \(method) has no body")
    }
    guard !body.isReference || body.isString else {
      throw Fault("fetch: body must be a string, not \(Conversion.kindName(of: body))")
    }
    // The body of a request or of a response that is passed on keeps its bytes.
    let bytes = try BodyBytes.of(try c.toText(body), c.heap)
    try c.spend(units: bytes.count)
    request.body = bytes
    if !request.headers.contains(where: { $0.name == "content-type" }) {
      request.headers.append(("content-type", "text/plain;charset=UTF-8"))
    }
    return request
  }

  private static func redirects(
    _ options: OptionsReader, _ c: CallContext
  ) throws(Fault) -> Redirects {
    switch try options.text("redirect") ?? "follow" {
    case "follow":
      let policy = try c.services().policy
      return .followed { $0.contractHost.map { policy.allowsHost($0) } ?? false }
    case "manual": return .manual
    case "error": return .refused
    default: throw Fault("fetch: redirect must be \"follow\", \"manual\" or \"error\"")
    }
  }

  // Fields in lower case. Those that frame the message or name its host are the client's.
  private static let reserved: Set<String> = [
    "host", "content-length", "transfer-encoding", "connection", "keep-alive", "upgrade", "te",
    "trailer", "expect",
  ]

  private static func fields(
    _ value: Value, _ c: CallContext
  ) throws(Fault) -> [(name: String, value: String)] {
    if value.isUndefined { return [] }
    guard value.isObject else { throw Fault("fetch: headers must be an object") }
    var out: [(name: String, value: String)] = []
    try c.heap.forEachProperty(value.object) { (key, value) throws(Fault) in
      if value.isNullish { return }
      let name = HTTPFields.lowered(try c.heap.text(key))
      guard HTTPFields.isToken(name) else { throw Fault("fetch: a header's name is not a token") }
      if reserved.contains(name) { return }
      let values = value.isArray ? (0..<value.array.count).map { value.array[$0] } : [value]
      for value in values {
        let text = try c.swiftText(value)
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
          throw Fault("fetch: \(HTTPFields.shown(name)) holds a control character")
        }
        out.append((name, text))
      }
    }
    return out
  }
}
