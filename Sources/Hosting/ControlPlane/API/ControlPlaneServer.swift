import Encodings
import HTTPListener

/// Serves a control plane over HTTP.
public struct ControlPlaneServer: Sendable {
  private let plane: ControlPlane
  private let options: ControlPlaneOptions

  /// A server of a control plane.
  public init(_ plane: ControlPlane, _ options: ControlPlaneOptions) {
    self.plane = plane
    self.options = options
  }

  /// Serves until the process gets SIGTERM or SIGINT, or its task is cancelled; then no request is
  /// taken any more, those that are under way may end, and this returns. Deployments that are under
  /// way are the next server's.
  ///
  /// - Throws: what kept it from listening.
  public func run() async throws {
    let responder = ControlPlaneResponder(plane: plane, options: options)
    let (plane, log) = (plane, options.log)
    try await ListeningServer(responder, options.listener).run {
      await plane.runner.run { log(SafeText(escaping: $0)) }
    }
  }
}
