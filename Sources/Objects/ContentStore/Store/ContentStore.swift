import Files
import Glibc
import SystemPackage

/// A store that was found or made: its paths, its objects, its index and its lock.
public struct ContentStore: Sendable {
  /// Where everything is.
  public let layout: StoreLayout
  /// The calls it is reached by.
  public let fileSystem: any FileSystem
  /// Whether nothing may be written here: an auditor's read-only mount, or opened so.
  public let isReadOnly: Bool

  /// Opens the store of `layout`.
  ///
  /// - Parameter readOnly: true where the caller only asks.
  /// - Throws: `notAStore`, `malformed` for a layout version that is not 1.0.0, `linked` where a
  ///   link stands in place of a folder of the store.
  public init(
    _ layout: StoreLayout, readOnly: Bool = false,
    fileSystem: any FileSystem = LinuxFileSystem()
  ) throws(StoreError) {
    self.init(unchecked: layout, readOnly: readOnly, fileSystem: fileSystem)
    guard let marker = try storing(fileSystem.contents(of: layout.ociLayout, limit: 4096)) else {
      throw StoreError(.notAStore, path: layout.root, expected: "a folder with the file oci-layout")
    }
    try Self.verifyVersion(marker, path: layout.ociLayout)
    try layout.refuseLinks(fileSystem)
  }

  /// The store of `layout`, whatever is there: for whoever looks what is wrong with it.
  public init(
    unchecked layout: StoreLayout, readOnly: Bool = false,
    fileSystem: any FileSystem = LinuxFileSystem()
  ) {
    self.layout = layout
    self.fileSystem = fileSystem
    isReadOnly = readOnly || !fileSystem.isWritable(layout.root)
  }

  /// The same objects beside the ledger of another writer: what is asked of a ledger is asked of this
  /// one.
  ///
  /// - Parameter name: SHA-256 hex of the ledger's origin.
  public func beside(_ name: String) -> ContentStore {
    ContentStore(unchecked: layout.beside(name), readOnly: isReadOnly, fileSystem: fileSystem)
  }

  /// The objects.
  public var blobs: BlobStore { BlobStore(layout: layout, fileSystem: fileSystem) }

  /// Files that are replaced as a whole.
  public var files: AtomicFile {
    AtomicFile(fileSystem: fileSystem, temporary: layout.temporary)
  }

  /// `index.json`.
  public var index: IndexFile {
    IndexFile(path: layout.index, files: files, fileSystem: fileSystem, quarantine: quarantine)
  }

  /// `shallow`.
  public var shallow: ShallowRecords {
    ShallowRecords(path: layout.shallow, files: files, fileSystem: fileSystem)
  }

  /// Moves what is in the way, or is not what its name says, to `quarantine/`.
  ///
  /// - Parameters:
  ///   - name: what its new name begins with.
  ///   - companions: what the names of files end in that go with it, behind its own.
  /// - Returns: where it is now, relative to the store, or nil when it was gone already.
  @discardableResult
  public func setAside(
    _ path: String, as name: String, with companions: [String] = []
  ) throws(StoreError) -> String? {
    try requireWritable()
    return try quarantine.take(path, as: name, with: companions)
  }

  /// Keeps bytes in `quarantine/` that are about to be overwritten or cut off; returns where, relative
  /// to the store.
  public func setAside(_ bytes: [UInt8], as name: String) throws(StoreError) -> String {
    try requireWritable()
    return try quarantine.keep(bytes, as: name)
  }

  private var quarantine: Quarantine { Quarantine(layout: layout, fileSystem: fileSystem) }

  /// Starts adding objects that become durable together.
  ///
  /// - Throws: `readOnly`, or what kept the lease from being written.
  public func begin() throws(StoreError) -> BlobBatch {
    try requireWritable()
    try ensureFolders()
    Leftovers(layout: layout, fileSystem: fileSystem).remove(now: Int64(time(nil)))
    return try BlobBatch(layout: layout, fileSystem: fileSystem)
  }

  /// A store that came through git, tar or an upload may lack its empty folders.
  private func ensureFolders() throws(StoreError) {
    for folder in [layout.temporary, layout.leases] {
      try storing(fileSystem.ensureDirectory(folder))
    }
    guard try storing(fileSystem.infoIfAny(layout.blobs)) == nil else {
      return
    }
    let parent = Paths.folder(of: layout.blobs)
    for folder in [parent, layout.blobs] { try storing(fileSystem.ensureDirectory(folder)) }
    // The objects' folder is synchronised with its objects; those above it are not.
    for folder in [layout.root, parent] { try storing(fileSystem.synchronizeFolder(folder)) }
  }

  /// Takes the lock of the one writer.
  ///
  /// - Parameters:
  ///   - command: what this process does, for whoever has to wait for it.
  ///   - waiting: called once, with the holder as far as it is known, when the lock is taken; throws
  ///     where that is not to be waited for.
  public func lockForWriting(
    command: String, waiting: (WriterLock.Holder?) throws(StoreError) -> Void
  ) throws(StoreError) -> WriterLock {
    try requireWritable()
    let lock = try WriterLock(
      path: layout.lock, fileSystem: fileSystem, command: command, waiting: waiting)
    // Only who has the lock may take objects away, so one that died did not get to the end of it.
    try Sweep(store: self, holding: lock).restore()
    return lock
  }

  /// Replaces the runnable binary of a service, unless it is the same: mode 0755 as the umask leaves
  /// it, its blocks shared with the sources where the file system can, never another name of an
  /// object.
  ///
  /// - Returns: where a folder is now that was in its place; nil in general.
  /// - Throws: `malformed` for a service that is no name of a file, as a row of others may have it.
  @discardableResult
  public func writeBinary(
    of service: String, from parts: [AtomicFile.Part]
  ) throws(StoreError) -> String? {
    let (path, aside) = try clearedPlace(of: service)
    if try storing(files.keep(path, ifItHolds: parts, permissions: 0o100)) { return nil }
    try storing(files.replace(path, with: parts, permissions: 0o777))
    return aside
  }

  /// Begins to write a binary that ``placeBinary(of:_:)`` will put in its place, so that the disk
  /// works while other things are done.
  public func stageBinary(from parts: [AtomicFile.Part]) throws(StoreError) -> StagedFile {
    try requireWritable()
    let file = try storing(files.stage(parts, permissions: 0o777))
    file.startWriteback()
    return file
  }

  /// ``writeBinary(of:from:)`` for one that is written already.
  public func placeBinary(of service: String, _ file: StagedFile) throws(StoreError) -> String? {
    let (path, aside) = try clearedPlace(of: service)
    try storing(file.place(at: path))
    return aside
  }

  /// Where a service's binary is to stand, and where a folder is now that stood there.
  private func clearedPlace(
    of service: String
  ) throws(StoreError) -> (path: String, aside: String?) {
    try requireWritable()
    guard !service.isEmpty, service != ".", service != "..",
      !service.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == 0 })
    else { throw StoreError(.malformed, path: service, expected: "the name of a service") }
    try storing(fileSystem.ensureDirectory(layout.deployFolder))
    let path = layout.binary(of: service)
    guard try storing(fileSystem.infoIfAny(path))?.kind == .directory else { return (path, nil) }
    return (path, try quarantine.take(path, as: "deploy-\(service)"))
  }

  /// How many files there are of something, and their bytes.
  public struct FileCount: Sendable, Hashable {
    /// Files.
    public var files = 0
    /// Bytes.
    public var bytes: UInt64 = 0

    /// None.
    public init() {}

    init(_ found: [Leftovers.File]) {
      files = found.count
      bytes = found.reduce(0) { $0 + $1.size }
    }
  }

  /// How much processes that died left in `tmp/` and, more than an hour ago, in `leases/`.
  ///
  /// - Parameters:
  ///   - now: seconds since 1970.
  ///   - grace: seconds that an unfinished file has not been written to.
  public func leftovers(now: Int64, grace: Int64 = 3600) -> FileCount {
    FileCount(Leftovers(layout: layout, fileSystem: fileSystem).find(now: now, grace: grace))
  }

  /// Removes it. The caller holds the writer's lock, so that nobody is in the middle of replacing a
  /// file.
  ///
  /// - Returns: what went.
  @discardableResult
  public func removeLeftovers(
    now: Int64, grace: Int64 = 3600
  ) throws(StoreError) -> FileCount {
    try requireWritable()
    return FileCount(
      Leftovers(layout: layout, fileSystem: fileSystem).remove(now: now, grace: grace))
  }

  /// The line in `origin`, without its end; nil where there is none.
  public func origin() throws(StoreError) -> String? {
    guard let bytes = try storing(fileSystem.contents(of: layout.origin, limit: 4096)) else {
      return nil
    }
    return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }

  /// - Throws: `readOnly` when nothing may be written here.
  public func requireWritable() throws(StoreError) {
    if isReadOnly { throw StoreError(.readOnly, path: layout.root) }
  }
}
