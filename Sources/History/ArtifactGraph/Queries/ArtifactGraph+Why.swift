import ContentStore
import Digests
import FoundationEssentials
import GRDB
import OCIImage

/// Why an object is kept.
public struct ObjectReasons: Sendable, Hashable {
  /// A row of the ledger and the way from its deploy record to the object.
  public struct Reason: Sendable, Hashable {
    /// The line of the row.
    public var line: Int
    /// From the record to the object; none for the record itself.
    public var path: [GraphEdge]
    /// The record.
    public var record: Digest
  }
  /// The newest rows that lead to it, newest first.
  public var reasons: [Reason]
  /// How many rows lead to it in all.
  public var rowCount: Int
  /// Entries of `index.json` that name it: a tag, or the service of a record.
  public var entries: [String]
}

extension ArtifactGraph {
  /// Which rows of the ledger lead to an object, and how.
  ///
  /// - Parameter limit: so many of the newest rows are told with their paths.
  public func why(_ digest: Digest, limit: Int = 10) throws(GraphError) -> ObjectReasons {
    let name = Data(digest.bytes)
    let (rows, count) = try query { db in
      (
        try Row.fetchAll(
          db,
          sql: Self.above + """
            SELECT r.line, o.digest FROM up CROSS JOIN ledger_rows AS r ON r.record = up.id
            JOIN object_rows AS o ON o.id = up.id ORDER BY r.line DESC LIMIT ?
            """, arguments: [name, limit]
        ).map { (line: $0["line"] as Int, record: Digest(stored: $0["digest"])) },
        try Int.fetchOne(
          db,
          sql: Self.above
            + "SELECT count(*) FROM up CROSS JOIN ledger_rows AS r ON r.record = up.id",
          arguments: [name]) ?? 0
      )
    }
    var reasons: [ObjectReasons.Reason] = []
    for row in rows {
      guard let record = row.record, let path = try path(from: record, to: digest) else { continue }
      reasons.append(.init(line: row.line, path: path, record: record))
    }
    return ObjectReasons(reasons: reasons, rowCount: count, entries: entries(naming: digest))
  }

  // Everything that leads to an object, and itself. Three names deep at most where records are what
  // we write, deeper where somebody chained them; each object once.
  private static let above = """
    WITH RECURSIVE up (id) AS (
      SELECT id FROM object_rows WHERE digest = ?
      UNION SELECT e.source FROM up CROSS JOIN edge_rows AS e ON e.target = up.id)

    """

  private func entries(naming digest: Digest) -> [String] {
    guard let index = try? store.index.read() else { return [] }
    return index.entries.filter { $0.target?.digest == digest }.map {
      $0.annotation(Annotation.refName).map { "tag \($0)" }
        ?? $0.annotation(Annotation.service).map { "record of \($0)" } ?? "an entry"
    }
  }

  /// The shortest way from one object to another that it leads to; nil when it does not. Read from
  /// the store, as the closure is.
  public func path(from start: Digest, to end: Digest) throws(GraphError) -> [GraphEdge]? {
    if start == end { return [] }
    var search = PathSearch(end: end)
    do {
      try ReferenceWalk(store.blobs, .breadthFirst).run(
        from: ObjectReference(unknown: start), &search)
    } catch { throw Self.wrap(error) }
    return search.path
  }
}

/// Looks for an object along the shortest way.
private struct PathSearch: ReferenceVisitor {
  let end: Digest
  // By digest the name by which it was reached first: one that is reached later is not nearer.
  private var reached: [Digest: GraphEdge?] = [:]
  private var isFound = false

  init(end: Digest) { self.end = end }

  mutating func enter(_ reference: ObjectReference, from parent: Digest?) -> Digest? {
    let target = reference.descriptor
    guard !isFound, reached[target.digest] == nil else { return nil }
    let edge = parent.map {
      GraphEdge(
        source: $0, role: reference.role, place: reference.place, target: target.digest,
        mediaType: target.mediaType, size: Int64(clamping: target.size))
    }
    reached[target.digest] = .some(edge)
    isFound = target.digest == end
    return isFound || !reference.mayNameOthers ? nil : target.digest
  }

  // What cannot be read leads nowhere; a check names it.
  func fail(_ reference: ObjectReference, _ node: Digest, _ error: StoreError) {}

  /// nil where there is none.
  var path: [GraphEdge]? {
    guard isFound else { return nil }
    var path: [GraphEdge] = []
    var at = end
    while let edge = reached[at] ?? nil {
      path.append(edge)
      at = edge.source
    }
    return path.reversed()
  }
}
