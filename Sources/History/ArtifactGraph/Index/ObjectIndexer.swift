import ContentStore
import Digests
import FoundationEssentials
import GRDB
import OCIImage

/// Turns deploy records, and every document that they lead to, into objects and edges. What is not in the store, or is not what its name
/// says, is noted and looked for again when the store's blobs change.
///
/// What becomes of an object depends on its bytes alone, never on who named it first: an index that
/// grew and one made at once are the same.
final class ObjectIndexer {
  private let db: Database
  private let blobs: BlobStore
  private let walk: ReferenceWalk
  private var known: [Digest: Int64] = [:]
  private var mediaTypes: [String: Int64] = [:]
  private let findObject: SQLStatement
  private let insertObject: SQLStatement
  private let setState: SQLStatement
  private let insertEdge: SQLStatement
  private let findType: SQLStatement
  private let insertType: SQLStatement
  private static let remembered = 4096

  fileprivate struct Object {
    var id: Int64
    var digest: Digest
    var isRead: Bool
  }

  init(_ db: Database, blobs: BlobStore) throws {
    self.db = db
    self.blobs = blobs
    walk = ReferenceWalk(blobs, trustsTypes: false)
    findObject = try SQLStatement(
      db, "SELECT id, state = 'read' FROM object_rows WHERE digest = ?")
    insertObject = try SQLStatement(
      db, "INSERT INTO object_rows (digest, state) VALUES (?, 'named')")
    setState = try SQLStatement(db, "UPDATE object_rows SET state = ?, size = ? WHERE id = ?")
    insertEdge = try SQLStatement(
      db, "INSERT OR REPLACE INTO edge_rows VALUES (?, ?, ?, ?, ?, ?)")
    findType = try SQLStatement(db, "SELECT id FROM media_types WHERE name = ?")
    insertType = try SQLStatement(db, "INSERT INTO media_types (name) VALUES (?)")
  }

  /// The object of a deploy record, its references followed when it is new.
  func record(_ digest: Digest) throws -> Int64 {
    if let id = known[digest] { return id }
    let object = try object(digest)
    if !object.isRead { try read(object) }
    if known.count >= Self.remembered { known = [:] }
    known[digest] = object.id
    return object.id
  }

  /// Tries again what could not be read.
  ///
  /// Where very much is elsewhere on purpose, what is here is looked through instead: the fewer of
  /// the two.
  func retryUnread() throws {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT id, digest FROM object_rows WHERE state IN ('missing', 'damaged') LIMIT ?
        """, arguments: [Self.fewObjects + 1])
    if rows.count <= Self.fewObjects {
      for row in rows {
        guard let digest = Digest(stored: row["digest"]) else { continue }
        try retry(Object(id: row["id"], digest: digest, isRead: false))
      }
    } else {
      let find = try SQLStatement(
        db, "SELECT id FROM object_rows WHERE digest = ? AND state IN ('missing', 'damaged')")
      for digest in try blobs.list() {
        find.bind(1, blob: digest.bytes)
        let id = try find.first { find.int(0) }
        if let id { try retry(Object(id: id, digest: digest, isRead: false)) }
      }
    }
  }

  private static let fewObjects = 1000

  private func retry(_ object: Object) throws {
    if isMissing(object.digest) {
      try set("missing", nil, object.id)
    } else {
      try read(object)
    }
  }

  private func isMissing(_ digest: Digest) -> Bool {
    do throws(StoreError) { return try blobs.size(of: digest) == nil } catch { return false }
  }

  /// Looks whether what was read is still there. What is not is missing from now on, and what only
  /// it has named is no object of the graph any more.
  func forgetMissing() throws {
    let objects = try SQLStatement(
      db, "SELECT id, digest FROM object_rows WHERE state <> 'missing' AND state <> 'named'")
    var gone: [Int64] = []
    while try objects.step() {
      guard let digest = Digest(.sha256, bytes: objects.blob(1)), isMissing(digest) else {
        continue
      }
      gone.append(objects.int(0))
    }
    if gone.isEmpty { return }
    let dropEdges = try SQLStatement(db, "DELETE FROM edge_rows WHERE source = ?")
    for id in gone {
      try set("missing", nil, id)
      dropEdges.bind(1, id)
      try dropEdges.run()
    }
    // An image that only a missing record named goes with what it names itself.
    repeat {
      try db.execute(
        sql: """
          DELETE FROM object_rows WHERE id NOT IN (SELECT target FROM edge_rows)
            AND id NOT IN (SELECT record FROM ledger_rows WHERE record IS NOT NULL)
          """)
      if db.changesCount == 0 { break }
      try db.execute(
        sql: "DELETE FROM edge_rows WHERE source NOT IN (SELECT id FROM object_rows)")
    } while db.changesCount > 0
    try db.execute(
      sql: "DELETE FROM media_types WHERE id NOT IN (SELECT media_type FROM edge_rows)")
    known = [:]
    mediaTypes = [:]
  }

  // One object, and what it names that has to be read as well. Its type is its bytes' to tell.
  private func read(_ first: Object) throws {
    var visitor = IndexVisitor(indexer: self)
    try walk.run(from: ObjectReference(unknown: first.digest), &visitor)
  }

  /// Writes down what a walk comes to.
  fileprivate struct IndexVisitor: ReferenceVisitor {
    let indexer: ObjectIndexer
    // Documents that this walk looked into: what was damaged once is not read for each that names it.
    private var done: Set<Int64> = []

    init(indexer: ObjectIndexer) { self.indexer = indexer }

    mutating func enter(_ reference: ObjectReference, from parent: Object?) throws -> Object? {
      let target = try indexer.object(reference.descriptor.digest)
      if let parent { try indexer.link(parent.id, reference, target.id) }
      guard reference.mayNameOthers, !target.isRead, done.insert(target.id).inserted else {
        return nil
      }
      return target
    }

    func leave(_ reference: ObjectReference, _ node: Object, _ document: Document?) throws {
      let size = try indexer.blobs.size(of: node.digest)
      try indexer.set(document == nil ? "damaged" : "read", document == nil ? nil : size, node.id)
    }

    func fail(_ reference: ObjectReference, _ node: Object, _ error: StoreError) throws {
      try indexer.set(error.code == .missing ? "missing" : "damaged", nil, node.id)
    }
  }

  private func link(_ source: Int64, _ reference: ObjectReference, _ target: Int64) throws {
    insertEdge.bind(1, source)
    insertEdge.bind(2, reference.role.rawValue)
    insertEdge.bind(3, Int64(reference.place))
    insertEdge.bind(4, target)
    insertEdge.bind(5, try mediaType(reference.descriptor.mediaType))
    insertEdge.bind(6, Int64(clamping: reference.descriptor.size))
    try insertEdge.run()
  }

  private func mediaType(_ name: String) throws -> Int64 {
    if let id = mediaTypes[name] { return id }
    findType.bind(1, name)
    var id = try findType.first { findType.int(0) }
    if id == nil {
      insertType.bind(1, name)
      try insertType.run()
      id = db.lastInsertedRowID
    }
    if mediaTypes.count >= 64 { mediaTypes = [:] }
    mediaTypes[name] = id
    return id ?? 0
  }

  private func object(_ digest: Digest) throws -> Object {
    findObject.bind(1, blob: digest.bytes)
    let found = try findObject.first {
      Object(id: findObject.int(0), digest: digest, isRead: findObject.int(1) != 0)
    }
    if let found { return found }
    insertObject.bind(1, blob: digest.bytes)
    try insertObject.run()
    return Object(id: db.lastInsertedRowID, digest: digest, isRead: false)
  }

  private func set(_ state: String, _ size: UInt64?, _ id: Int64) throws {
    setState.bind(1, state)
    setState.bind(2, size.map { Int64(clamping: $0) })
    setState.bind(3, id)
    try setState.run()
  }
}

extension Digest {
  /// From a column: 32 bytes are a SHA-256, 64 a SHA-512.
  init?(stored data: Data) {
    self.init(data.count == 64 ? .sha512 : .sha256, bytes: data)
  }
}
