import ContentStore
import FoundationEssentials
import GRDB
import Ledger

/// The index over a store's ledger and objects, and every question that is asked of it.
///
/// The index is derived: it is brought up to date when it is opened, and removing its file changes
/// no answer. Whatever is shown of a row is read from the ledger again.
/// Reference: architecture.md, "The graph".
public final class ArtifactGraph {
  let store: ContentStore
  let ledger: LedgerFile
  var queue: DatabaseQueue
  /// What happened to the index and what is odd about the ledger, since it was opened.
  public private(set) var notices: [GraphNotice] = []
  private var isInMemory: Bool
  // The caller's, as long as it is held.
  private weak var lock: WriterLock?

  /// Opens the index and brings it up to date.
  ///
  /// - Parameter lock: the store's writer lock when the caller holds it. Without it the lock is
  ///   taken where a damaged file has to be removed, which would wait for ever on a caller who
  ///   holds it and does not say so.
  public init(_ store: ContentStore, holding lock: WriterLock? = nil) throws(GraphError) {
    self.store = store
    self.lock = lock
    ledger = LedgerFile(store)
    do {
      (queue, isInMemory) = try Self.open(store)
    } catch let error where GraphDatabase.isDamage(error) {
      do { (queue, isInMemory) = try Self.openAnew(store, holding: lock) } catch {
        throw Self.wrap(error)
      }
      // Another version of us is no damage.
      if !(error is GraphDatabase.OtherVersion) {
        notices.append(.rebuiltDamaged(reason: Self.reason(error)))
      }
    } catch { throw Self.wrap(error) }
    if isInMemory { notices.append(.inMemory) }
    try refresh()
  }

  /// Indexes what was appended since, and objects that came back.
  public func refresh() throws(GraphError) {
    do {
      try index()
    } catch let error where GraphDatabase.isDamage(error) {
      try rebuild(after: error)
    } catch let error where GraphDatabase.isUnwritable(error) && !isInMemory {
      try indexInMemory()
    } catch { throw Self.wrap(error) }
  }

  /// What a writer may start from instead of reading the whole ledger; nil when nothing is known.
  public func known() throws(GraphError) -> (stamp: LedgerStamp, position: LedgerPosition)? {
    try query { db in try LedgerState.fetch(db).map { ($0.stamp, $0.position) } }
  }

  /// Answers from the index; makes it again, once, when it turns out to be damaged.
  func query<T>(_ body: (Database) throws -> T) throws(GraphError) -> T {
    do {
      return try queue.read(body)
    } catch let error where GraphDatabase.isDamage(error) {
      try rebuild(after: error)
      do { return try queue.read(body) } catch { throw Self.wrap(error) }
    } catch { throw Self.wrap(error) }
  }

  /// Makes the content of the index again, in place.
  func reindex(notice: GraphNotice) throws(GraphError) {
    notices.append(notice)
    do { try index(fromStart: true) } catch { throw Self.wrap(error) }
  }

  // Removes a damaged file and makes it again; where the new one fails too, the disk is to blame.
  private func rebuild(after damage: any Error) throws(GraphError) {
    notices.append(.rebuiltDamaged(reason: Self.reason(damage)))
    do {
      try queue.close()
      let wasInMemory = isInMemory
      (queue, isInMemory) = try Self.openAnew(store, holding: lock)
      if isInMemory && !wasInMemory { notices.append(.inMemory) }
      try index()
    } catch let error where error is DatabaseError && !isInMemory {
      try indexInMemory()
    } catch { throw Self.wrap(error) }
  }

  private func indexInMemory() throws(GraphError) {
    notices.append(.inMemory)
    do {
      queue = try GraphDatabase.open(nil)
      isInMemory = true
      try index()
    } catch { throw Self.wrap(error) }
  }

  private func index(fromStart: Bool = false) throws {
    var indexer = GraphIndexer(store: store, ledger: ledger)
    try indexer.run(queue, fromStart: fromStart)
    for notice in indexer.notices where !notices.contains(notice) { notices.append(notice) }
  }

  private static func open(_ store: ContentStore) throws -> (DatabaseQueue, Bool) {
    if store.isReadOnly { return (try GraphDatabase.open(nil), true) }
    do {
      return (try GraphDatabase.open(store.layout.graph), false)
    } catch let error where GraphDatabase.isUnwritable(error) {
      return (try GraphDatabase.open(nil), true)
    }
  }

  // In memory where the damaged file cannot be removed.
  private static func openAnew(
    _ store: ContentStore, holding lock: WriterLock?
  ) throws -> (DatabaseQueue, Bool) {
    if store.isReadOnly { return (try GraphDatabase.open(nil), true) }
    let held = try lock ?? store.lockForWriting(command: "reindex", waiting: { _ in })
    return try withExtendedLifetime(held) {
      do { try GraphDatabase.remove(store.layout.graph) } catch {
        return (try GraphDatabase.open(nil), true)
      }
      return try open(store)
    }
  }

  private static func reason(_ error: any Error) -> String {
    (error as? DatabaseError)?.message ?? "\(error)"
  }

  static func wrap(_ error: any Error) -> GraphError {
    switch error {
    case let error as GraphError: error
    case let error as StoreError: .store(error)
    case let error as LedgerError: .ledger(error)
    case let error as DatabaseError:
      .database(code: error.extendedResultCode.rawValue, message: error.message ?? "")
    default: .database(code: 0, message: "\(error)")
    }
  }
}
