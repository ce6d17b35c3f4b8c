import Digests
import Encodings
import Files
import Glibc
import SystemPackage

/// Objects that are added together: written one by one, made durable together, named last.
///
/// Nothing may refer to an object before ``commit()`` has returned. Until ``end()`` a lease keeps
/// them, and those that were there already, from being collected; a batch that goes away without
/// it, or with its process, leaves nothing but files that the next collection removes.
public final class BlobBatch {
  struct Staged: Sendable {
    /// Closed with the last who holds it; nil when it is closed already, and has a name.
    var open: SharedFile?
    /// Where the bytes are when the file system has no files without a name, or when there are too
    /// many of them to keep open.
    var name: String?
    var blob: Blob
  }

  let layout: StoreLayout
  let fileSystem: any FileSystem
  private let lease: Lease
  var staged: [Staged] = []
  private var known: Set<Digest> = []
  /// Objects whose bytes were not what their name says. A good copy has the name now, the damaged
  /// one is in `quarantine/` under its digest. Complete after ``commit()``.
  public internal(set) var replaced: [Digest] = []

  // Opened before anything is written: a failure to write back is told to those who were there.
  let folder: OpenFile
  var failed: StoreError?
  /// Whether the file system gives no name to a file that had none.
  var needsNames = false

  /// So many open files at most, and the number above which everything on the file system is
  /// written back at once: cheaper then than file by file.
  static let stagedLimit = 128
  static let togetherLimit = 24
  /// So many staged files at most when they are closed: each costs memory alone.
  static let closedLimit = 1 << 14

  init(layout: StoreLayout, fileSystem: any FileSystem) throws(StoreError) {
    self.layout = layout
    self.fileSystem = fileSystem
    folder = try storing(fileSystem.openFolder(layout.blobs))
    lease = try Lease(folder: layout.leases, fileSystem: fileSystem)
  }

  deinit { discardStaged() }

  /// Adds bytes in memory. What is there already is hashed and, if it is good, not written again.
  ///
  /// - Throws: `diskFull`, `system`.
  @discardableResult
  public func add(_ bytes: [UInt8]) throws(StoreError) -> Blob {
    let blob = Blob(digest: .sha256(of: bytes), size: UInt64(bytes.count))
    if try isKnown(blob) { return blob }
    let file = try openStaging()
    do throws(StoreError) {
      try bytes.withBytes { (buffer) throws(StoreError) in try write(buffer, to: file) }
    } catch {
      discard(file)
      throw error
    }
    try stage(file, as: blob)
    return blob
  }

  /// Adds a file, in constant memory.
  @discardableResult
  public func add(file path: String) throws(StoreError) -> Blob {
    let file = try storing(fileSystem.openFile(path, .throughLinks))
    var writer = try writer()
    let buffer = FileBuffer(1 << 20)
    var offset: UInt64 = 0
    while let piece = try storing(file.next(&offset, in: buffer.bytes)) { try writer.write(piece) }
    return try writer.finish()
  }

  /// Adds an object whose bytes come in pieces.
  public func writer() throws(StoreError) -> BlobWriter {
    BlobWriter(batch: self, file: try openStaging())
  }

  /// Keeps an object that is there from being collected while the batch lasts.
  ///
  /// - Throws: `missing`, `corrupt` when its size or its bytes are others.
  public func keep(_ descriptor: Descriptor) throws(StoreError) {
    try lease.hold(descriptor.digest)
    try blobs.verifySize(descriptor)
    try blobs.verify(descriptor.digest)
  }

  private var blobs: BlobStore { BlobStore(layout: layout, fileSystem: fileSystem) }

  /// Returns when every object added so far is on the device under its name.
  public func commit() throws(StoreError) {
    try flush()
    guard !known.isEmpty else { return }
    try orFail { () throws(StoreError) in
      try storing(folder.synchronize())
    }
  }

  /// Gives the lease back: what was added is referred to by something durable now.
  public func end() { lease.end() }

  /// Whether the object is in the batch or was there before, undamaged; holds it in either case.
  func isKnown(_ blob: Blob) throws(StoreError) -> Bool {
    if let failed { throw failed }
    if known.contains(blob.digest) { return true }
    // The lease comes first: what is found after it stays (see `Sweep`).
    try lease.hold(blob.digest)
    guard try isIntact(blob) else { return false }
    known.insert(blob.digest)
    return true
  }

  /// Holds an object that is about to be looked for, and staged where it is not there: false when
  /// the batch has it. For several threads that take turns; two that bring the same object at once
  /// both stage it, because either may fail before it has.
  func claim(_ blob: Blob) throws(StoreError) -> Bool {
    if let failed { throw failed }
    guard !known.contains(blob.digest) else { return false }
    try lease.hold(blob.digest)
    return true
  }

  /// Notes that a claimed object was found where it belongs.
  func found(_ blob: Blob) { known.insert(blob.digest) }

  /// Takes a file of an object that was claimed.
  func take(_ file: Staged) throws(StoreError) {
    staged.append(file)
    known.insert(file.blob.digest)
    let limit = file.open == nil ? Self.closedLimit : Self.stagedLimit
    if staged.count >= limit { try flush() }
  }

  /// Writes all of it at the end of a staged file.
  func write(_ bytes: UnsafeRawBufferPointer, to file: Staged) throws(StoreError) {
    guard let open = file.open else { return }
    try storing(open.file.write(bytes))
  }

  /// Whether the bytes on disk are the object's.
  func isIntact(_ blob: Blob) throws(StoreError) -> Bool {
    do throws(StoreError) {
      try blobs.verifySize(blob.descriptor(""))
      try blobs.verify(blob.digest)
      return true
    } catch {
      if error.code == .missing || error.code == .corrupt { return false }
      throw error
    }
  }

  func stage(_ file: Staged, as blob: Blob) throws(StoreError) {
    var file = file
    file.blob = blob
    staged.append(file)
    known.insert(blob.digest)
    if staged.count >= Self.stagedLimit { try flush() }
  }

  /// Takes over a finished file, unless its object is there.
  func finish(_ file: Staged, as blob: Blob) throws(StoreError) -> Blob {
    do throws(StoreError) {
      if try isKnown(blob) {
        discard(file)
        return blob
      }
    } catch {
      discard(file)
      throw error
    }
    try stage(file, as: blob)
    return blob
  }

  func openStaging() throws(StoreError) -> Staged {
    if let failed { throw failed }
    if needsNames { return try openNamedStaging() }
    let nothing = Blob(digest: Self.emptyDigest, size: 0)
    do throws(Errno) {
      let descriptor = try fileSystem.openUnnamed(in: layout.temporary, permissions: 0o444)
      return Staged(open: shared(descriptor), name: nil, blob: nothing)
    } catch .notSupported, .isDirectory {
      return try openNamedStaging()
    } catch {
      throw StoreError(error, call: "open", path: layout.temporary)
    }
  }

  /// The same with a name in `tmp/`.
  func openNamedStaging() throws(StoreError) -> Staged {
    let path = "\(layout.temporary)/\(try storing(RandomName.make()))"
    let descriptor = try attempt("open", path) { () throws(Errno) -> Int32 in
      try fileSystem.open(path, flags: O_RDWR | O_CREAT | O_EXCL, permissions: 0o444)
    }
    return Staged(
      open: shared(descriptor), name: path, blob: Blob(digest: Self.emptyDigest, size: 0))
  }

  // What fails is told of the folder: the name in it, where there is one, says nothing to anybody.
  private func shared(_ descriptor: Int32) -> SharedFile {
    SharedFile(OpenFile(descriptor, path: layout.temporary, fileSystem: fileSystem))
  }
}
