import Contracts
import Digests
import FoundationEssentials
import GRDB
import Glibc
import Ledger

/// The newest rows of each service while lines are indexed, kept in memory for as many services as
/// are common and in `newest_rows` for all.
final class BaselineCache {
  /// One service, or one handler of rows without a service.
  final class Scope {
    fileprivate let service: String?
    fileprivate let handlerPath: String
    fileprivate var sets: [Set] = []
    /// In `names`; nil for rows without a service.
    let serviceID: Int64?
    /// The facts of the row before, and where they are kept: most rows repeat them.
    var lastFacts: (read: ReadFacts, stored: FactIndexer.StoredFacts)?

    /// What the row before was proven from, and how that is kept.
    var lastProvenance: (value: Provenance, stored: RowIndexer.StoredProvenance)?

    /// The handler of the row before, and its number in `names`.
    var lastPath: (path: [UInt8], id: Int64)?

    fileprivate init(service: String?, serviceID: Int64?, handlerPath: String) {
      self.service = service
      self.serviceID = serviceID
      self.handlerPath = handlerPath
    }
  }

  /// A row that is the newest of a set.
  struct Newest {
    var line: Int64
    var facts: FactIndexer.StoredFacts
    var provenance: Provenance
  }

  fileprivate struct Set {
    var tag: UInt8
    var target: [UInt8]
    var newest: Newest?
    var isChanged: Bool
  }

  private var services = ByteTable<Scope>()
  // By the path of the handler.
  private var others = ByteTable<Scope>()
  private var setCount = 0
  // Whether everything that there is is in memory, so that nothing has to be asked for.
  private var isComplete: Bool
  private let names: NameIndexer
  private let find: SQLStatement
  private let keep: SQLStatement
  private static let limit = 2048

  /// - Parameter isEmpty: whether `newest_rows` is known to be.
  init(_ db: Database, names: NameIndexer, isEmpty: Bool) throws {
    self.names = names
    isComplete = isEmpty
    find = try SQLStatement(
      db,
      """
      SELECT n.line, n.facts, f.surface, d.digest, p.name
      FROM newest_rows AS n JOIN facts AS f ON f.id = n.facts
      LEFT JOIN ledger_rows AS r ON r.line = n.line
      LEFT JOIN digests AS d ON d.id = r.sources LEFT JOIN names AS p ON p.id = r.prover
      WHERE n.key = ?
      """)
    keep = try SQLStatement(db, "INSERT OR REPLACE INTO newest_rows VALUES (?, ?, ?, ?, ?)")
  }

  /// The scope of the rows of a service.
  func scope(ofService name: UnsafeBufferPointer<UInt8>) throws -> Scope {
    if let scope = services.value(name) { return scope }
    try makeRoom()
    let scope = Scope(
      service: String(decoding: name, as: UTF8.self), serviceID: try names.id(name),
      handlerPath: "")
    services.set(name, scope)
    return scope
  }

  /// The scope of the rows without a service of one handler.
  func scope(ofHandler path: UnsafeBufferPointer<UInt8>) throws -> Scope {
    if let scope = others.value(path) { return scope }
    try makeRoom()
    let scope = Scope(
      service: nil, serviceID: nil, handlerPath: String(decoding: path, as: UTF8.self))
    others.set(path, scope)
    return scope
  }

  /// What a row of a kind is compared with.
  func baseline(
    _ scope: Scope, _ kind: LedgerRow.Kind, target: UnsafeBufferPointer<UInt8>?
  ) throws -> Newest? {
    let tag: UInt8
    switch kind {
    case .deploy: tag = target == nil ? 1 : 0
    case .check: tag = target == nil ? 2 : 0
    case .swap: tag = 3
    default: return nil
    }
    let index = try index(scope, tag, tag == 0 ? target : nil)
    return scope.sets[index].newest
  }

  /// Notes that a row is now the newest of every set it belongs to.
  func note(
    _ row: Newest, _ scope: Scope, _ kind: LedgerRow.Kind,
    target: UnsafeBufferPointer<UInt8>?
  ) throws {
    switch kind {
    case .deploy:
      try note(row, scope, target == nil ? 1 : 0, target)
      try note(row, scope, 2, nil)
      try note(row, scope, 3, nil)
    case .swap: try note(row, scope, 3, nil)
    default: break
    }
  }

  private func note(
    _ row: Newest, _ scope: Scope, _ tag: UInt8, _ target: UnsafeBufferPointer<UInt8>?
  ) throws {
    let index = try index(scope, tag, target)
    scope.sets[index].newest = row
    scope.sets[index].isChanged = true
  }

  private func index(
    _ scope: Scope, _ tag: UInt8, _ target: UnsafeBufferPointer<UInt8>?
  ) throws -> Int {
    let found = scope.sets.firstIndex { set in
      set.tag == tag && (target?.isSame(as: set.target) ?? true)
    }
    if let found { return found }
    // One service with very many targets, which would make looking through them slow.
    if scope.sets.count >= 64 { try flush(scope, forgetting: true) }
    var set = Set(tag: tag, target: target.map(Array.init) ?? [], newest: nil, isChanged: false)
    if !isComplete {
      find.bind(1, blob: key(scope, set).bytes)
      set.newest = try find.first {
        Newest(
          line: find.int(0),
          facts: FactIndexer.StoredFacts(id: find.int(1), surface: find.int(2)),
          provenance: Provenance(
            sources: Digest(stored: Data(find.blob(3))),
            prover: find.isNull(4) ? nil : find.text(4)))
      }
    }
    setCount += 1
    scope.sets.append(set)
    return scope.sets.count - 1
  }

  private func key(_ scope: Scope, _ set: Set) -> BaselineKey {
    let among: BaselineKey.Among =
      switch set.tag {
      case 0: .deploys(target: String(decoding: set.target, as: UTF8.self))
      case 1: .deploys(target: nil)
      case 2: .deploysToAnyTarget
      default: .deploysAndSwaps
      }
    return BaselineKey(service: scope.service, handlerPath: scope.handlerPath, among: among)
  }

  /// Writes what changed.
  func flush() throws {
    for scope in services.values + others.values { try flush(scope, forgetting: false) }
  }

  private func makeRoom() throws {
    if services.count + others.count < Self.limit && setCount < 4 * Self.limit { return }
    try flush()
    services.removeAll()
    others.removeAll()
    setCount = 0
    isComplete = false
  }

  private func flush(_ scope: Scope, forgetting: Bool) throws {
    for (index, set) in scope.sets.enumerated() where set.isChanged {
      guard let newest = set.newest else { continue }
      let key = key(scope, set)
      keep.bind(1, blob: key.bytes)
      keep.bind(2, newest.line)
      keep.bind(3, newest.facts.id)
      let isDeploysOfService = set.tag < 2 && scope.service != nil
      keep.bind(4, isDeploysOfService ? scope.service : nil)
      keep.bind(
        5, isDeploysOfService && set.tag == 0 ? String(decoding: set.target, as: UTF8.self) : nil)
      try keep.run()
      scope.sets[index].isChanged = false
    }
    if forgetting {
      scope.sets = []
      isComplete = false
    }
  }
}
