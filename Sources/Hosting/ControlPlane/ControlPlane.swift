import ControlPlaneAPI
import Encodings
import Files
import GRDB
import NIOPosix
import Synchronization

/// What an operator decides of a control plane.
public struct ControlPlanePolicy: Sendable, Hashable {
  /// Whether a project's first deploy is reviewed.
  public var reviewsFirstDeploy = false
  /// Whether nobody decides on a plan that he asked for himself.
  public var needsFourEyes = false
  /// Where people reach the server, without a slash at the end; nil where it has no address of its own.
  public var publicURL: String?
  /// Milliseconds that a session is good for.
  public var sessionLifetime: Int64 = 15 * 60 * 1000
  /// Sessions of one token that are open at a time.
  public var mostSessions = 64
  /// Most bytes of a contract.
  public var mostContractBytes = 512 << 10
  /// Most bytes of a service's environment, names and values.
  public var mostEnvBytes = 256 << 10

  /// Calls of one token at once.
  public var callBurst: Int64 = 240
  /// Calls of one token a minute.
  public var callsPerMinute: Int64 = 1200

  /// The policy as it is usually.
  public init() {}

  /// Hosts, with a port where it is not the usual one, by which people reach the server.
  public var authorities: Set<String> {
    guard let publicURL, let start = publicURL.firstRange(of: "://")?.upperBound else { return [] }
    return [publicURL[start...].prefix { $0 != "/" }.lowercased()]
  }
}

/// A control plane: what it knows, what it allows, and what it tells the provider to do.
///
/// What is not async blocks while it reads and writes files: whoever serves it calls that by
/// ``onThread(_:)``.
/// Reference: control-plane.md.
public final class ControlPlane: Sendable {
  /// What it runs services with, takes images from and looks at them by.
  public struct Parts: Sendable {
    var provider: any Provider
    var registry: any RegistryAccess
    var inspection: any ImageInspection

    /// From its parts.
    public init(
      provider: any Provider, registry: any RegistryAccess, inspection: any ImageInspection
    ) {
      self.provider = provider
      self.registry = registry
      self.inspection = inspection
    }
  }

  let policy: ControlPlanePolicy
  let parts: Parts
  let database: ControlPlaneDatabase
  let audit: AuditLog
  let box: SecretBox
  let limits: RateLimits
  package let clock: @Sendable () -> Int64
  let runner: DeploymentRunner
  private let listening = Mutex<String?>(nil)
  // A thread waits for the disk most of the time.
  private let threads = NIOThreadPool(numberOfThreads: 16)

  /// Opens the folder, making it where there is none, and appends what an earlier server had no time
  /// to tell.
  ///
  /// - Parameter clock: milliseconds since 1970.
  public init(
    _ folder: DataFolder, policy: ControlPlanePolicy, parts: Parts,
    clock: @escaping @Sendable () -> Int64 = ControlPlane.systemClock
  ) throws {
    try folder.make()
    audit = try AuditLog(folder)
    database = try ControlPlaneDatabase(folder.database)
    box = try SecretBox(folder, database)
    self.policy = policy
    limits = RateLimits(policy)
    self.parts = parts
    self.clock = clock
    runner = DeploymentRunner(
      database: database, audit: audit, box: box, provider: parts.provider, clock: clock,
      threads: threads)
    threads.start()
    try audit.drain(database.pool)
  }

  deinit { threads.shutdownGracefully { _ in } }

  /// Runs what reads or writes files.
  package func onThread<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await threads.runIfActive(body)
  }

  /// The machine's clock.
  public static let systemClock: @Sendable () -> Int64 = { UTCTime.millisecondsNow }

  /// Where people reach the server: what the operator said, else where it listens.
  var publicURL: String? { policy.publicURL ?? listening.withLock { $0 } }

  /// Says where it listens, without a slash at the end.
  public func listens(at url: String) { listening.withLock { $0 = url } }

  /// The tokens.
  public var tokens: Tokens { Tokens(database) }
  var devices: DeviceFlow { DeviceFlow(database: database) }

  /// Changes something, and returns when what the audit log tells of it is on the device.
  func change<Value>(_ body: (Reviews) throws -> Value) throws -> Value {
    let now = clock()
    let value = try database.pool.write { db in try body(reviews(db, now)) }
    try audit.drain(database.pool)
    return value
  }

  func read<Value>(_ body: (Reviews) throws -> Value) throws -> Value {
    let now = clock()
    return try database.pool.read { db in try body(reviews(db, now)) }
  }

  /// Writes down what was refused.
  func note(_ entry: AuditEntry) throws {
    let now = clock()
    try database.pool.write { db in try AuditLog.queue(entry, at: now, in: db) }
    try audit.drain(database.pool)
  }

  private func reviews(_ db: Database, _ now: Int64) -> Reviews {
    Reviews(db: db, now: now, reviewsFirstDeploy: policy.reviewsFirstDeploy)
  }
}
