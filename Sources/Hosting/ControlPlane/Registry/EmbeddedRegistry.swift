import ContentStore
import Digests
import Encodings
import Files
import HTTPListener
import OCIImage
import RegistryServer
import Synchronization

/// The registry that the control plane brings along: a repository a service, in the control plane's
/// own folder and at its own address.
///
/// Who has a session may push to the service's repository and pull from it for as long as the session
/// lasts; who has a token of the control plane may pull from those of his projects. Nobody deletes.
/// Reference: control-plane.md, "Registry layout".
public final class EmbeddedRegistry: RegistryAccess {
  /// Stands before every service's name.
  public static let namespace = "services"

  /// What it stores.
  public let store: RegistryStore
  private let key: LeaseKey
  private let database: ControlPlaneDatabase
  private let clock: @Sendable () -> Int64
  private let address: Mutex<String>
  private let server = Mutex<RegistryServer?>(nil)

  /// Opens the registry of a folder, making it where there is none.
  ///
  /// - Parameters:
  ///   - address: host, and port where it is not the usual one, as clients reach it.
  ///   - clock: milliseconds since 1970.
  public init(
    _ folder: DataFolder, address: String,
    clock: @escaping @Sendable () -> Int64 = ControlPlane.systemClock
  ) throws {
    try folder.make()
    store = try RegistryStore(
      folder: folder.registry, maximumUploads: Self.mostUploads, fileSystem: folder.fileSystem)
    key = try LeaseKey(folder)
    database = try ControlPlaneDatabase(folder.database)
    self.address = Mutex(address)
    self.clock = clock
  }

  private static let mostUploads = 256
  private static let mostBlobBytes: UInt64 = 1 << 30
  private static let mostRepositoryBytes: UInt64 = 32 << 30
  private static let mostManifests = 100_000

  /// The port is known once somebody listens.
  public func move(to address: String) { self.address.withLock { $0 = address } }

  /// Serves the registry at a listener.
  public func mounted(
    at listener: ListenerOptions, log: @escaping @Sendable (SafeText) -> Void
  ) throws -> MountedService {
    let access = AccessPolicy(anonymous: [], tokens: Holders(registry: self))
    var options = try RegistryOptions(listener, access: access)
    options.limits.blob = Self.mostBlobBytes
    options.limits.uploads = Self.mostUploads
    options.limits.repository = Self.mostRepositoryBytes
    options.limits.manifests = Self.mostManifests
    options.log = log
    let server = RegistryServer(store, options)
    self.server.withLock { $0 = server }
    return server.mounted()
  }

  /// What it did since it is served; nil before.
  public var counters: String? { server.withLock { $0 }?.counters }

  /// Where a service's images lie.
  static func repository(of service: String) throws -> RepositoryName {
    guard let name = RepositoryName("\(namespace)/\(service)") else {
      throw ControlPlaneError(400, "no name of a repository", "'\(service)'")
    }
    return name
  }

  /// Credentials for the repository of a service.
  public func lease(project: String, service: String, expiresAt: Int64) throws -> RegistryLease {
    let password = key.password(
      for: try Self.repository(of: service), [.pull, .push], expiresAt: expiresAt)
    return RegistryLease(
      host: address.withLock { $0 }, namespace: Self.namespace, username: "session",
      password: password)
  }

  /// What a repository has; nil where nothing was pushed to it yet.
  public func objects(in repository: String) -> RepositoryBlobs? {
    RepositoryName(repository).flatMap { store.repository($0) }.map { RepositoryBlobs($0) }
  }

  /// Leases, and the tokens of the control plane itself.
  private struct Holders: TokenHolders {
    let registry: EmbeddedRegistry

    func holder(of secret: String) throws(RegistryError) -> AccessToken? {
      let now = registry.clock()
      if let lease = registry.key.holder(of: secret, now: now) { return lease }
      let caller: Caller?
      do {
        caller = try registry.database.pool.read { db in
          try Tokens.holder(of: secret, now: now, in: db)
        }
      } catch {
        throw RegistryError(.unknown, 500, "the registry could not read its data")
      }
      guard let caller else { return nil }
      let names: [String] =
        switch caller.projects {
        case .all: ["\(EmbeddedRegistry.namespace)/*"]
        case .only(let projects):
          caller.rights.contains(.admin)
            ? ["\(EmbeddedRegistry.namespace)/*"]
            : projects.sortedTexts.map { "\(EmbeddedRegistry.namespace)/\($0)" }
        }
      return AccessToken(
        id: caller.tokenID, hash: .sha256(of: secret), rights: [.pull],
        repositories: names.compactMap { RepositoryPattern($0) })
    }
  }
}
