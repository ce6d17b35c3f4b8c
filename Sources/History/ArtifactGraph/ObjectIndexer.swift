import ContentStore
import Digests
import FoundationEssentials
import GRDB
import OCIImage

/// Turns deploy records into objects and edges. What is not in the store, or is not what its name
/// says, is noted and looked for again when the store's blobs change.
struct ObjectIndexer {
  let db: Database
  let blobs: BlobStore
  private var known: [Digest: Int64] = [:]

  init(db: Database, blobs: BlobStore) {
    self.db = db
    self.blobs = blobs
  }

  /// The object of a deploy record, its references followed when it is new.
  mutating func record(_ digest: Digest) throws -> Int64 {
    if let id = known[digest] { return id }
    let (id, isRead) = try object(digest, RecordRole.recordType, nil)
    if !isRead { try read(digest, id) }
    if known.count > 4096 { known = [:] }
    known[digest] = id
    return id
  }

  /// Tries again what could not be read.
  func retryUnread() throws {
    let rows = try Row.fetchAll(
      db, sql: "SELECT id, digest FROM objects WHERE state IN ('missing', 'damaged')")
    for row in rows {
      if let digest = Digest(stored: row["digest"]) { try read(digest, row["id"]) }
    }
  }

  // A record, or the image of one: both are only ever named in one role.
  private func read(_ digest: Digest, _ id: Int64) throws {
    let isImage =
      try Bool.fetchOne(
        db, sql: "SELECT EXISTS (SELECT 1 FROM edges WHERE target = ? AND role = 'image')",
        arguments: [id]) ?? false
    do {
      if isImage {
        try readImage(digest, id)
      } else {
        try readRecord(digest, id)
      }
      try setState("read", id)
    } catch let error as ImageError {
      if case .store(let inner) = error, inner.code == .missing {
        try setState("missing", id)
      } else {
        try setState("damaged", id)
      }
    }
  }

  private func readRecord(_ digest: Digest, _ id: Int64) throws {
    let record = try DeployRecord(digest, in: blobs)
    try setSize(record.descriptor.size, id)
    for (role, descriptor) in [
      ("config", record.manifest.config), ("contract", record.contract),
      ("sources", record.sources),
    ] { _ = try link(id, role, 0, descriptor) }
    let (image, isRead) = try link(id, "image", 0, record.image)
    if !isRead { try read(record.image.digest, image) }
  }

  private func readImage(_ digest: Digest, _ id: Int64) throws {
    guard
      let size = try Int64.fetchOne(
        db, sql: "SELECT size FROM objects WHERE id = ?", arguments: [id])
    else { return }
    let image = try Image(
      Descriptor(mediaType: MediaType.manifest, digest: digest, size: UInt64(size)), in: blobs)
    _ = try link(id, "config", 0, image.manifest.config)
    for (place, layer) in image.layers.enumerated() { _ = try link(id, "layer", place, layer) }
  }

  private func link(
    _ source: Int64, _ role: String, _ place: Int, _ target: Descriptor
  ) throws -> (id: Int64, isRead: Bool) {
    let found = try object(target.digest, target.mediaType, target.size)
    try db.cachedStatement(sql: "INSERT OR REPLACE INTO edges VALUES (?, ?, ?, ?)")
      .execute(arguments: [source, role, place, found.id])
    return found
  }

  private func object(
    _ digest: Digest, _ mediaType: String, _ size: UInt64?
  ) throws -> (id: Int64, isRead: Bool) {
    let name = Data(digest.bytes)
    let row = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT id, state FROM objects WHERE digest = ?"), arguments: [name])
    if let row { return (row["id"], row["state"] == "read") }
    try db.cachedStatement(
      sql: "INSERT INTO objects (digest, media_type, size, state) VALUES (?, ?, ?, 'named')"
    ).execute(arguments: [name, mediaType, size.map { Int64(clamping: $0) }])
    return (db.lastInsertedRowID, false)
  }

  private func setState(_ state: String, _ id: Int64) throws {
    try db.cachedStatement(sql: "UPDATE objects SET state = ? WHERE id = ?")
      .execute(arguments: [state, id])
  }

  private func setSize(_ size: UInt64, _ id: Int64) throws {
    try db.cachedStatement(sql: "UPDATE objects SET size = ? WHERE id = ?")
      .execute(arguments: [Int64(clamping: size), id])
  }
}

private enum RecordRole {
  /// What the digest in a row is the digest of.
  static let recordType = MediaType.manifest
}

extension Digest {
  /// From a column: 32 bytes are a SHA-256, 64 a SHA-512.
  init?(stored data: Data) {
    self.init(data.count == 64 ? .sha512 : .sha256, bytes: data)
  }
}
