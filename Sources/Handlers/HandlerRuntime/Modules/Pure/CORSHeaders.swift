/// The response headers of cross-origin resource sharing.
/// Reference: Fetch standard, section 3.3 (CORS protocol).
enum CORSHeaders {
  /// What besides the origin is allowed.
  struct Options {
    var methods: [String]?
    var headers: [String]?
    var exposed: [String]?
    var maxAgeSeconds: Int?
    var allowsCredentials = false
  }

  /// Field names in lower case with their values, in a fixed order. `vary: origin` is there unless
  /// every origin is allowed.
  static func make(origin: String, _ options: Options) -> [(name: String, value: String)] {
    var out = [("access-control-allow-origin", origin)]
    if let methods = options.methods {
      out.append(("access-control-allow-methods", methods.joined(separator: ", ")))
    }
    if let headers = options.headers {
      out.append(("access-control-allow-headers", headers.joined(separator: ", ")))
    }
    if let exposed = options.exposed {
      out.append(("access-control-expose-headers", exposed.joined(separator: ", ")))
    }
    if let age = options.maxAgeSeconds { out.append(("access-control-max-age", String(age))) }
    // A browser refuses credentials together with a wildcard; leaving the field out says so plainly.
    if options.allowsCredentials && origin != "*" {
      out.append(("access-control-allow-credentials", "true"))
    }
    if origin != "*" { out.append(("vary", "origin")) }
    return out.map { (name: $0.0, value: $0.1) }
  }
}
