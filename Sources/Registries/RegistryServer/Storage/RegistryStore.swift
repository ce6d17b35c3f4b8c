import ContentStore
import Digests
import Files
import Glibc
import OCIImage
import Synchronization

/// The data of a registry: its repositories and their objects, in one folder that one process has.
///
/// Calls block until they are done, and what they answer is on the device.
public final class RegistryStore: Sendable {
  /// Where everything is.
  public let layout: RegistryLayout
  let fileSystem: any FileSystem
  let objects: ObjectFolder
  let uploads: UploadDesk
  // Held as long as the process uses the folder.
  private let lock: WriterLock
  private let repositories: Mutex<[String: Repository]>
  private let making = Mutex<Void>(())

  /// Opens the registry in a folder, or makes one there.
  ///
  /// - Parameters:
  ///   - folder: absolute; the one above it exists.
  ///   - maximumUploads: uploads that may be open at a time.
  /// - Throws: what the disk answers; ``RegistryError/Code/unknown`` with a message where another
  ///   process has the folder.
  public init(
    folder: String, maximumUploads: Int = 1000, fileSystem: any FileSystem = LinuxFileSystem()
  ) throws(RegistryError) {
    try onDisk(fileSystem.ensureFolders(folder, permissions: 0o700))
    let layout = RegistryLayout(root: folder)
    self.layout = layout
    self.fileSystem = fileSystem
    for folder in [layout.objects.root, layout.repositories] {
      try onDisk(fileSystem.ensureDirectory(folder))
    }
    try inStore(StoreMaker(fileSystem: fileSystem).makeFolders(of: layout.objects))
    try onDisk(fileSystem.ensureDirectory(layout.objects.collected))
    try onDisk(fileSystem.synchronizeFolder(folder))
    let store = ContentStore(unchecked: layout.objects, fileSystem: fileSystem)
    lock = try Self.lock(store)
    objects = ObjectFolder(store: store, fileSystem: fileSystem)
    var found: [String: Repository] = [:]
    for name in try onDisk(fileSystem.namesIfAny(in: layout.repositories)) {
      let folder = "\(layout.repositories)/\(name)"
      // Without a name it was being made when its process ended, and holds nothing.
      guard let line = try onDisk(fileSystem.contents(of: folder + "/name", limit: 4096)),
        let name = RepositoryName(
          String(decoding: line.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)),
        layout.repository(name) == folder
      else { continue }
      found[name.text] = Repository(name, folder: folder, objects)
    }
    uploads = try UploadDesk(
      found.values.map(\.uploadFolder), limit: maximumUploads, fileSystem: fileSystem)
    repositories = Mutex(found)
  }

  private static func lock(_ store: ContentStore) throws(RegistryError) -> WriterLock {
    var holder: WriterLock.Holder?
    do throws(StoreError) {
      return try store.lockForWriting(command: "registry") { (found) throws(StoreError) in
        holder = found
        throw StoreError(.accessDenied, path: store.layout.lock)
      }
    } catch {
      var failure = RegistryError(error)
      if error.code == .accessDenied, error.errno == nil {
        let process = holder.map { "process \($0.pid)" } ?? "another process"
        failure.message = "\(process) serves this folder already"
      }
      throw failure
    }
  }

  /// Every object by its SHA-256, whichever repository has it: for what runs images that somebody
  /// else has looked at.
  public var blobs: BlobStore { objects.store.blobs }

  /// A repository that is there.
  public func repository(_ name: RepositoryName) -> Repository? {
    repositories.withLock { $0[name.text] }
  }

  /// The repositories, in no order.
  public var all: [Repository] { repositories.withLock { Array($0.values) } }

  /// A repository, made where it is not there.
  public func makeRepository(_ name: RepositoryName) throws(RegistryError) -> Repository {
    if let found = repository(name) { return found }
    return try making.withLock { _ throws(RegistryError) in
      if let found = repository(name) { return found }
      let folder = layout.repository(name)
      try onDisk(fileSystem.ensureDirectory(folder))
      let made = Repository(name, folder: folder, objects)
      for folder in made.folders { try onDisk(fileSystem.ensureDirectory(folder)) }
      // Last, because it is what makes the folder a repository.
      try onDisk(objects.store.files.replace(folder + "/name", with: Array("\(name)\n".utf8)))
      try onDisk(fileSystem.synchronizeFolder(layout.repositories))
      repositories.withLock { $0[name.text] = made }
      return made
    }
  }

  /// Names of repositories in the order of their bytes.
  ///
  /// - Parameters:
  ///   - last: the name after which to begin.
  ///   - isVisible: whether whoever asks may see one.
  public func names(after last: String?, where isVisible: (RepositoryName) -> Bool) -> [String] {
    let names = all.map(\.name).filter { name in
      (last.map { $0 < name.text } ?? true) && isVisible(name)
    }
    return names.map(\.text).sorted()
  }
}
