import Archive
import Digests
import Encodings
import Files
import Glibc

/// Gathers the files of a backup, then writes them as one tar that only its owner may read.
struct BackupWriter {
  private let fileSystem: any FileSystem
  private var contents: BackupContents
  private var entries: [TarEntry] = []

  init(createdAt: Int64, _ fileSystem: any FileSystem) {
    contents = BackupContents(createdAt: createdAt)
    self.fileSystem = fileSystem
  }

  /// A small file as it is now; none where there is none.
  mutating func add(_ path: String, copying file: String, limit: Int = 16 << 20) throws {
    guard let bytes = try fileSystem.contents(of: file, limit: limit) else { return }
    contents.files[ByteName(path)] = .sha256(of: bytes)
    entries.append(.file(path, bytes))
  }

  /// A file that changes no more.
  mutating func add(_ path: String, from file: String, digest: Digest? = nil) throws {
    guard contents.files[ByteName(path)] == nil else { return }
    let (found, size) = try Self.hash(file, fileSystem)
    guard digest == nil || digest == found else {
      throw ControlPlaneError(500, "\(file) is damaged", "\(found), expected \(path)")
    }
    contents.files[ByteName(path)] = found
    let fileSystem = fileSystem
    entries.append(
      .file(path, size: size) { (sink) throws(ArchiveError) in
        let opened: OpenFile
        do throws(FileError) { opened = try fileSystem.openFile(file) } catch {
          throw .system(call: "open", errno: error.errno?.rawValue ?? EIO)
        }
        try FileSource(descriptor: opened.descriptor).stream(to: sink)
      })
  }

  /// A name in a repository for a file that was added.
  mutating func link(_ path: String, to file: String) {
    contents.links[ByteName(path)] = ByteName(file)
  }

  /// SHA-256 and size of a file.
  static func hash(
    _ path: String, _ fileSystem: any FileSystem
  ) throws -> (digest: Digest, size: UInt64) {
    let file = try fileSystem.openFile(path)
    var hasher = SHA256Hasher()
    let size = try file.info().size
    try FileSource(descriptor: file.descriptor, length: size).stream {
      (piece) throws(ArchiveError) in hasher.update(piece)
    }
    return (hasher.finalize(), size)
  }

  /// Writes the backup, whole or not at all.
  ///
  /// - Throws: also where something has the name.
  func write(to path: String) throws {
    let beside = "\(path).\(try RandomName.make())"
    let file = try fileSystem.openFile(beside, [.write, .new], permissions: 0o600)
    do {
      let list = TarEntry.file(BackupContents.fileName, contents.bytes)
      try TarWriter(entries + [list]).write { (piece) throws(WriteFailure) in
        do throws(FileError) { try file.write(piece) } catch { throw .file(error) }
      }
      try file.synchronize()
      guard try fileSystem.move(beside, toNew: path) else {
        throw ControlPlaneError(409, "\(path) is there already", "expected a new name")
      }
      try fileSystem.synchronizeFolder(Paths.folder(of: path))
    } catch {
      _ = try? fileSystem.removeIfAny(beside)
      throw error
    }
  }

  private enum WriteFailure: ArchiveFailure {
    case file(FileError)
    case archive(ArchiveError)
    init(_ error: ArchiveError) { self = .archive(error) }
  }
}
