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
  let file: GraphFile
  var queue: DatabaseQueue
  /// What happened to the index and what is odd about the ledger, since it was opened.
  public private(set) var notices: [GraphNotice]
  private(set) var isInMemory: Bool
  /// Whether opening it has made it from the whole ledger.
  let isNew: Bool
  // The caller's, as long as it is held.
  private weak var lock: WriterLock?
  private let progress: ((IndexProgress) -> Void)?
  private var isTailChecked = false

  /// Opens the index and brings it up to date.
  ///
  /// - Parameters:
  ///   - lock: the store's writer lock when the caller holds it. Without it the lock is taken where
  ///     a damaged file has to be removed; where it is not free, the answers come from memory.
  ///   - progress: called now and then while much is indexed.
  public convenience init(
    _ store: ContentStore, holding lock: WriterLock? = nil,
    progress: ((IndexProgress) -> Void)? = nil
  ) throws(GraphError) {
    try self.init(opening: store, holding: lock, progress: progress)
    try refresh()
  }

  // Opens the index as it is.
  init(
    opening store: ContentStore, holding lock: WriterLock?, progress: ((IndexProgress) -> Void)?
  ) throws(GraphError) {
    self.store = store
    self.lock = lock
    self.progress = progress
    ledger = LedgerFile(store)
    file = GraphFile(store)
    do {
      let opened = try Self.open(file, holding: lock, progress: progress)
      (queue, isInMemory, notices) = (opened.queue, opened.isInMemory, opened.notices)
      isNew = opened.isNew
    } catch { throw Self.wrap(error) }
  }

  // The paths that SQLite has may lead through what `file` holds open.
  deinit { try? queue.close() }

  /// Indexes what was appended since, and objects that came back.
  public func refresh() throws(GraphError) { try refresh(fromStart: false) }

  func refresh(fromStart: Bool) throws(GraphError) {
    isTailChecked = false
    do {
      try index(fromStart: fromStart)
    } catch let error where GraphDatabase.isDamage(error) {
      try rebuild(after: error)
    } catch let error where GraphDatabase.isUnwritable(error) && !isInMemory {
      try indexInMemory(after: error)
    } catch { throw Self.wrap(error) }
  }

  /// What a writer may start from instead of reading the whole ledger; nil when nothing is known.
  public func known() throws(GraphError) -> (stamp: LedgerStamp, position: LedgerPosition)? {
    try query { db in try LedgerState.fetch(db).map { ($0.stamp, $0.position) } }
  }

  /// Answers from the index; makes it again, once, when it turns out to be damaged, and in memory
  /// when it cannot be used where it is.
  func query<T>(_ body: (Database) throws -> T) throws(GraphError) -> T {
    do {
      return try queue.read(body)
    } catch let error where GraphDatabase.isDamage(error) {
      try rebuild(after: error)
      do { return try queue.read(body) } catch { throw Self.wrap(error) }
    } catch let error where GraphDatabase.isUnwritable(error) && !isInMemory {
      try indexInMemory(after: error)
      do { return try queue.read(body) } catch { throw Self.wrap(error) }
    } catch { throw Self.wrap(error) }
  }

  /// Holds the newest rows against the ledger before anything is answered from them: a row that is
  /// hidden there is no neighbour of one that is shown.
  func checkTail() throws(GraphError) {
    if isTailChecked { return }
    if let differs = try tailDifference() {
      try reindex(differs)
      if let again = try tailDifference() { throw .ledgerChanged(line: again.line) }
    }
    isTailChecked = true
  }

  /// The same where the rows that are answered are looked at in one transaction with them.
  /// - Throws: ``IndexDiffers``.
  func checkTail(_ check: RowCheck) throws {
    if isTailChecked { return }
    try check.tail()
    isTailChecked = true
  }

  private func tailDifference() throws(GraphError) -> IndexDiffers? {
    try query { db in
      do { try RowCheck(db, ledger).tail() } catch let differs as IndexDiffers { return differs }
      return nil
    }
  }

  /// Makes the content of the index again, in place.
  func reindex(notice: GraphNotice) throws(GraphError) {
    note([notice])
    try refresh(fromStart: true)
  }

  // Removes a damaged file and makes it again; where the new one fails too, the disk is to blame.
  private func rebuild(after damage: any Error) throws(GraphError) {
    do {
      try queue.close()
      let opened = try Self.openAnew(
        file, after: damage, holding: lock, progress: progress)
      (queue, isInMemory) = (opened.queue, opened.isInMemory)
      note(opened.notices)
      try index()
    } catch let error where error is DatabaseError && !isInMemory {
      try indexInMemory(after: error)
    } catch { throw Self.wrap(error) }
  }

  private func indexInMemory(after error: any Error) throws(GraphError) {
    note([Self.notice(error, store)])
    do {
      queue = try GraphDatabase.open(nil)
      isInMemory = true
      try index()
    } catch { throw Self.wrap(error) }
  }

  private func note(_ more: [GraphNotice]) {
    for notice in more where !notices.contains(notice) { notices.append(notice) }
  }

  /// Looks again whether the objects that were read are still there, and forgets what those that
  /// are not there any more have named.
  func recheckObjects() throws(GraphError) {
    do {
      try queue.write { try ObjectIndexer($0, blobs: store.blobs).forgetMissing() }
    } catch { throw Self.wrap(error) }
  }

  private func index(fromStart: Bool = false) throws {
    var indexer = GraphIndexer(store: store, ledger: ledger, progress: progress)
    try indexer.run(queue, fromStart: fromStart)
    note(indexer.notices)
  }

  static func wrap(_ error: any Error) -> GraphError {
    switch error {
    case let error as GraphError: error
    case let error as StoreError: .store(error)
    case let error as LedgerError: .ledger(error)
    case let error as IndexDiffers:
      error.isChangedLine ? .ledgerChanged(line: error.line) : .indexDiffered(line: error.line)
    case let error as DatabaseError:
      .database(code: error.extendedResultCode.rawValue, message: error.message ?? "")
    default: .database(code: 0, message: "\(error)")
    }
  }
}
