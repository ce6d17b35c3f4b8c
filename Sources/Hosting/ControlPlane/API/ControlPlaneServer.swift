import Encodings
import HTTPListener

/// Serves a control plane over HTTP.
public struct ControlPlaneServer: Sendable {
  private let plane: ControlPlane
  private let options: ControlPlaneOptions
  private let pages: (any PageResponder)?

  /// A server of a control plane.
  ///
  /// - Parameter pages: answers people; nil for a server that only programs ask.
  public init(
    _ plane: ControlPlane, _ options: ControlPlaneOptions, pages: (any PageResponder)? = nil
  ) {
    self.plane = plane
    self.options = options
    self.pages = pages
  }

  /// Serves until the process gets SIGTERM or SIGINT, or its task is cancelled; then no request is
  /// taken any more, those that are under way may end, and this returns. Deployments that are under
  /// way are the next server's.
  ///
  /// - Throws: what kept it from listening.
  public func run() async throws {
    try await SharedListener(
      [:], other: mounted(), options.listener, authorities: plane.policy.authorities
    ).run()
  }

  /// The calls at a listener that they share with others, `/healthz`, `/readyz` and `/metrics` among
  /// them.
  public func mounted() -> MountedService {
    let (plane, log) = (plane, options.log)
    let responder = ControlPlaneResponder(plane: plane, options: options, pages: pages)
    return MountedService(responder) {
      await plane.runner.run { log(SafeText(escaping: $0)) }
    }
  }
}
