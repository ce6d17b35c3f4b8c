import ControlPlaneAPI
import Encodings

/// A service as it is to run.
public struct DeploymentOrder: Sendable {
  /// The service.
  public var service: String
  /// What this change of it is called.
  public var deploymentID: String
  /// Goes up with each change.
  public var generation: Int64
  /// `HOST/NAMESPACE/NAME@sha256:…`
  public var image: String
  /// Its whole environment.
  public var env: [ByteName: String]
  /// Where.
  public var region: String
}

/// How a service is doing, as the provider sees it.
public struct ServiceObservation: Sendable, Hashable {
  /// What runs, where the provider knows.
  public var image: String?
  /// Whether it does.
  public var state: RunState
  /// What is to be said of that.
  public var message: String?
  /// Where it answers.
  public var url: String?

  /// From its parts.
  public init(image: String? = nil, state: RunState, message: String? = nil, url: String? = nil) {
    self.image = image
    self.state = state
    self.message = message
    self.url = url
  }
}

/// What runs services.
public protocol Provider: Sendable {
  /// `process`, `docker` …
  var name: String { get }
  /// Its division of services, for a project.
  func scope(of project: String) -> String
  /// The size of a service that asks for none.
  var defaultSize: String { get }
  /// Where a service will answer, as far as that is known before it runs.
  func url(of service: String) -> String?
  /// Brings a service to what the order says, and returns once it answers its health check or will
  /// not. Called again for an order that an earlier server may have begun.
  func deploy(_ order: DeploymentOrder) async -> ServiceObservation
  /// How a service is doing; nil for one that it does not know.
  func observe(_ service: String) async throws -> ServiceObservation?
  /// The last lines of a service's output, and with `follow` those that come.
  func logs(of service: String, follow: Bool) async throws -> AsyncStream<String>
}

/// Who may push where, for some minutes.
public struct RegistryLease: Sendable, Hashable {
  /// Host, and port where it is not the usual one.
  public var host: String
  /// Stands before the service's name.
  public var namespace: String
  /// User.
  public var username: String
  /// Password.
  public var password: String

  /// From its parts.
  public init(host: String, namespace: String, username: String, password: String) {
    self.host = host
    self.namespace = namespace
    self.username = username
    self.password = password
  }
}

/// The registry that images are pushed to.
public protocol RegistryAccess: Sendable {
  /// Lets somebody push to one repository and pull from it.
  ///
  /// - Parameter expiresAt: milliseconds since 1970.
  func lease(project: String, service: String, expiresAt: Int64) throws -> RegistryLease

  /// What it did, in the text format of Prometheus; nil where it tells that elsewhere.
  var counters: String? { get }
}

extension RegistryAccess {
  /// nil: it tells that elsewhere.
  public var counters: String? { nil }
}
