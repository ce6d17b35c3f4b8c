import ContentStore
import Digests
import Files
import OCIImage
import Synchronization

/// One repository: the blobs that were pushed or mounted here, manifests, tags and referrers.
///
/// Every change is one file that gets its name when it is whole, so changes of different names need
/// no order, and 16 clients that push at once lose nothing. Only what takes something away, or looks
/// before it replaces, has the repository to itself.
public final class Repository: Sendable {
  /// What it is called.
  public let name: RepositoryName
  let folder: String
  let objects: ObjectFolder
  let lock = SharedLock()
  // When a client was last told that a blob is here: it may be about to name it in a manifest.
  private let told = Mutex<[Digest: ContinuousClock.Instant]>([:])
  private let opened = ContinuousClock.now
  let types = MediaTypeCache()

  init(_ name: RepositoryName, folder: String, _ objects: ObjectFolder) {
    self.name = name
    self.folder = folder
    self.objects = objects
  }

  var fileSystem: any FileSystem { objects.fileSystem }
  var files: AtomicFile { objects.store.files }

  var blobFolder: String { folder + "/blobs" }
  var manifestFolder: String { folder + "/manifests" }
  var typeFolder: String { folder + "/types" }
  var tagFolder: String { folder + "/tags" }
  var referrerFolder: String { folder + "/referrers" }
  var uploadFolder: String { folder + "/uploads" }

  var folders: [String] { RegistryLayout.repositoryFolders.map { "\(folder)/\($0)" } }

  func blobPath(_ digest: Digest) -> String { "\(blobFolder)/\(digest.fileName)" }
  func manifestPath(_ digest: Digest) -> String { "\(manifestFolder)/\(digest.fileName)" }
  func typePath(_ digest: Digest) -> String { "\(typeFolder)/\(digest.fileName)" }
  // A tag begins with a letter, a digit or an underscore and has no slash.
  func tagPath(_ tag: String) -> String { "\(tagFolder)/\(tag)" }

  // MARK: Blobs

  /// A blob that is here, open.
  public struct OpenBlob: Sendable {
    /// Its bytes.
    public let file: SharedFile
    /// In bytes.
    public let size: UInt64
  }

  /// A blob, open for reading; nil where it was never pushed or mounted here.
  public func blob(_ digest: Digest) throws(RegistryError) -> OpenBlob? {
    guard let file = try onDisk(fileSystem.openFileIfAny(blobPath(digest))) else { return nil }
    let size = try onDisk(file.info()).size
    return OpenBlob(file: SharedFile(file), size: size)
  }

  /// The size of a blob in bytes; nil where it was never pushed or mounted here.
  public func blobSize(_ digest: Digest) throws(RegistryError) -> UInt64? {
    // Noted first: what is found after that, no collection takes.
    let moment = tell(digest)
    if let info = try onDisk(fileSystem.infoIfAny(blobPath(digest))) { return info.size }
    told.withLock { if $0[digest] == moment { $0[digest] = nil } }
    return nil
  }

  /// Takes a blob from another repository.
  ///
  /// - Returns: false where that one has no such blob.
  public func mount(_ digest: Digest, from other: Repository) throws(RegistryError) -> Bool {
    try lock.shared { () throws(RegistryError) in
      guard try objects.mount(other.blobPath(digest), as: blobPath(digest)) else { return false }
      tell(digest)
      return true
    }
  }

  /// Forgets a blob.
  ///
  /// - Returns: false where it is not here.
  public func removeBlob(_ digest: Digest) throws(RegistryError) -> Bool {
    try lock.exclusive { () throws(RegistryError) in
      guard try onDisk(fileSystem.removeIfAny(blobPath(digest))) else { return false }
      try onDisk(fileSystem.synchronizeFolder(blobFolder))
      return true
    }
  }

  // MARK: What clients were told

  /// Notes that a client learns now that a blob is here.
  @discardableResult
  func tell(_ digest: Digest) -> ContinuousClock.Instant {
    told.withLock { told in
      let moment = ContinuousClock.now
      told[digest] = moment
      return moment
    }
  }

  /// Whether at a moment no client could rely any more on having been told of a blob: nobody had been
  /// for `grace` then, or since, and this process had been there for so long.
  func isForgotten(
    _ digest: Digest, at moment: ContinuousClock.Instant, grace: Duration
  ) -> Bool {
    let last = told.withLock { $0[digest] } ?? opened
    return last + grace <= moment
  }

  /// Drops notes that are of no use any more.
  func forget(grace: Duration) {
    let limit = ContinuousClock.now - grace
    told.withLock { $0 = $0.filter { $0.value > limit } }
  }
}

/// Media types of manifests that were asked for, so that a pull does not read the document for it.
final class MediaTypeCache: Sendable {
  private let types = Mutex<[Digest: String]>([:])
  private static let limit = 4096

  subscript(_ digest: Digest) -> String? {
    get { types.withLock { $0[digest] } }
    set {
      types.withLock { types in
        if types.count >= Self.limit { types = [:] }
        types[digest] = newValue
      }
    }
  }
}
