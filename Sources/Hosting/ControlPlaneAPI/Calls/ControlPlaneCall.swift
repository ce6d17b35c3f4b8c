import Encodings

/// What can be asked of a control plane: one case a path, whatever the method.
///
/// Reference: control-plane.md, table of calls.
public enum ControlPlaneCall: Sendable, Hashable {
  case startDevice
  case pollDevice
  case verifyToken
  case logout
  case openSession
  case plan(String)
  case approvePlan(String)
  case rejectPlan(String)
  case grants
  case projectGrants(String)
  case revokeGrant(String)
  case services
  case service(String)
  case serviceDeployments(String)
  case serviceLogs(String)
  case deployment(String)
  case auditCheckpoint

  // The segments behind `/v1/`; `*` is a name.
  private static let shapes: [([String], @Sendable (String) -> ControlPlaneCall)] = [
    (["auth", "device", "start"], { _ in .startDevice }),
    (["auth", "device", "poll"], { _ in .pollDevice }),
    (["auth", "token", "verify"], { _ in .verifyToken }),
    (["auth", "logout"], { _ in .logout }),
    (["deploy", "session"], { _ in .openSession }),
    (["deploy", "plans", "*"], { .plan($0) }),
    (["deploy", "plans", "*", "approve"], { .approvePlan($0) }),
    (["deploy", "plans", "*", "reject"], { .rejectPlan($0) }),
    (["grants"], { _ in .grants }),
    (["projects", "*", "grants"], { .projectGrants($0) }),
    (["grants", "*", "revoke"], { .revokeGrant($0) }),
    (["services"], { _ in .services }),
    (["services", "*"], { .service($0) }),
    (["services", "*", "deployments"], { .serviceDeployments($0) }),
    (["services", "*", "logs"], { .serviceLogs($0) }),
    (["deployments", "*"], { .deployment($0) }),
    (["audit", "checkpoint"], { _ in .auditCheckpoint }),
  ]

  /// The path, names percent-encoded.
  public var path: String {
    let name = PercentEncoding.encodeSegment(self.name ?? "")
    let shape = Self.shapes.first { $0.1(self.name ?? "") == self }?.0 ?? []
    return "/v1/" + shape.map { $0 == "*" ? name : $0 }.joined(separator: "/")
  }

  /// The call of a path without its query; nil for a path that is none.
  public init?(path: some StringProtocol) {
    let segments = path.split(separator: "/", omittingEmptySubsequences: false)
    guard segments.count > 2, segments[0].isEmpty, segments[1] == "v1" else { return nil }
    let rest = Array(segments[2...])
    for (shape, make) in Self.shapes where shape.count == rest.count {
      let isIt = zip(shape, rest).allSatisfy { $0 == "*" || UTF8Order.equal($0, String($1)) }
      guard isIt else { continue }
      guard let at = shape.firstIndex(of: "*") else {
        self = make("")
        return
      }
      guard let name = PercentEncoding.decode(rest[at]), !name.isEmpty else { return nil }
      self = make(name)
      return
    }
    return nil
  }

  /// The name in the path.
  private var name: String? {
    switch self {
    case .plan(let name), .approvePlan(let name), .rejectPlan(let name), .projectGrants(let name),
      .revokeGrant(let name), .service(let name), .serviceDeployments(let name),
      .serviceLogs(let name), .deployment(let name):
      name
    default: nil
    }
  }

  /// The methods that there are for it.
  public var methods: [String] {
    switch self {
    case .startDevice, .pollDevice, .verifyToken, .logout, .openSession, .approvePlan, .rejectPlan,
      .revokeGrant:
      ["POST"]
    case .service: ["GET", "PUT"]
    default: ["GET"]
    }
  }
}
