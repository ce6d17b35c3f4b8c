import ControlPlaneAPI
import Encodings
import FoundationEssentials
import GRDB

/// A service as the database has it, without its environment's values.
struct ServiceRecord: Sendable {
  var name: String
  var id: String
  var scope: String
  var region: String
  var size: String
  var image: String
  var generation: Int64
  var deployment: String
  var envKeys: [String]
  var status: RunState
  var url: String?

  static func find(_ name: String, in db: Database) throws -> ServiceRecord? {
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT s.*, d.status, d.url FROM services s JOIN deployments d ON d.id = s.deployment
        WHERE s.name = ?
        """, arguments: [name])
    return try row.map { try ServiceRecord($0, in: db) }
  }

  init(_ row: Row, in db: Database) throws {
    name = row["name"]
    id = row["id"]
    scope = row["scope"]
    region = row["region"]
    size = row["size"]
    image = row["image"]
    generation = row["generation"]
    deployment = row["deployment"]
    status = RunState(rawValue: row["status"]) ?? .pending
    url = row["url"]
    envKeys = try String.fetchAll(
      db, sql: "SELECT name FROM env WHERE service = ? ORDER BY name", arguments: [name])
  }

  /// As it is answered, with what the provider sees where it was asked.
  func live(_ observed: ServiceObservation? = nil) -> LiveService {
    LiveService(
      serviceID: id, scopeID: scope, region: region, planID: size,
      image: observed?.image ?? image, envKeys: envKeys, status: observed?.state ?? status,
      url: observed?.url ?? url, generation: generation)
  }
}

/// The environment of services, sealed.
struct SealedEnv {
  let box: SecretBox
  let db: Database

  /// Sets values, keeps those that are named, removes every other one.
  func replace(_ values: [ByteName: String], keeping kept: [String], of service: String) throws {
    let known = try String.fetchAll(
      db, sql: "SELECT name FROM env WHERE service = ?", arguments: [service])
    let stays = Set(kept.map { ByteName($0) }).union(values.keys)
    for name in known where !stays.contains(name) {
      try db.execute(
        sql: "DELETE FROM env WHERE service = ? AND name = ?", arguments: [service, name])
    }
    for (name, value) in values {
      let sealed = try box.seal(value, service: service, name: name.text)
      try db.execute(
        sql: "INSERT OR REPLACE INTO env(service, name, sealed) VALUES (?, ?, ?)",
        arguments: [service, name.text, Data(sealed)])
    }
  }

  /// The values, for the provider alone.
  func values(of service: String) throws -> [ByteName: String] {
    var out: [ByteName: String] = [:]
    let rows = try Row.fetchAll(
      db, sql: "SELECT name, sealed FROM env WHERE service = ?", arguments: [service])
    for row in rows {
      let name: String = row["name"]
      out[ByteName(name)] = try box.open(
        Array(row["sealed"] as Data), service: service, name: name)
    }
    return out
  }
}
