import ContentStore
import Digests
import Files
import SystemPackage

/// The objects of all repositories, each once, and the names they have in repositories.
///
/// What a repository has is not a note about an object but another name (a hard link) of the same
/// file. The kernel counts the names, in the same step as it gives or takes one, so a collection
/// needs no lock and no list of what is in use: whatever it removes has no other name, and what got
/// one in the same moment keeps its bytes under that name.
///
/// Where a file system gives no second name, or no further one, a repository has a file of its own.
struct ObjectFolder: Sendable {
  let store: ContentStore
  let fileSystem: any FileSystem

  /// Gives a finished file its name in a repository, and among the objects unless they have the same
  /// bytes; both last when this returns. The file's own name goes.
  ///
  /// - Parameters:
  ///   - file: synchronised, on the same file system.
  ///   - object: the SHA-256 of its bytes.
  ///   - name: a path in a repository.
  func adopt(_ file: String, as object: Digest, named name: String) throws(RegistryError) {
    let place = try inStore(store.layout.blob(object))
    if try !link(file, by: place, object, to: name) {
      // No names to be had: the file itself takes its place in the repository.
      try calling("rename", name) { () throws(Errno) in try fileSystem.rename(file, to: name) }
    }
    try onDisk(fileSystem.removeIfAny(file))
    try onDisk(fileSystem.synchronizeFolder(Paths.folder(of: name)))
    try onDisk(fileSystem.synchronizeFolder(store.layout.blobs))
  }

  // Again as often as a collection takes the object between the two steps.
  private func link(
    _ file: String, by place: String, _ object: Digest, to name: String
  ) throws(RegistryError) -> Bool {
    while true {
      switch try link(file, to: place) {
      case .made: break
      case .taken:
        guard try isIntact(object) else {
          let end = "\(object.algorithm)-\(object.hex)"
          try inStore(store.setAside(place, as: end))
          continue
        }
      case .gone, .impossible: return false
      }
      switch try give(place, name) {
      case .made, .taken: return true
      case .gone: continue
      case .impossible: return false
      }
    }
  }

  /// Gives what a repository has a name in another one.
  ///
  /// - Returns: false when it is gone.
  func mount(_ blob: String, as name: String) throws(RegistryError) -> Bool {
    switch try give(blob, name) {
    case .made, .taken: break
    case .gone: return false
    case .impossible:
      guard let file = try onDisk(fileSystem.openFileIfAny(blob)) else { return false }
      let whole = AtomicFile.Part.file(
        descriptor: file.descriptor, offset: 0, length: try onDisk(file.info()).size)
      try onDisk(store.files.replace(name, with: [whole], permissions: 0o444))
    }
    try onDisk(fileSystem.synchronizeFolder(Paths.folder(of: name)))
    return true
  }

  /// Writes a small object and gives it its name in a repository.
  func add(_ bytes: [UInt8], named name: String) throws(RegistryError) {
    let path = "\(store.layout.temporary)/\(try onDisk(RandomName.make()))"
    let file = try onDisk(fileSystem.openFile(path, [.write, .new], permissions: 0o444))
    do throws(RegistryError) {
      try onDisk(file.write(bytes))
      try onDisk(file.synchronize())
      try adopt(path, as: .sha256(of: bytes), named: name)
    } catch {
      _ = try? fileSystem.removeIfAny(path)
      throw error
    }
  }

  // MARK: Names

  private enum Linking {
    case made, taken
    /// The first of the two names is not there any more.
    case gone
    /// Not on this file system, or not one more of this file.
    case impossible
  }

  private func link(_ path: String, to other: String) throws(RegistryError) -> Linking {
    do throws(Errno) {
      try fileSystem.link(path, to: other)
      return .made
    } catch .fileExists {
      return .taken
    } catch .noSuchFileOrDirectory {
      return .gone
    } catch {
      if error.meansUnsupported { return .impossible }
      throw RegistryError(StoreError(error, call: "link", path: other))
    }
  }

  // What a repository has under the name already is replaced where it is another file: one that was
  // damaged, or is a copy.
  private func give(_ path: String, _ name: String) throws(RegistryError) -> Linking {
    let first = try link(path, to: name)
    guard first == .taken else { return first }
    guard let new = try onDisk(fileSystem.infoIfAny(path)) else { return .gone }
    if let old = try onDisk(fileSystem.infoIfAny(name)), old.inode == new.inode,
      old.device == new.device
    {
      return .taken
    }
    let beside = "\(store.layout.temporary)/\(try onDisk(RandomName.make()))"
    let second = try link(path, to: beside)
    guard second == .made else { return second }
    try calling("rename", name) { () throws(Errno) in try fileSystem.rename(beside, to: name) }
    // A rename between two names of one file leaves both.
    try onDisk(fileSystem.removeIfAny(beside))
    return .made
  }

  private func isIntact(_ object: Digest) throws(RegistryError) -> Bool {
    do throws(StoreError) {
      try store.blobs.verify(object)
      return true
    } catch {
      if error.code == .missing || error.code == .corrupt { return false }
      throw RegistryError(error)
    }
  }

  // MARK: Collection

  /// Removes an object that has no other name.
  ///
  /// It is moved out of the way first: nobody finds it by its name then, and whoever gave it another
  /// one before that is seen now.
  ///
  /// - Returns: its size where it went, in bytes.
  func removeIfUnnamed(_ object: Digest) throws(RegistryError) -> UInt64? {
    let place = try inStore(store.layout.blob(object))
    guard let info = try onDisk(fileSystem.infoIfAny(place)), info.links == 1 else { return nil }
    let aside = "\(store.layout.collected)/\(object.hex)"
    guard try onDisk(fileSystem.renameIfAny(place, to: aside)) else { return nil }
    if let now = try onDisk(fileSystem.infoIfAny(aside)), now.links > 1 {
      // Somebody may have brought the same bytes meanwhile; then those have the name.
      if try onDisk(fileSystem.move(aside, toNew: place)) { return nil }
    }
    try onDisk(fileSystem.removeIfAny(aside))
    return info.size
  }
}
