import Archive
import ContentStore
import Contracts
import ControlPlaneAPI
import Digests
import Encodings
import HandlerProver
import OCIImage
import OCIRegistry
import Synchronization

@testable import ControlPlane

/// A provider whose services come up, do not, or take their time, as a test says.
final class ObedientProvider: Provider {
  private struct State {
    var orders: [DeploymentOrder] = []
    var outcome = ServiceObservation(state: .running)
    var isHeld = false
    var live: [String: ServiceObservation] = [:]
  }
  private let state = Mutex(State())

  let name = "obedient"
  let defaultSize = "small"

  func scope(of project: String) -> String { "team" }
  func url(of service: String) -> String? { "http://\(service).services.test" }

  func deploy(_ order: DeploymentOrder) async -> ServiceObservation {
    state.withLock { $0.orders.append(order) }
    while state.withLock({ $0.isHeld }), !Task.isCancelled {
      try? await Task.sleep(for: .milliseconds(5))
    }
    return state.withLock { state in
      var outcome = state.outcome
      // What fails to start does not take the place of what runs.
      if outcome.state == .running {
        outcome.image = order.image
        state.live[order.service] = outcome
      }
      return outcome
    }
  }

  func observe(_ service: String) async throws -> ServiceObservation? {
    state.withLock { $0.live[service] }
  }

  func logs(of service: String, follow: Bool) async throws -> AsyncStream<String> {
    AsyncStream { lines in
      lines.yield("started \(service)")
      lines.yield("\u{1b}[31mred\u{7}")
      lines.finish()
    }
  }

  /// How deployments end from now on.
  func ends(_ outcome: ServiceObservation) { state.withLock { $0.outcome = outcome } }
  /// Whether deployments that were begun do not end.
  func hold(_ isHeld: Bool) { state.withLock { $0.isHeld = isHeld } }
  /// Somebody changes what runs, past the control plane.
  func change(_ service: String, image: String) {
    state.withLock { $0.live[service] = ServiceObservation(image: image, state: .running) }
  }
  /// What it was told.
  var orders: [DeploymentOrder] { state.withLock { $0.orders } }
}

/// A registry on this machine, which takes what anybody here pushes.
struct OpenRegistry: RegistryAccess {
  let host: String

  func lease(project: String, service: String, expiresAt: Int64) throws -> RegistryLease {
    RegistryLease(host: host, namespace: "team", username: "push", password: "short-lived-canary")
  }
}

/// Pulls an image and looks what it holds.
struct PulledInspection: ImageInspection {
  let host: String

  func inspect(
    _ image: Digest, in repository: String, for contract: Contract
  ) async throws -> InspectedImage {
    let (host, repository) = (host, repository)
    return try await Task.detached { try Self.look(at: image, host, repository) }.value
  }

  private static func look(
    at image: Digest, _ host: String, _ repository: String
  ) throws -> InspectedImage {
    guard let place = RegistryHost(host), let name = RepositoryName(repository) else {
      throw ImageRefusal(["no such place"])
    }
    do {
      let blobs = RegistryBlobs(
        RegistryClient(RegistrySession(place, over: NetworkTransport()), name))
      let manifest = try Manifest(
        blobs.read(image, mediaType: MediaType.manifest, limit: Manifest.limit))
      guard let layer = manifest.layers.last else { throw ImageRefusal(["no layer"]) }
      let tar = try blobs.read(layer.digest, mediaType: layer.mediaType, limit: 1 << 24)
      let app = try AppContents(MemorySource(tar))
      let sources = try DeployRecord.sourcesTar(app.sources, modified: 0)
      return InspectedImage(
        contractSha: .sha256(of: app.contract),
        provenance: Provenance(sources: .sha256(of: sources), prover: Prover.version))
    } catch let error as ImageRefusal {
      throw error
    } catch {
      throw ImageRefusal(["the image cannot be read: \(error)"])
    }
  }
}
