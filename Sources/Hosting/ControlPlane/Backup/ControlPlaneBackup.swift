import ContentStore
import Digests
import Encodings
import Files
import Glibc
import GRDB
import RegistryServer

/// Copies everything that a control plane knows into one file, while it is served: the database, the
/// audit log, the key that signs it, and the registry. Not in it are the key that seals env values,
/// without which the values in it say nothing, and the key of the registry's credentials.
public struct ControlPlaneBackup {
  private let folder: DataFolder
  private let fileSystem: any FileSystem

  /// A backup of a folder.
  public init(_ folder: DataFolder) {
    self.folder = folder
    fileSystem = folder.fileSystem
  }

  /// Writes it.
  ///
  /// - Parameter now: milliseconds since 1970.
  /// - Throws: also where something has the name already.
  public func write(to path: String, now: Int64) throws {
    guard try fileSystem.infoIfAny(folder.database) != nil else {
      throw ControlPlaneError(404, "\(folder.root) is no control plane's folder")
    }
    guard try fileSystem.infoIfAny(path) == nil else {
      throw ControlPlaneError(409, "\(path) is there already", "expected a new name")
    }
    let scratch = "\(folder.root)/backup-\(try RandomName.make())"
    try fileSystem.ensureDirectory(scratch, permissions: 0o700)
    defer { FolderTree.remove(scratch) }
    var writer = BackupWriter(createdAt: now, fileSystem)
    try copyRecords(to: scratch)
    try writer.add(BackupPath.database, from: scratch + "/database")
    for name in try fileSystem.namesIfAny(in: scratch) where name != "database" {
      try writer.add("\(BackupPath.audit)/\(name)", from: "\(scratch)/\(name)")
    }
    for name in try fileSystem.namesIfAny(in: folder.keys + "/keys") {
      try writer.add("\(BackupPath.keys)/\(name)", copying: "\(folder.keys)/keys/\(name)")
    }
    try RegistryBackup(RegistryLayout(root: folder.registry), fileSystem).add(to: &writer)
    try writer.write(to: path)
  }

  /// Database and audit log as they are at one moment.
  ///
  /// While the database is locked for writing, nothing new happens, and of the audit log only what
  /// already waits in the database can still be appended: rows that stand in both are known by their
  /// number, and appended once.
  private func copyRecords(to scratch: String) throws {
    let source = try ControlPlaneDatabase(folder.database)
    let lock = try ControlPlaneDatabase(folder.database)
    try lock.pool.writeWithoutTransaction { db in
      try db.execute(sql: "BEGIN IMMEDIATE")
      defer { try? db.execute(sql: "ROLLBACK") }
      let copy = try DatabaseQueue(path: scratch + "/database")
      try source.pool.backup(to: copy)
      try copy.close()
      try copyLedger(to: scratch)
    }
  }

  private static let attempts = 200

  // Whole appends only: one that is under way is over in a moment.
  private func copyLedger(to scratch: String) throws {
    let layout = StoreLayout(root: folder.audit)
    for _ in 0..<Self.attempts {
      let before = try fileSystem.contents(of: layout.checkpoint, limit: 1 << 20)
      let isQuiet = try fileSystem.infoIfAny(layout.appendInProgress) == nil
      if isQuiet {
        let files = AtomicFile(fileSystem: fileSystem, temporary: scratch)
        for path in [layout.ledger, layout.checkpoint, layout.origin, layout.history + "/keys.pub"]
        {
          guard let file = try fileSystem.openFileIfAny(path) else { continue }
          let name = path.split(separator: "/").last.map(String.init) ?? ""
          let whole = AtomicFile.Part.file(
            descriptor: file.descriptor, offset: 0, length: try file.info().size)
          try files.replace("\(scratch)/\(name)", with: [whole], permissions: 0o600)
        }
        let after = try fileSystem.contents(of: layout.checkpoint, limit: 1 << 20)
        if before == after, try fileSystem.infoIfAny(layout.appendInProgress) == nil { return }
      }
      usleep(20_000)
    }
    throw ControlPlaneError(503, "the audit log did not come to rest", "try again")
  }
}

/// Where what stands in a backup's archive.
enum BackupPath {
  static let database = "control-plane.sqlite"
  static let audit = "audit"
  static let keys = "keys"
  static let objects = "registry/objects"
  static let repositories = "registry/repositories"
}
