import ControlPlaneAPI
import Digests
import GRDB

extension ControlPlane {
  private static let pageLength = 50

  /// The live service: what the database says of it, and what the provider sees.
  ///
  /// - Throws: 404, also where the caller may not see it.
  package func service(_ name: String, for caller: Caller) async throws -> LiveService {
    let record = try await record(name, for: caller)
    return record.live(await observe(name, record.status))
  }

  private func record(_ name: String, for caller: Caller) async throws -> ServiceRecord {
    let found = try await onThread { [self] in
      try read { try ServiceRecord.find(name, in: $0.db) }
    }
    guard caller.mayRead(name), let found else {
      throw ControlPlaneError.missing("there is no service \(name)")
    }
    return found
  }

  // A deployment on its way is told as the database knows it: what still runs is the version before.
  private func observe(_ name: String, _ status: RunState) async -> ServiceObservation? {
    guard status != .pending else { return nil }
    return try? await parts.provider.observe(name)
  }

  /// Services that the caller may see, by name.
  ///
  /// - Parameter from: the `next` of the page before.
  package func services(from: String?, for caller: Caller) throws -> Page<ServiceEntry> {
    let records = try read { reviews in
      try Row.fetchAll(
        reviews.db,
        sql: """
          SELECT s.*, d.status, d.url, d.sequence FROM services s
          JOIN deployments d ON d.id = s.deployment WHERE d.sequence < ? ORDER BY d.sequence DESC
          """, arguments: [Self.place(from)]
      ).map { (try ServiceRecord($0, in: reviews.db), $0["sequence"] as Int64) }
    }.filter { caller.mayRead($0.0.name) }
    let page = records.prefix(Self.pageLength)
    return Page(
      entries: page.map { ServiceEntry(name: $0.0.name, service: $0.0.live()) },
      next: records.count > page.count ? page.last.map { "\($0.1)" } : nil)
  }

  private static func place(_ from: String?) throws -> Int64 {
    guard let from else { return .max }
    guard let place = Int64(from), place > 0 else {
      throw ControlPlaneError(400, "no place in a list", "expected what next said")
    }
    return place
  }

  /// The changes of a service, newest first.
  package func deployments(
    of name: String, from: String?, for caller: Caller
  ) throws -> Page<DeploymentEntry> {
    guard caller.mayRead(name) else {
      throw ControlPlaneError.missing("there is no service \(name)")
    }
    let place = try Self.place(from)
    let rows = try read { reviews in
      guard try ServiceRecord.find(name, in: reviews.db) != nil else {
        throw ControlPlaneError.missing("there is no service \(name)")
      }
      return try Row.fetchAll(
        reviews.db,
        sql: """
          SELECT * FROM deployments WHERE service = ? AND sequence < ?
          ORDER BY sequence DESC LIMIT ?
          """, arguments: [name, place, Self.pageLength + 1])
    }
    let page = rows.prefix(Self.pageLength)
    return Page(
      entries: page.compactMap(Self.entry),
      next: rows.count > page.count ? page.last.map { "\($0["sequence"] as Int64)" } : nil)
  }

  private static func entry(_ row: Row) -> DeploymentEntry? {
    guard let sha = Digest(sha256Hex: row["contract_sha"] as String) else { return nil }
    return DeploymentEntry(
      deploymentID: row["id"], generation: row["generation"], image: row["image"],
      contractSha: sha, createdAt: row["created"], email: row["email"],
      status: RunState(rawValue: row["status"]) ?? .pending, message: row["message"])
  }

  /// How a change goes.
  ///
  /// - Throws: 404.
  func deployment(_ id: String, for caller: Caller) throws -> DeploymentStatus {
    let row = try read { reviews in
      try Row.fetchOne(
        reviews.db, sql: "SELECT * FROM deployments WHERE id = ?", arguments: [id])
    }
    guard let row, caller.mayRead(row["service"]) else {
      throw ControlPlaneError.missing("there is no such deployment")
    }
    return DeploymentStatus(
      status: RunState(rawValue: row["status"]) ?? .pending, message: row["message"],
      url: row["url"])
  }

  /// A service's output.
  ///
  /// - Throws: 404.
  func logs(
    of name: String, follow: Bool, for caller: Caller
  ) async throws -> AsyncStream<String> {
    _ = try await record(name, for: caller)
    return try await parts.provider.logs(of: name, follow: follow)
  }
}
