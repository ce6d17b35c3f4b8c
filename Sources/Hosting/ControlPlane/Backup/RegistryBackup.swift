import Digests
import Files
import RegistryServer

/// The registry on its way into a backup: each object once, and the names that repositories have for
/// it.
///
/// Read in the order opposite to that in which pushes write, so that whatever a tag or a manifest in
/// the backup names is in it as well.
struct RegistryBackup {
  private let layout: RegistryLayout
  private let fileSystem: any FileSystem

  init(_ layout: RegistryLayout, _ fileSystem: any FileSystem) {
    self.layout = layout
    self.fileSystem = fileSystem
  }

  func add(to writer: inout BackupWriter) throws {
    for repository in try fileSystem.namesIfAny(in: layout.repositories) {
      let source = "\(layout.repositories)/\(repository)"
      let target = "\(BackupPath.repositories)/\(repository)"
      // Without a name it is being made.
      guard try fileSystem.infoIfAny(source + "/name") != nil else { continue }
      try writer.add(target + "/name", copying: source + "/name")
      try copyFiles(in: "tags", of: source, to: target, &writer)
      for subject in try fileSystem.namesIfAny(in: source + "/referrers") {
        try copyFiles(in: "referrers/\(subject)", of: source, to: target, &writer)
      }
      try linkFiles(in: "manifests", of: source, to: target, &writer)
      try copyFiles(in: "types", of: source, to: target, &writer)
      try linkFiles(in: "blobs", of: source, to: target, &writer)
    }
  }

  private func copyFiles(
    in folder: String, of source: String, to target: String, _ writer: inout BackupWriter
  ) throws {
    for name in try fileSystem.namesIfAny(in: "\(source)/\(folder)") {
      try writer.add("\(target)/\(folder)/\(name)", copying: "\(source)/\(folder)/\(name)")
    }
  }

  private func linkFiles(
    in folder: String, of source: String, to target: String, _ writer: inout BackupWriter
  ) throws {
    for name in try fileSystem.namesIfAny(in: "\(source)/\(folder)") {
      let file = "\(source)/\(folder)/\(name)"
      // What a collection has just taken is gone.
      guard try fileSystem.infoIfAny(file) != nil else { continue }
      let digest = try digest(of: name, file)
      let object = "\(BackupPath.objects)/\(digest.hex)"
      try writer.add(object, from: file, digest: digest)
      writer.link("\(target)/\(folder)/\(name)", to: object)
    }
  }

  // Objects are called by their SHA-256, whatever the repository calls them.
  private func digest(of name: String, _ file: String) throws -> Digest {
    let prefix = "sha256-"
    if name.hasPrefix(prefix), let digest = Digest(sha256Hex: String(name.dropFirst(prefix.count)))
    {
      return digest
    }
    return try BackupWriter.hash(file, fileSystem).digest
  }
}
