import ContentStore
import Digests
import GRDB
import Ledger

extension ArtifactGraph {
  /// Opens the index of a store and makes all of it again from the ledger and the objects, in one
  /// transaction: whoever reads meanwhile sees the old one, and after a crash it is still there.
  ///
  /// - Parameters:
  ///   - lock: the store's writer lock.
  ///   - progress: called now and then.
  public static func reindexed(
    _ store: ContentStore, holding lock: WriterLock, progress: ((IndexProgress) -> Void)? = nil
  ) throws(GraphError) -> ArtifactGraph {
    let graph = try ArtifactGraph(opening: store, holding: lock, progress: progress)
    try graph.refresh(fromStart: !graph.isNew)
    return graph
  }

  /// How many rows, bad lines and objects the index has.
  public func counts() throws(GraphError) -> GraphCounts {
    try query { db in
      func count(_ table: String) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0
      }
      return GraphCounts(
        rows: try count("ledger_rows"), badLines: try count("bad_lines"),
        objects: try count("object_rows"), edges: try count("edge_rows"))
    }
  }

  /// SHA-256 over all that the index says, whatever the order in which it learnt it: the same for
  /// two indexes of one ledger and the same objects, of this version of zigttp.
  public func contentDigest() throws(GraphError) -> Digest { try query(GraphDump.digest) }

  /// What was amiss with the file when it was opened, for which it was made again; nil for nothing.
  public var differenceWhenOpened: GraphDifference? {
    for case .rebuiltDamaged(let reason) in notices {
      return GraphDifference(table: "sqlite_master", found: reason, expected: "an index of zigttp")
    }
    return nil
  }

  /// Makes an index anew, in no file that anybody sees, and compares; nil when both say the same.
  ///
  /// Brought up to date first. Objects that were there when they were indexed and have gone since
  /// are a matter of the store, not of the index: it is told of them before it is compared.
  ///
  /// - Parameter progress: called now and then while the new one is made.
  public func differenceFromFresh(
    progress: ((IndexProgress) -> Void)? = nil
  ) throws(GraphError) -> GraphDifference? {
    while true {
      try refresh()
      try recheckObjects()
      let before = try position()
      let fresh = try freshQueue(progress)
      defer { try? fresh.close() }
      let difference = try query { found in
        try Self.damage(found) ?? fresh.read { try GraphDump.difference(found, $0) }
      }
      // Somebody appended in between: both have to be of the same ledger.
      let after = try ledgerStamp()
      if difference == nil || before == after { return difference }
    }
  }

  // An index of SQLite's own may say something else than its table.
  private static func damage(_ db: Database) throws -> GraphDifference? {
    let found = try String.fetchOne(db, sql: "PRAGMA integrity_check(1)") ?? ""
    return found == "ok"
      ? nil : GraphDifference(table: "integrity_check", found: found, expected: "ok")
  }

  private func position() throws(GraphError) -> LedgerStamp? {
    try query { try LedgerState.fetch($0)?.stamp }
  }

  private func ledgerStamp() throws(GraphError) -> LedgerStamp? {
    do { return try ledger.stamp() ?? position() } catch { throw Self.wrap(error) }
  }

  private func freshQueue(
    _ progress: ((IndexProgress) -> Void)?
  ) throws(GraphError) -> DatabaseQueue {
    do {
      do {
        return try fill(GraphDatabase.scratch(), progress)
      } catch let error where GraphDatabase.isOutOfRoom(error) {
        return try fill(GraphDatabase.open(nil), progress)
      }
    } catch { throw Self.wrap(error) }
  }

  private func fill(
    _ queue: DatabaseQueue, _ progress: ((IndexProgress) -> Void)?
  ) throws -> DatabaseQueue {
    var indexer = GraphIndexer(store: store, ledger: ledger, progress: progress)
    try indexer.run(queue, fromStart: true)
    return queue
  }
}

/// How much an index holds.
public struct GraphCounts: Sendable, Hashable {
  /// Rows of the ledger.
  public var rows: Int
  /// Lines that are no rows.
  public var badLines: Int
  /// Objects that rows lead to.
  public var objects: Int
  /// Names in those objects.
  public var edges: Int
}
