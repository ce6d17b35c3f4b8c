import Archive
import ContentStore
import Digests
import Encodings
import Files
import RegistryServer

/// Unpacks a backup, of which nothing is believed: names are ours or refused, every file is what its
/// digest says, none is missing.
struct BackupReader {
  private let path: String
  private let fileSystem: any FileSystem

  init(_ path: String, _ fileSystem: any FileSystem) {
    self.path = path
    self.fileSystem = fileSystem
  }

  /// - Returns: when it was made, milliseconds since 1970.
  func unpack(to folder: DataFolder) throws -> Int64 {
    let file = try fileSystem.openFile(path, .throughLinks)
    let source = try FileSource(descriptor: file.descriptor)
    let contents = try contents(source)
    var reader = TarReader(source)
    var missing = Set(contents.files.keys)
    while let item = try reader.next() {
      guard item.kind != .directory, item.path != BackupContents.fileName else { continue }
      let name = ByteName(item.path)
      guard item.kind == .file, let digest = contents.files[name], missing.remove(name) != nil,
        let target = Self.place(of: item.path, in: folder)
      else { throw Self.broken("\(item.path) does not belong there") }
      let found = try copy(source, item, to: target)
      guard found == digest else {
        throw Self.broken("\(item.path) is \(found), expected \(digest)")
      }
    }
    if let name = missing.first { throw Self.broken("\(name.text) is missing") }
    for (link, object) in contents.links {
      guard contents.files[object] != nil, let target = Self.place(of: link.text, in: folder),
        let file = Self.place(of: object.text, in: folder)
      else { throw Self.broken("\(link.text) does not belong there") }
      try fileSystem.ensureFolders(Paths.folder(of: target), permissions: 0o700)
      try fileSystem.link(file, to: target)
    }
    try makeRepositories(in: RegistryLayout(root: folder.registry))
    try fileSystem.openFolder(folder.root).synchronizeAll()
    return contents.createdAt
  }

  // Folders that nothing was in.
  private func makeRepositories(in layout: RegistryLayout) throws {
    for repository in try fileSystem.namesIfAny(in: layout.repositories) {
      for name in RegistryLayout.repositoryFolders {
        try fileSystem.ensureDirectory("\(layout.repositories)/\(repository)/\(name)")
      }
    }
  }

  private static func broken(_ detail: String) -> ControlPlaneError {
    ControlPlaneError(500, "the backup is not whole", detail)
  }

  private func contents(_ source: FileSource) throws -> BackupContents {
    var reader = TarReader(source)
    while let item = try reader.next() {
      guard item.path == BackupContents.fileName, item.kind == .file else { continue }
      return try BackupContents(reader.content(of: item, limit: BackupContents.limit))
    }
    throw Self.broken("\(BackupContents.fileName) is missing")
  }

  // Only names that a backup has.
  private static func place(of path: String, in folder: DataFolder) -> String? {
    if path == BackupPath.database { return folder.database }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.allSatisfy({ !$0.isEmpty && !$0.hasPrefix(".") }) else { return nil }
    switch (parts.first, parts.count) {
    case (BackupPath.audit, 2): return "\(folder.audit)/\(parts[1])"
    case (BackupPath.keys, 2): return "\(folder.keys)/keys/\(parts[1])"
    case ("registry", 3) where parts[1] == "objects":
      return Digest(sha256Hex: parts[2]).map { "\(folder.registry)/objects/blobs/sha256/\($0.hex)" }
    case ("registry", 4...6) where parts[1] == "repositories":
      guard Digest(sha256Hex: parts[2]) != nil else { return nil }
      return ([folder.registry] + parts.dropFirst()).joined(separator: "/")
    default: return nil
    }
  }

  private func copy(_ source: FileSource, _ item: TarItem, to target: String) throws -> Digest {
    try fileSystem.ensureFolders(Paths.folder(of: target), permissions: 0o700)
    let isObject = target.contains("/objects/")
    let file = try fileSystem.openFile(
      target, [.write, .new], permissions: isObject ? 0o444 : 0o600)
    var hasher = SHA256Hasher()
    let part = FileSource(
      descriptor: source.descriptor, offset: source.offset + item.contentOffset, length: item.size)
    var failure: FileError?
    try part.stream { (piece) throws(ArchiveError) in
      hasher.update(piece)
      do throws(FileError) { try file.write(piece) } catch {
        failure = error
        throw .truncated(offset: 0)
      }
    }
    if let failure { throw failure }
    return hasher.finalize()
  }
}
