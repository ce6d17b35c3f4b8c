import Contracts
import Digests
import Encodings
import GRDB

/// Keeps each contract with its surface, each surface and each difference between two of them once.
final class FactIndexer {
  /// A row of `facts`.
  struct StoredFacts {
    var id: Int64
    var surface: Int64
  }

  struct StoredDelta {
    /// nil where nothing changed.
    var id: Int64?
    var verdict: Verdict
  }

  private let db: Database
  // What is remembered is bounded in number and in bytes: a ledger may hold anything.
  private var surfaceIDs: [Digest: Int64] = [:]
  private var surfaces: [Int64: Surface] = [:]
  private var deltas: [Pair: StoredDelta] = [:]
  private var items: [[ByteName: Int64]] = []
  private var itemCount = 0
  private static let remembered = 4096
  private static let rememberedSurfaces = 512
  private static let rememberedItems = 256

  private let findFacts: SQLStatement
  private let insertFacts: SQLStatement
  private let findSurface: SQLStatement
  private let insertSurface: SQLStatement
  private let reader: SurfaceReader
  private let findItem: SQLStatement
  private let insertItem: SQLStatement
  private let findDelta: SQLStatement
  private let insertDelta: SQLStatement
  private let insertChange: SQLStatement

  private struct Pair: Hashable {
    var base: Int64
    var head: Int64
  }

  init(_ db: Database) throws {
    self.db = db
    findFacts = try SQLStatement(
      db, "SELECT id FROM facts WHERE contract_sha = ? AND surface = ?")
    insertFacts = try SQLStatement(db, "INSERT INTO facts (contract_sha, surface) VALUES (?, ?)")
    findSurface = try SQLStatement(db, "SELECT id FROM surfaces WHERE key = ?")
    insertSurface = try SQLStatement(
      db, "INSERT INTO surfaces (key, proof_level, items) VALUES (?, ?, ?)")
    reader = try SurfaceReader(db)
    findItem = try SQLStatement(db, "SELECT id FROM items WHERE section = ? AND item = ?")
    insertItem = try SQLStatement(db, "INSERT INTO items (section, item) VALUES (?, ?)")
    findDelta = try SQLStatement(
      db, "SELECT id, verdict FROM surface_deltas WHERE base = ? AND head = ?")
    insertDelta = try SQLStatement(
      db, "INSERT INTO surface_deltas (base, head, verdict) VALUES (?, ?, ?)")
    insertChange = try SQLStatement(db, "INSERT INTO surface_changes VALUES (?, ?, ?, ?, ?, ?)")
    forgetItems()
  }

  /// The row of some facts.
  func stored(_ facts: ReadFacts) throws -> StoredFacts {
    let surface = try surface(facts)
    findFacts.bind(1, facts.contractSha)
    findFacts.bind(2, surface)
    if let id = try findFacts.first({ findFacts.int(0) }) {
      return StoredFacts(id: id, surface: surface)
    }
    insertFacts.bind(1, facts.contractSha)
    insertFacts.bind(2, surface)
    try insertFacts.run()
    return StoredFacts(id: db.lastInsertedRowID, surface: surface)
  }

  private func surface(_ facts: ReadFacts) throws -> Int64 {
    if let id = surfaceIDs[facts.key] { return id }
    findSurface.bind(1, facts.key)
    let id = try findSurface.first { findSurface.int(0) } ?? insert(facts)
    if surfaceIDs.count >= Self.remembered { surfaceIDs = [:] }
    surfaceIDs[facts.key] = id
    remember(facts.surface, id)
    return id
  }

  private func insert(_ facts: ReadFacts) throws -> Int64 {
    var list = [UInt8(ascii: "[")]
    for (section, items) in zip(Change.Section.allCases, facts.surface.sections) {
      for item in items {
        if list.count > 1 { list.append(UInt8(ascii: ",")) }
        var digits = String(try self.item(section, item))
        digits.withUTF8 { list.append(contentsOf: $0) }
      }
    }
    list.append(UInt8(ascii: "]"))
    insertSurface.bind(1, facts.key)
    insertSurface.bind(2, facts.surface.proofLevel.rawValue)
    try list.withUnsafeBufferPointer {
      insertSurface.bind(3, text: $0, copying: false)
      try insertSurface.run()
    }
    return db.lastInsertedRowID
  }

  private func remember(_ surface: Surface, _ id: Int64) {
    let count = surface.sections.reduce(0) { $0 + $1.count }
    guard count <= Self.rememberedItems else { return }
    if surfaces.count >= Self.rememberedSurfaces { surfaces = [:] }
    surfaces[id] = surface
  }

  private func item(_ section: Change.Section, _ item: String) throws -> Int64 {
    let place = SurfaceReader.place(section)
    if let id = items[place][ByteName(item)] { return id }
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
      if itemCount >= Self.remembered { forgetItems() }
      items[place][ByteName(item)] = id
      itemCount += 1
    }
    return id ?? 0
  }

  private func forgetItems() {
    items = Change.Section.allCases.map { _ in [:] }
    itemCount = 0
  }

  /// What turns one surface into another.
  func delta(from base: Int64, to head: Int64) throws -> StoredDelta {
    if base == head { return StoredDelta(id: nil, verdict: .safe) }
    let pair = Pair(base: base, head: head)
    if let delta = deltas[pair] { return delta }
    let delta = try stored(pair) ?? insert(pair)
    if deltas.count >= Self.remembered { deltas = [:] }
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
    let delta = Delta.between(try surface(pair.base), try surface(pair.head))
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

  private func surface(_ id: Int64) throws -> Surface {
    if let surface = surfaces[id] { return surface }
    let surface = try reader.surface(id)
    remember(surface, id)
    return surface
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

  /// As a column of ours has it.
  var column: StaticString {
    switch self {
    case .safe: "safe"
    case .safeWithAdditions: "safe_with_additions"
    case .breaking: "breaking"
    }
  }
}
