import Archive
import ContentStore
import Digests
import Encodings
import Files
import Synchronization

/// A tar of an OCI image layout that is written as a whole: the same objects give the same bytes,
/// wherever they come from. A file that has the name is replaced when all of it is there.
public final class LayoutArchive: ImageTarget {
  private let reference: LayoutReference
  private let fileSystem: any FileSystem
  private let objects = ArchiveSink()

  /// - Parameter reference: of which the path is from the root, or from the current folder.
  public init(_ reference: LayoutReference, fileSystem: any FileSystem = LinuxFileSystem()) {
    self.reference = reference
    self.fileSystem = fileSystem
  }

  /// What is named in a tar, to be read.
  ///
  /// - Throws: `noLayout`, `dockerArchive`, `compressed`, `archive`, `store`.
  public static func source(
    _ reference: LayoutReference, fileSystem: any FileSystem = LinuxFileSystem()
  ) throws(TransferError) -> LayoutPlace {
    let blobs = try ArchiveBlobs(reference.path, fileSystem)
    return LayoutPlace(
      reference, shown: ImageAddress.archive(reference).description, index: try blobs.index(),
      blobs: blobs)
  }

  /// As it was named.
  public var shown: String { ImageAddress.archive(reference).description }
  /// Takes note of what is to be written.
  public var sink: any BlobSink { objects }
  /// What has to be copied, if that was named.
  public var digest: Digest? { reference.digest }

  /// Whether something that is no file is in the way.
  public func check() throws(TransferError) {
    let path = reference.path
    let info = try transferring(storingInfo(path))
    if let info, info.kind != .file {
      throw .store(
        StoreError(.malformed, path: path, expected: "a file, or nothing", found: info.kind.words))
    }
    let folder = Paths.folder(of: path)
    guard try transferring(storingInfo(folder))?.kind == .directory else {
      throw .store(StoreError(.noSuchFileOrDirectory, call: "open", path: folder))
    }
  }

  private func storingInfo(_ path: String) throws(StoreError) -> FileInfo? {
    try storing(fileSystem.infoIfAny(path, followingLink: true))
  }

  /// Writes all of it: objects in the order of their digests, `index.json`, `oci-layout`.
  public func finish(
    _ root: Descriptor, attached: [Descriptor], from source: any BlobSource
  ) throws -> String? {
    var index = Index()
    index.name(root.bare, reference.name?.text)
    for descriptor in attached { index.name(descriptor.bare, nil) }
    let failure = Mutex<StoreError?>(nil)
    let entries = objects.noted.map { object in
      TarEntry.file(
        "blobs/\(object.descriptor.digest.algorithm)/\(object.descriptor.digest.hex)",
        size: object.descriptor.size
      ) { (take) throws(ArchiveError) in
        try object.hand(to: take) { error in failure.withLock { $0 = error } }
      }
    }
    do throws(ArchiveError) {
      let writer = try TarWriter(
        entries + [
          .file("index.json", index.bytes), .file("oci-layout", ContentStore.marker),
        ])
      try write(writer) { error in failure.withLock { $0 = error } }
    } catch {
      if let failure = failure.withLock({ $0 }) { throw failure }
      throw TransferError.archive(error, path: reference.path)
    }
    return reference.name?.text
  }

  private func write(
    _ writer: TarWriter, failing: (StoreError) -> Void
  ) throws(ArchiveError) {
    let unwritten = ArchiveError.system(call: "write", errno: 0)
    func storing(_ body: () throws(FileError) -> Void) throws(ArchiveError) {
      do throws(FileError) { try body() } catch {
        failing(StoreError(error))
        throw unwritten
      }
    }
    var file: NewFile?
    try storing { () throws(FileError) in
      file = try NewFile(replacing: reference.path, fileSystem)
    }
    guard let file else { return }
    try writer.write { (piece) throws(ArchiveError) in
      try storing { () throws(FileError) in try file.write(piece) }
    }
    try storing { () throws(FileError) in try file.place() }
  }
}

/// What is to be written to a tar, which wants to know all sizes and names before the first byte.
private final class ArchiveSink: BlobSink {
  struct Noted: Sendable {
    var descriptor: Descriptor
    var source: any BlobSource

    /// Streams it, hashed.
    func hand(
      to take: (UnsafeRawBufferPointer) throws(ArchiveError) -> Void,
      failing: (StoreError) -> Void
    ) throws(ArchiveError) {
      var problem: ArchiveError?
      do throws(StoreError) {
        try source.stream(descriptor) { (piece) throws(StoreError) in
          do throws(ArchiveError) { try take(piece) } catch {
            problem = error
            throw StoreError(.system)
          }
        }
      } catch {
        if let problem { throw problem }
        failing(error)
        throw .sourceChanged(
          path: "\(descriptor.digest)", expected: descriptor.size, found: 0)
      }
    }
  }

  private var objects: [Digest: Noted] = [:]

  /// Each once, in the order of their digests.
  var noted: [Noted] { objects.values.sorted { $0.descriptor.digest < $1.descriptor.digest } }

  func has(_ descriptor: Descriptor) throws(StoreError) -> Bool {
    guard let noted = objects[descriptor.digest] else { return false }
    return noted.descriptor.size == descriptor.size
  }

  func write(_ descriptor: Descriptor, from source: some BlobSource) throws(StoreError) {
    guard descriptor.digest.algorithm == .sha256 else {
      throw StoreError(.unsupportedDigest, digest: descriptor.digest)
    }
    objects[descriptor.digest] = Noted(descriptor: descriptor, source: source)
  }

  // Nobody finds anything of it before the whole file is in its place.
  func commit() {}
}
