import ControlPlane

/// A provider that runs nothing: the control plane reviews and keeps images, and something else runs
/// what `GET /v1/services` names.
struct RegistryOnly: Provider {
  let name = "none"
  let defaultSize = "none"

  func scope(of project: String) -> String { "default" }
  func url(of service: String) -> String? { nil }

  func deploy(_ order: DeploymentOrder) async -> ServiceObservation {
    ServiceObservation(
      image: order.image, state: .running, message: "accepted; this control plane runs nothing")
  }

  func observe(_ service: String) async throws -> ServiceObservation? { nil }

  func logs(of service: String, follow: Bool) async throws -> AsyncStream<String> {
    AsyncStream { $0.finish() }
  }
}
