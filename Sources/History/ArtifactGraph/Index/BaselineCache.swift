import Contracts
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
    /// The facts that were read last, if they are not large: most rows repeat them byte for byte.
    var lastFacts: [UInt8] = []
    /// Theirs.
    var lastFactsID: Int64 = 0

    fileprivate init(service: String?, handlerPath: String) {
      self.service = service
      self.handlerPath = handlerPath
    }

    /// Whether the last facts stand again in a line.
    func repeats(_ line: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
      guard let base = line.baseAddress, !lastFacts.isEmpty,
        line.count - start >= lastFacts.count
      else { return false }
      return memcmp(base + start, lastFacts, lastFacts.count) == 0
    }
  }

  fileprivate struct Set {
    var tag: UInt8
    var target: [UInt8]
    var newest: NewestRow?
    var isChanged: Bool
  }

  private var scopes: [[UInt8]: Scope] = [:]
  private var setCount = 0
  // Whether everything that there is is in memory, so that nothing has to be asked for.
  private var isComplete: Bool
  private let find: SQLStatement
  private let keep: SQLStatement
  private static let limit = 2048

  /// - Parameter isEmpty: whether `newest_rows` is known to be.
  init(_ db: Database, isEmpty: Bool) throws {
    isComplete = isEmpty
    find = try SQLStatement(db, "SELECT line, facts FROM newest_rows WHERE key = ?")
    keep = try SQLStatement(db, "INSERT OR REPLACE INTO newest_rows VALUES (?, ?, ?, ?, ?)")
  }

  /// The scope of a service if it is in memory.
  func known(_ service: UnsafeBufferPointer<UInt8>) -> Scope? {
    scopes[Self.key(service, isService: true)]
  }

  private static func key(_ name: UnsafeBufferPointer<UInt8>, isService: Bool) -> [UInt8] {
    var key = [UInt8]()
    key.reserveCapacity(name.count + 1)
    key.append(isService ? 1 : 0)
    key.append(contentsOf: name)
    return key
  }

  /// The scope of a row; `isService` tells a service from the path of a handler.
  func scope(_ name: UnsafeBufferPointer<UInt8>, isService: Bool) throws -> Scope {
    let key = Self.key(name, isService: isService)
    if let scope = scopes[key] { return scope }
    if scopes.count >= Self.limit || setCount >= 4 * Self.limit { try evict() }
    let text = String(decoding: name, as: UTF8.self)
    let scope = Scope(service: isService ? text : nil, handlerPath: isService ? "" : text)
    scopes[key] = scope
    return scope
  }

  /// What a row of a kind is compared with.
  func baseline(
    _ scope: Scope, _ kind: LedgerRow.Kind, target: UnsafeBufferPointer<UInt8>?
  ) throws -> NewestRow? {
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
    _ row: NewestRow, _ scope: Scope, _ kind: LedgerRow.Kind,
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
    _ row: NewestRow, _ scope: Scope, _ tag: UInt8, _ target: UnsafeBufferPointer<UInt8>?
  ) throws {
    let index = try index(scope, tag, target)
    scope.sets[index].newest = row
    scope.sets[index].isChanged = true
  }

  private func index(
    _ scope: Scope, _ tag: UInt8, _ target: UnsafeBufferPointer<UInt8>?
  ) throws -> Int {
    let found = scope.sets.firstIndex { set in
      set.tag == tag && (target.map { set.target.elementsEqual($0) } ?? true)
    }
    if let found { return found }
    // One service with very many targets, which would make looking through them slow.
    if scope.sets.count >= 64 { try flush(scope, forgetting: true) }
    var set = Set(tag: tag, target: target.map(Array.init) ?? [], newest: nil, isChanged: false)
    if !isComplete {
      find.bind(1, blob: key(scope, set).bytes)
      set.newest = try find.first { NewestRow(line: find.int(0), facts: find.int(1)) }
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
    for scope in scopes.values { try flush(scope, forgetting: false) }
  }

  private func evict() throws {
    try flush()
    scopes = [:]
    setCount = 0
    isComplete = false
  }

  private func flush(_ scope: Scope, forgetting: Bool) throws {
    for (index, set) in scope.sets.enumerated() where set.isChanged {
      guard let newest = set.newest else { continue }
      let key = key(scope, set)
      keep.bind(1, blob: key.bytes)
      keep.bind(2, newest.line)
      keep.bind(3, newest.facts)
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
