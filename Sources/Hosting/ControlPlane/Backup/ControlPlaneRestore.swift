import Archive
import ContentStore
import Digests
import Encodings
import Files
import GRDB
import Glibc
import RegistryServer

/// Makes a control plane's folder of a backup: whole, or not at all.
///
/// What somebody might still hold from before is void: plans that wait or are approved, sessions,
/// sign-in codes, sessions at pages, and credentials for the registry, whose key is made anew. Every
/// service is brought up again from its last accepted deploy.
public struct ControlPlaneRestore {
  private let folder: DataFolder
  private let fileSystem: any FileSystem

  /// A restore into a folder that is not there, or empty.
  public init(_ folder: DataFolder) {
    self.folder = folder
    fileSystem = folder.fileSystem
  }

  /// What was restored.
  public struct Outcome: Sendable, Hashable {
    /// When the backup was made, milliseconds since 1970.
    public var createdAt: Int64
    /// How many services there are.
    public var services: Int
    /// Tokens that count again, those that were revoked since among them.
    public var tokens: Int
  }

  /// Restores.
  ///
  /// - Parameter now: milliseconds since 1970.
  /// - Throws: for a folder in which something is, and a backup that is not whole.
  public func run(from path: String, now: Int64) throws -> Outcome {
    guard try fileSystem.namesIfAny(in: folder.root).isEmpty else {
      throw ControlPlaneError(409, "\(folder.root) is not empty", "expected a new folder")
    }
    let parent = Paths.folder(of: folder.root)
    try fileSystem.ensureFolders(parent, permissions: 0o700)
    let made = DataFolder("\(folder.root).\(try RandomName.make())", fileSystem: fileSystem)
    do {
      try made.make()
      let createdAt = try BackupReader(path, fileSystem).unpack(to: made)
      var outcome = try voidWhatIsHeld(in: made, now)
      outcome.createdAt = createdAt
      try fileSystem.synchronizeFolder(made.root)
      // Only an empty one goes.
      rmdir(folder.root)
      try fileSystem.rename(made.root, to: folder.root)
      try fileSystem.synchronizeFolder(parent)
      return outcome
    } catch {
      FolderTree.remove(made.root)
      throw error
    }
  }

  private func voidWhatIsHeld(in made: DataFolder, _ now: Int64) throws -> Outcome {
    let database = try ControlPlaneDatabase(made.database)
    let outcome = try database.pool.write { db in
      for table in ["sessions", "device_codes", "page_sessions"] where try db.tableExists(table) {
        try db.execute(sql: "DELETE FROM \(table)")
      }
      try db.execute(
        sql: """
          UPDATE plans SET expires = min(expires, ?) WHERE status IN ('pending', 'approved')
          """, arguments: [now])
      try db.execute(
        sql: """
          UPDATE deployments SET status = 'pending', message = NULL
          WHERE id IN (SELECT deployment FROM services)
          """)
      try AuditLog.queue(AuditEntry(.restored), at: now, in: db)
      return Outcome(
        createdAt: 0, services: try Int.fetchOne(db, sql: "SELECT count(*) FROM services") ?? 0,
        tokens: try Int.fetchOne(
          db,
          sql: """
            SELECT count(*) FROM tokens WHERE revoked IS NULL AND (expires IS NULL OR expires > ?)
            """, arguments: [now]) ?? 0)
    }
    try database.pool.writeWithoutTransaction { db in
      _ = try db.checkpoint(.truncate)
    }
    try database.pool.close()
    return outcome
  }
}
