import Contracts
import ControlPlaneAPI
import Digests
import Encodings
import Synchronization

@testable import ControlPlane

/// A provider that does what a test says, and remembers what it was told.
final class ScriptedProvider: Provider {
  private struct State {
    var orders: [DeploymentOrder] = []
    var outcomes: [String: ServiceObservation] = [:]
    var live: [String: ServiceObservation] = [:]
    var isHeld = false
  }
  private let state = Mutex(State())

  let name = "scripted"
  let defaultSize = "small"

  func scope(of project: String) -> String { "default" }
  func url(of service: String) -> String? { "http://\(service).localhost" }

  func deploy(_ order: DeploymentOrder) async -> ServiceObservation {
    state.withLock { $0.orders.append(order) }
    while state.withLock({ $0.isHeld }), !Task.isCancelled {
      try? await Task.sleep(for: .milliseconds(5))
    }
    return state.withLock { state in
      let outcome = state.outcomes[order.service] ?? ServiceObservation(state: .running)
      state.live[order.service] = outcome
      return outcome
    }
  }

  func observe(_ service: String) async throws -> ServiceObservation? {
    state.withLock { $0.live[service] }
  }

  func logs(of service: String, follow: Bool) async throws -> AsyncStream<String> {
    AsyncStream { lines in
      lines.yield("started \(service)")
      lines.finish()
    }
  }

  /// How the deployments of a service end from now on.
  func ends(_ service: String, _ outcome: ServiceObservation) {
    state.withLock { $0.outcomes[service] = outcome }
  }

  /// Whether deployments that were begun do not end.
  func hold(_ isHeld: Bool) { state.withLock { $0.isHeld = isHeld } }

  /// Somebody changes a service by hand.
  func change(_ service: String, _ observation: ServiceObservation) {
    state.withLock { $0.live[service] = observation }
  }

  var orders: [DeploymentOrder] { state.withLock { $0.orders } }
}

/// A registry of which nobody asks more than who may push.
struct ScriptedRegistry: RegistryAccess {
  func lease(project: String, service: String, expiresAt: Int64) throws -> RegistryLease {
    RegistryLease(
      host: "registry.test:5000", namespace: "team", username: "push", password: "short-lived")
  }
}

/// An inspection that knows beforehand what each image is.
final class ScriptedInspection: ImageInspection {
  private struct State {
    var images: [Digest: Result<InspectedImage, ImageRefusal>] = [:]
    var asked: [String] = []
    var before: (@Sendable () throws -> Void)?
  }
  private let state = Mutex(State())

  func knows(_ image: Digest, as contract: Contract, _ provenance: Provenance = Provenance()) {
    let found = InspectedImage(contractSha: contract.sha256, provenance: provenance)
    state.withLock { $0.images[image] = .success(found) }
  }

  func refuses(_ image: Digest, _ reasons: [String]) {
    state.withLock { $0.images[image] = .failure(ImageRefusal(reasons)) }
  }

  /// What happens while an image is looked at.
  func meanwhile(_ body: (@Sendable () throws -> Void)?) { state.withLock { $0.before = body } }

  /// Every image that was asked for.
  var asked: [String] { state.withLock { $0.asked } }

  func inspect(
    _ image: Digest, in repository: String, for contract: Contract
  ) async throws -> InspectedImage {
    let (found, body) = state.withLock { state in
      state.asked.append("\(repository)@\(image)")
      return (state.images[image], state.before)
    }
    try body?()
    guard let found else { throw ImageRefusal(["there is no such image"]) }
    return try found.get()
  }
}

/// A clock that goes when a test says so.
final class TestClock: Sendable {
  private let time = Mutex<Int64>(1_776_602_096_789)

  var now: Int64 { time.withLock { $0 } }
  func advance(seconds: Int64) { time.withLock { $0 += seconds * 1000 } }
}
