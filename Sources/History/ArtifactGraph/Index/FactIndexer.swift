import Contracts
import Digests
import GRDB

/// Keeps each set of facts and each difference between two of them once.
final class FactIndexer {
  private let db: Database
  // What is remembered is bounded in number and in bytes: a ledger may hold anything.
  private var ids: [[UInt8]: Int64] = [:]
  private var known: [Int64: Facts] = [:]
  private var deltas: [Pair: StoredDelta] = [:]
  private var items: [ItemKey: Int64] = [:]
  private static let rememberedFacts = 512
  private static let rememberedBytes = 8 << 10

  private let findFacts: SQLStatement
  private let insertFacts: SQLStatement
  private let bodyOfFacts: SQLStatement
  private let insertFactItem: SQLStatement
  private let findItem: SQLStatement
  private let insertItem: SQLStatement
  private let findDelta: SQLStatement
  private let insertDelta: SQLStatement
  private let insertChange: SQLStatement

  struct StoredDelta {
    /// nil where nothing changed.
    var id: Int64?
    var verdict: Verdict
  }
  private struct Pair: Hashable {
    var base: Int64
    var head: Int64
  }
  private struct ItemKey: Hashable {
    var section: Change.Section
    @Bytewise var item: String
  }

  init(_ db: Database) throws {
    self.db = db
    findFacts = try SQLStatement(db, "SELECT id FROM facts WHERE key = ?")
    insertFacts = try SQLStatement(
      db, "INSERT INTO facts (key, contract_sha, proof_level, body) VALUES (?, ?, ?, ?)")
    bodyOfFacts = try SQLStatement(db, "SELECT body FROM facts WHERE id = ?")
    insertFactItem = try SQLStatement(db, "INSERT OR IGNORE INTO fact_items VALUES (?, ?)")
    findItem = try SQLStatement(db, "SELECT id FROM items WHERE section = ? AND item = ?")
    insertItem = try SQLStatement(db, "INSERT INTO items (section, item) VALUES (?, ?)")
    findDelta = try SQLStatement(
      db, "SELECT id, verdict FROM fact_deltas WHERE base = ? AND head = ?")
    insertDelta = try SQLStatement(
      db, "INSERT INTO fact_deltas (base, head, verdict) VALUES (?, ?, ?)")
    insertChange = try SQLStatement(db, "INSERT INTO fact_changes VALUES (?, ?, ?, ?, ?, ?)")
  }

  /// The facts that some JSON says; throws `JSONError`.
  func id(of bytes: [UInt8]) throws -> Int64 {
    let isRemembered = bytes.count <= Self.rememberedBytes
    if isRemembered, let id = ids[bytes] { return id }
    let id = try id(of: Facts(json: try JSONReader.lenient(bytes)))
    if isRemembered {
      if ids.count >= Self.rememberedFacts { ids = [:] }
      ids[bytes] = id
    }
    return id
  }

  private func id(of facts: Facts) throws -> Int64 {
    let body = facts.json.minifiedBytes
    let key = Digest.sha256(of: body).bytes
    findFacts.bind(1, blob: key)
    if let found = try findFacts.first({ findFacts.int(0) }) {
      remember(facts, found, body.count)
      return found
    }
    insertFacts.bind(1, blob: key)
    insertFacts.bind(2, facts.contractSha)
    insertFacts.bind(3, facts.proofLevel.rawValue)
    try body.withUnsafeBufferPointer {
      insertFacts.bind(4, text: $0, copying: false)
      try insertFacts.run()
    }
    let id = db.lastInsertedRowID
    for section in Change.Section.allCases {
      for item in facts.items(of: section) {
        insertFactItem.bind(1, id)
        insertFactItem.bind(2, try self.item(section, item))
        try insertFactItem.run()
      }
    }
    remember(facts, id, body.count)
    return id
  }

  private func remember(_ facts: Facts, _ id: Int64, _ size: Int) {
    guard size <= Self.rememberedBytes else { return }
    if known.count >= Self.rememberedFacts { known = [:] }
    known[id] = facts
  }

  private func item(_ section: Change.Section, _ item: String) throws -> Int64 {
    let key = ItemKey(section: section, item: item)
    if let id = items[key] { return id }
    findItem.bind(1, section.rawValue)
    findItem.bind(2, item)
    var id = try findItem.first { findItem.int(0) }
    if id == nil {
      insertItem.bind(1, section.rawValue)
      insertItem.bind(2, item)
      try insertItem.run()
      id = db.lastInsertedRowID
    }
    if item.utf8.count <= 1024 {
      if items.count >= 8 * Self.rememberedFacts { items = [:] }
      items[key] = id
    }
    return id ?? 0
  }

  /// What turns one set of facts into another.
  func delta(from base: Int64, to head: Int64) throws -> StoredDelta {
    if base == head { return StoredDelta(id: nil, verdict: .safe) }
    let pair = Pair(base: base, head: head)
    if let delta = deltas[pair] { return delta }
    let delta = try stored(pair) ?? insert(pair)
    if deltas.count >= 8 * Self.rememberedFacts { deltas = [:] }
    deltas[pair] = delta
    return delta
  }

  private func stored(_ pair: Pair) throws -> StoredDelta? {
    findDelta.bind(1, pair.base)
    findDelta.bind(2, pair.head)
    return try findDelta.first {
      StoredDelta(id: findDelta.int(0), verdict: try Verdict(stored: findDelta.text(1)))
    }
  }

  private func insert(_ pair: Pair) throws -> StoredDelta {
    let delta = Delta.between(try facts(pair.base), try facts(pair.head))
    if delta.changes.isEmpty { return StoredDelta(id: nil, verdict: delta.verdict) }
    insertDelta.bind(1, pair.base)
    insertDelta.bind(2, pair.head)
    insertDelta.bind(3, delta.verdict.rawValue)
    try insertDelta.run()
    let id = db.lastInsertedRowID
    for (place, change) in delta.changes.enumerated() {
      let (word, was, now) = change.columns
      insertChange.bind(1, id)
      insertChange.bind(2, Int64(place))
      insertChange.bind(3, try item(change.section, change.item))
      insertChange.bind(4, word)
      insertChange.bind(5, was)
      insertChange.bind(6, now)
      try insertChange.run()
    }
    return StoredDelta(id: id, verdict: delta.verdict)
  }

  private func facts(_ id: Int64) throws -> Facts {
    if let facts = known[id] { return facts }
    bodyOfFacts.bind(1, id)
    let body = try bodyOfFacts.first { bodyOfFacts.text(0) } ?? ""
    let facts = Facts(json: try JSONReader.lenient(Array(body.utf8)))
    remember(facts, id, body.utf8.count)
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
  /// `change`, `was` and `now` of `fact_changes`.
  fileprivate var columns: (word: String, was: String?, now: String?) {
    switch kind {
    case .added: ("added", nil, nil)
    case .removed: ("removed", nil, nil)
    case .changed(let from, let to): ("changed", from, to)
    }
  }

  /// The columns that ``init(_:)`` reads, of the changes of one delta in order.
  static let query = """
    SELECT i.section, i.item, c.change, c.was, c.now FROM fact_changes AS c
    JOIN items AS i ON i.id = c.item WHERE c.delta = ? ORDER BY c.place
    """

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
