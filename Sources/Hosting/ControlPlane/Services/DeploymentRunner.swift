import ControlPlaneAPI
import GRDB
import NIOPosix
import Synchronization

/// Brings services to what was accepted, one change of a service at a time, the newest only. What a
/// server left pending, the next one does.
final class DeploymentRunner: Sendable {
  private let database: ControlPlaneDatabase
  private let audit: AuditLog
  private let box: SecretBox
  private let provider: any Provider
  private let clock: @Sendable () -> Int64
  private let threads: NIOThreadPool
  private let calls: AsyncStream<Void>
  private let call: AsyncStream<Void>.Continuation

  init(
    database: ControlPlaneDatabase, audit: AuditLog, box: SecretBox, provider: any Provider,
    clock: @escaping @Sendable () -> Int64, threads: NIOThreadPool
  ) {
    self.database = database
    self.audit = audit
    self.box = box
    self.provider = provider
    self.clock = clock
    self.threads = threads
    (calls, call) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    call.yield()
  }

  /// Something was accepted.
  func wake() { call.yield() }

  /// Works until it is cancelled.
  ///
  /// - Parameter tell: gets what went wrong.
  func run(tell: @escaping @Sendable (String) -> Void) async {
    let busy = Busy()
    await withDiscardingTaskGroup { tasks in
      for await _ in calls {
        do {
          for service in try await threads.runIfActive({ [self] in try waiting() })
          where busy.begin(service) {
            tasks.addTask { [self] in
              do { try await finishAll(of: service) } catch {
                tell("deploying \(service): \(error)")
              }
              busy.end(service)
              // What came between the last look and this is seen by the next round.
              wake()
            }
          }
        } catch { tell("looking for deployments: \(error)") }
      }
      tasks.cancelAll()
    }
  }

  /// Services that somebody works on.
  private final class Busy: Sendable {
    private let names = Mutex<Set<String>>([])

    func begin(_ name: String) -> Bool { names.withLock { $0.insert(name).inserted } }
    func end(_ name: String) { names.withLock { _ = $0.remove(name) } }
  }

  private func waiting() throws -> [String] {
    try database.pool.read { db in
      try String.fetchAll(
        db, sql: "SELECT DISTINCT service FROM deployments WHERE status = 'pending'")
    }
  }

  private func finishAll(of service: String) async throws {
    while !Task.isCancelled {
      let order = try await threads.runIfActive { [self] in try next(of: service) }
      guard let order else { return }
      let outcome = await provider.deploy(order)
      // A server that stops leaves the rest to the next one.
      if Task.isCancelled { return }
      try await threads.runIfActive { [self] in try end(order, outcome) }
    }
  }

  // The newest; those before it never were, and say so.
  private func next(of service: String) throws -> DeploymentOrder? {
    let now = clock()
    let order = try database.pool.write { db -> DeploymentOrder? in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT d.id, d.generation, d.image, s.region FROM deployments d
          JOIN services s ON s.name = d.service WHERE d.service = ? AND d.status = 'pending'
          ORDER BY d.sequence DESC
          """, arguments: [service])
      for row in rows.dropFirst() {
        try finish(
          row["id"], of: service, generation: row["generation"],
          ServiceObservation(state: .failed, message: "a newer deployment took its place"),
          now: now, in: db)
      }
      guard let row = rows.first else { return nil }
      return DeploymentOrder(
        service: service, deploymentID: row["id"], generation: row["generation"],
        image: row["image"], env: try SealedEnv(box: box, db: db).values(of: service),
        region: row["region"])
    }
    try audit.drain(database.pool)
    return order
  }

  private func end(_ order: DeploymentOrder, _ outcome: ServiceObservation) throws {
    let now = clock()
    try database.pool.write { db in
      try finish(
        order.deploymentID, of: order.service, generation: order.generation, outcome, now: now,
        in: db)
    }
    try audit.drain(database.pool)
  }

  private func finish(
    _ id: String, of service: String, generation: Int64, _ outcome: ServiceObservation,
    now: Int64, in db: Database
  ) throws {
    // A provider that gives up its word has failed.
    let state: RunState = outcome.state == .running ? .running : .failed
    try db.execute(
      sql: "UPDATE deployments SET status = ?, message = ?, url = coalesce(?, url) WHERE id = ?",
      arguments: [state.rawValue, outcome.message, outcome.url, id])
    var entry = AuditEntry(.deploymentEnded)
    (entry.service, entry.subject, entry.generation) = (service, id, generation)
    entry.reasons = [state.rawValue] + (outcome.message.map { [$0] } ?? [])
    try AuditLog.queue(entry, at: now, in: db)
  }
}
