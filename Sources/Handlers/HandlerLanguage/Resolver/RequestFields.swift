/// Fields of the request that other servers have, or that are misspelt: where no file sets such a field,
/// it is undefined in every request.
struct RequestFields {
  /// Names of the fields that are stored anywhere, on whatever.
  let stored: Set<String>
  /// Whether a field may be stored under a name that is computed.
  let mayGainAny: Bool

  /// Reports a read of a field that a request certainly has not.
  func check(_ name: String, at position: SourcePosition, _ diagnostics: inout DiagnosticSink) {
    guard !mayGainAny, !stored.contains(name), !Self.fields.contains(name),
      BuiltinMethod.method(of: .request, named: name) == nil, let advice = Self.advice(for: name)
    else { return }
    diagnostics.report(
      .unknownField, "a request has no field `\(name)`, and nothing sets it", advice, at: position)
  }

  /// What a request has besides its methods.
  static let fields: Set<String> = ["method", "url", "path", "query", "params", "headers", "body"]

  /// Nil for a name that may be anybody's own.
  private static func advice(for name: String) -> String? {
    switch name {
    case "cookies": "write `parseCookies(req.headers.cookie)`, of \"zigttp:http\""
    case "ip", "ips", "remoteAddress", "connection", "socket":
      "what connects is the proxy in front: read the header that it sets"
    case "pathname", "originalUrl": "write `req.\(name == "pathname" ? "path" : "url")`"
    case "searchParams", "nextUrl": "write `req.query.name`"
    case "hostname", "host": "write `req.headers.host`"
    case "form", "files": "write `urlSearchParams(req.text())`, of \"zigttp:url\""
    default:
      name.utf8.count > 3
        ? Closest.match(name, among: fields.sorted()).map { "did you mean `\($0)`?" } : nil
    }
  }
}

/// A value whose elements are asked for.
struct Iteration {
  enum Use { case loop, spread, fromEntries }
  var value: Expression
  var use: Use
}

extension ReceiverKinds {
  /// Reports loops over what certainly is no list.
  func checkIterations(_ iterations: [Iteration], _ diagnostics: inout DiagnosticSink) {
    for iteration in iterations {
      guard let value = certain(iteration.value), let what = Self.described(value) else { continue }
      let advice =
        switch iteration.use {
        case .fromEntries: "it is an object: use it as it is, or write `{ ...value }`"
        case .loop, .spread:
          if case .kinds([.number]) = value {
            "write `range(n)`"
          } else {
            "write `Object.entries(value)`"
          }
        }
      diagnostics.report(
        .notIterable, "\(what) is no list: this fails each time", advice,
        at: iteration.value.position)
    }
  }

  private static func described(_ value: CertainValue) -> String? {
    switch value {
    case .record: "an object of strings"
    case .object: "an object"
    case .function: nil
    case .kinds(let kinds):
      kinds.count == 1 && !kinds.isSubset(of: [.string, .array]) ? kinds.first?.described : nil
    }
  }
}
