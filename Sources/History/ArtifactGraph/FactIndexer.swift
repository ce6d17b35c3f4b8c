import Contracts
import Digests
import FoundationEssentials
import GRDB

/// Keeps each set of facts and each difference between two of them once.
struct FactIndexer {
  private let db: Database
  // Most lines repeat the facts of an earlier one byte for byte.
  private var ids: [[UInt8]: Int64] = [:]
  private var known: [Int64: Facts] = [:]
  private var deltas: [Pair: StoredDelta] = [:]
  private static let cacheLimit = 4096

  struct StoredDelta {
    var id: Int64
    var verdict: Verdict
  }
  private struct Pair: Hashable {
    var base: Int64
    var head: Int64
  }

  init(db: Database) { self.db = db }

  /// The facts that some JSON says; throws `JSONError`.
  mutating func id(of bytes: [UInt8]) throws -> Int64 {
    if let id = ids[bytes] { return id }
    let facts = Facts(json: try JSONReader.lenient(bytes))
    let id = try id(of: facts)
    if ids.count >= Self.cacheLimit { ids = [:] }
    ids[bytes] = id
    return id
  }

  private mutating func id(of facts: Facts) throws -> Int64 {
    let body = facts.json.minified
    let key = Data(Digest.sha256(of: body).bytes)
    let found = try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT id FROM facts WHERE key = ?"), arguments: [key])
    if let found { return found }
    try db.cachedStatement(
      sql: "INSERT INTO facts (key, contract_sha, proof_level, body) VALUES (?, ?, ?, ?)"
    ).execute(arguments: [key, facts.contractSha, facts.proofLevel.rawValue, body])
    let id = db.lastInsertedRowID
    let insert = try db.cachedStatement(sql: "INSERT OR IGNORE INTO fact_items VALUES (?, ?, ?)")
    for section in Change.Section.allCases {
      for item in facts.items(of: section) {
        try insert.execute(arguments: [id, section.rawValue, item])
      }
    }
    return id
  }

  /// What turns one set of facts into another.
  mutating func delta(from base: Int64, to head: Int64) throws -> StoredDelta {
    let pair = Pair(base: base, head: head)
    if let delta = deltas[pair] { return delta }
    let delta = try stored(pair) ?? insert(pair)
    if deltas.count >= Self.cacheLimit { deltas = [:] }
    deltas[pair] = delta
    return delta
  }

  private func stored(_ pair: Pair) throws -> StoredDelta? {
    let row = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT id, verdict FROM fact_deltas WHERE base = ? AND head = ?"),
      arguments: [pair.base, pair.head])
    return try row.map { StoredDelta(id: $0["id"], verdict: try Verdict(stored: $0["verdict"])) }
  }

  private mutating func insert(_ pair: Pair) throws -> StoredDelta {
    let delta = Delta.between(try facts(pair.base), try facts(pair.head))
    try db.cachedStatement(
      sql: "INSERT INTO fact_deltas (base, head, verdict) VALUES (?, ?, ?)"
    ).execute(arguments: [pair.base, pair.head, delta.verdict.rawValue])
    let id = db.lastInsertedRowID
    for (place, change) in delta.changes.enumerated() {
      try change.store(db, delta: id, place: place)
    }
    return StoredDelta(id: id, verdict: delta.verdict)
  }

  private mutating func facts(_ id: Int64) throws -> Facts {
    if let facts = known[id] { return facts }
    let body = try String.fetchOne(
      db.cachedStatement(sql: "SELECT body FROM facts WHERE id = ?"), arguments: [id])
    let facts = Facts(json: try JSONReader.lenient(Array((body ?? "").utf8)))
    if known.count >= Self.cacheLimit { known = [:] }
    known[id] = facts
    return facts
  }
}

extension Verdict {
  /// From a column of ours.
  init(stored text: String) throws {
    guard let verdict = Verdict(rawValue: text) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "verdict \(text)")
    }
    self = verdict
  }
}

extension Change {
  func store(_ db: Database, delta: Int64, place: Int) throws {
    let (word, was, now): (String, String?, String?) =
      switch kind {
      case .added: ("added", nil, nil)
      case .removed: ("removed", nil, nil)
      case .changed(let from, let to): ("changed", from, to)
      }
    try db.cachedStatement(sql: "INSERT INTO fact_changes VALUES (?, ?, ?, ?, ?, ?, ?)")
      .execute(arguments: [delta, place, section.rawValue, word, item, was, now])
  }

  init(_ row: Row) throws {
    let kind: Kind? =
      switch row["change"] as String {
      case "added": .added
      case "removed": .removed
      case "changed": .changed(from: row["was"] ?? "", to: row["now"] ?? "")
      default: nil
      }
    guard let kind, let section = Section(rawValue: row["section"]) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "fact_changes")
    }
    self.init(section: section, kind: kind, item: row["item"])
  }
}
