import Encodings

/// What there is to look at, and where forms are sent to.
enum PageRoute: Sendable, Hashable {
  case home
  case stylesheet
  case icon
  case signIn
  case signOut
  case plans
  case plan(String)
  case approvePlan(String)
  case rejectPlan(String)
  case device
  case tokens
  case revokeToken(String)
  case grants
  case revokeGrant(String)
  case services
  case service(String)
  case audit

  // The segments of a path; `*` is a name.
  private static let shapes: [([String], @Sendable (String) -> PageRoute)] = [
    ([""], { _ in .home }),
    (["assets", "style.css"], { _ in .stylesheet }),
    (["assets", "icon.svg"], { _ in .icon }),
    (["sign-in"], { _ in .signIn }),
    (["sign-out"], { _ in .signOut }),
    (["plans"], { _ in .plans }),
    (["plans", "*"], { .plan($0) }),
    (["plans", "*", "approve"], { .approvePlan($0) }),
    (["plans", "*", "reject"], { .rejectPlan($0) }),
    (["device"], { _ in .device }),
    (["tokens"], { _ in .tokens }),
    (["tokens", "*", "revoke"], { .revokeToken($0) }),
    (["grants"], { _ in .grants }),
    (["grants", "*", "revoke"], { .revokeGrant($0) }),
    (["services"], { _ in .services }),
    (["services", "*"], { .service($0) }),
    (["audit"], { _ in .audit }),
  ]

  /// The page of a path without its query; nil for a path that is none.
  init?(path: String) {
    let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    for (shape, make) in Self.shapes where shape.count == segments.count {
      let isIt = zip(shape, segments).allSatisfy { $0 == "*" || UTF8Order.equal($0, String($1)) }
      guard isIt else { continue }
      guard let place = zip(shape, segments).first(where: { $0.0 == "*" }) else {
        self = make("")
        return
      }
      guard let name = PercentEncoding.decode(place.1), !name.isEmpty else { return nil }
      self = make(name)
      return
    }
    return nil
  }

  /// The path, names percent-encoded.
  var path: String {
    let shape = Self.shapes.first { $0.1(name) == self }?.0 ?? [""]
    return "/"
      + shape.map { $0 == "*" ? PercentEncoding.encodeSegment(name) : $0 }.joined(separator: "/")
  }

  private var name: String {
    switch self {
    case .plan(let name), .approvePlan(let name), .rejectPlan(let name), .revokeToken(let name),
      .revokeGrant(let name), .service(let name):
      name
    default: ""
    }
  }

  /// Whether there is something to look at.
  var isShown: Bool {
    switch self {
    case .signOut, .approvePlan, .rejectPlan, .revokeToken, .revokeGrant: false
    default: true
    }
  }

  /// The methods of HTTP that there are for it.
  var methods: String {
    ((isShown ? ["GET", "HEAD"] : []) + (takesForms ? ["POST"] : [])).joined(separator: ", ")
  }

  /// Whether a form is sent there.
  var takesForms: Bool {
    switch self {
    case .signIn, .signOut, .approvePlan, .rejectPlan, .device, .tokens, .revokeToken, .revokeGrant:
      true
    default: false
    }
  }
}
