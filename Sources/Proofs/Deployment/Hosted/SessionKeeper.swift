import ControlPlaneAPI
import ControlPlaneClient

/// A session that is asked for again before it ends.
///
/// Reference: control-plane.md: one that ends within 120 s is asked for again with the identical
/// body, at most once a step; another namespace or registry is refused.
struct SessionKeeper {
  static let margin: Int64 = 120

  private let client: ControlPlaneClient
  private let request: SessionRequest
  private let now: @Sendable () -> Int64
  private(set) var session: DeploySession

  /// - Parameter now: milliseconds since 1970.
  init(
    _ session: DeploySession, for request: SessionRequest, of client: ControlPlaneClient,
    now: @escaping @Sendable () -> Int64
  ) {
    self.client = client
    self.request = request
    self.session = session
    self.now = now
  }

  /// Before a step; the review that is needed now, if one is.
  mutating func renew() throws -> PlanRequired? {
    guard let expires = session.expiresAt, expires - now() / 1000 < Self.margin else { return nil }
    switch try client.openSession(request) {
    case .review(let required): return required
    case .session(let next):
      let isSame =
        next.namespace == session.namespace && next.registryHost == session.registryHost
        && next.scopeID == session.scopeID && next.planID == session.planID
        && next.region == session.region
      guard isSame else {
        throw ControlPlaneClientError(
          .malformed, at: "POST \(client.address)/v1/deploy/session",
          expected: "the registry, scope, region and plan of the session before",
          found: "others")
      }
      session = next
      return nil
    }
  }
}
