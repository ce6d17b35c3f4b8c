import ContentStore
import Digests
import Files
import Glibc
import OCIImage
import SystemPackage

/// A folder that is an OCI image layout, or becomes one: of any tool, or a store of ours.
public final class LayoutFolder: ImageTarget {
  private let reference: LayoutReference
  private let isListed: Bool
  private let fileSystem: any FileSystem
  private let waiting: (WriterLock.Holder?) -> Void
  private let writer: FolderSink

  /// - Parameters:
  ///   - reference: of which the path is from the root, or from the current folder.
  ///   - isListed: whether `index.json` names what was copied; without, the next collection takes it
  ///     unless something else does until then.
  ///   - waiting: called when somebody else writes there just now.
  public init(
    _ reference: LayoutReference, isListed: Bool = true,
    fileSystem: any FileSystem = LinuxFileSystem(),
    waiting: @escaping (WriterLock.Holder?) -> Void = { _ in }
  ) {
    self.reference = reference
    self.isListed = isListed
    self.fileSystem = fileSystem
    self.waiting = waiting
    writer = FolderSink(reference.path, fileSystem, waiting)
  }

  /// What is named in a folder, to be read.
  ///
  /// - Throws: `noLayout`, `store`.
  public static func source(
    _ reference: LayoutReference, fileSystem: any FileSystem = LinuxFileSystem()
  ) throws(TransferError) -> LayoutPlace {
    let store = try open(reference.path, readOnly: true, fileSystem)
    return LayoutPlace(
      reference, shown: ImageAddress.folder(reference).description,
      index: try transferring(store.index.read()), blobs: store.blobs)
  }

  private static func open(
    _ path: String, readOnly: Bool, _ fileSystem: any FileSystem
  ) throws(TransferError) -> ContentStore {
    do throws(StoreError) {
      let root = try storing(fileSystem.resolvedIfAny(path)) ?? path
      return try ContentStore(
        StoreLayout(root: root), readOnly: readOnly, fileSystem: fileSystem)
    } catch {
      guard error.code == .notAStore else { throw .store(error) }
      let isThere = (try? fileSystem.infoIfAny(path, followingLink: true)) != nil
      throw .noLayout(
        path: path, expected: "a folder with the file oci-layout",
        found: isThere ? "none in it" : "nothing")
    }
  }

  /// As it was named.
  public var shown: String { ImageAddress.folder(reference).description }
  /// Makes the layout when the first object comes.
  public var sink: any BlobSink { writer }
  /// What has to be copied, if that was named.
  public var digest: Digest? { reference.digest }

  /// - Throws: `serviceTag` in a store of ours, `noLayout` for a folder of something else.
  public func check() throws(TransferError) {
    let index: Index
    do throws(StoreError) {
      guard let store = try NewLayout(reference.path, fileSystem).existing() else { return }
      index = try store.index.read()
    } catch {
      throw own(error) ?? .store(error)
    }
    try requireFree(index)
  }

  /// A folder that holds something else is told as such.
  public func own(_ error: StoreError) -> TransferError? {
    guard error.code == .notAStore else { return nil }
    return .noLayout(
      path: reference.path, expected: error.expected ?? "an OCI image layout",
      found: error.found ?? "something else")
  }

  private func requireFree(_ index: Index) throws(TransferError) {
    guard let name = reference.name,
      index.tagged(name.text)?.annotations[Annotation.service] != nil
    else { return }
    throw .serviceTag(name, at: reference.path)
  }

  /// Names it in `index.json`; the entries of others stay as they are.
  ///
  /// - Throws: `serviceTag` in a store of ours.
  public func finish(
    _ root: Descriptor, attached: [Descriptor], from source: any BlobSource
  ) throws -> String? {
    defer { writer.end() }
    let store = try writer.open().store
    guard isListed else { return nil }
    let lock = try writer.lockForNames(waiting)
    defer { withExtendedLifetime(lock) {} }
    try requireFree(store.index.read())
    try store.index.update { index in
      index.name(root.bare, reference.name?.text)
      for descriptor in attached { index.name(descriptor.bare, nil) }
    }
    return reference.name?.text
  }
}

/// The objects of a folder as they come. Nothing is made before the first of them does.
private final class FolderSink: BlobSink {
  struct Opened {
    var store: ContentStore
    var batch: BlobBatch
    /// Of a layout that is none of ours, from the first object to the end: it has no leases that
    /// anybody would look at, and what only we need there goes again.
    var lock: SharedFile?
  }

  private let path: String
  private let fileSystem: any FileSystem
  private let waiting: (WriterLock.Holder?) -> Void
  private var opened: Opened?
  // Taken together, because whoever has them may be far away.
  private var awaited: [(descriptor: Descriptor, source: any BlobSource)] = []
  private static let parallel = 4

  init(
    _ path: String, _ fileSystem: any FileSystem,
    _ waiting: @escaping (WriterLock.Holder?) -> Void
  ) {
    self.path = path
    self.fileSystem = fileSystem
    self.waiting = waiting
  }

  deinit { end() }

  func has(_ descriptor: Descriptor) throws(StoreError) -> Bool {
    try open().batch.has(descriptor)
  }

  func write(_ descriptor: Descriptor, from source: some BlobSource) throws(StoreError) {
    guard References.isDocument(descriptor.mediaType) else {
      awaited.append((descriptor, source))
      return
    }
    try open().batch.write(descriptor, from: source)
  }

  func commit() throws(StoreError) {
    let batch = try open().batch
    let objects = awaited
    awaited = []
    try batch.write(objects, threads: Self.parallel)
    try batch.commit()
  }

  @discardableResult
  func open() throws(StoreError) -> Opened {
    if let opened { return opened }
    let store = try NewLayout(path, fileSystem).store()
    var lock: SharedFile?
    if try store.origin() == nil {
      let file = SharedFile(try storing(fileSystem.openFile(store.layout.ociLayout, .write)))
      if try !storing(file.file.lock(wait: false)) {
        waiting(nil)
        _ = try storing(file.file.lock(wait: true))
      }
      lock = file
    }
    let opened = Opened(store: store, batch: try store.begin(), lock: lock)
    self.opened = opened
    return opened
  }

  /// What has to be held while names are given.
  func lockForNames(_ waiting: (WriterLock.Holder?) -> Void) throws(StoreError) -> AnyObject? {
    let opened = try open()
    if opened.lock != nil { return opened.lock }
    return try opened.store.lockForWriting(command: "store cp") { waiting($0) }
  }

  func end() {
    guard let opened else { return }
    opened.batch.end()
    if opened.lock != nil {
      // Nobody else of ours is there. What is not empty stays.
      rmdir(opened.store.layout.temporary)
      rmdir(opened.store.layout.leases)
    }
    self.opened = nil
  }
}
