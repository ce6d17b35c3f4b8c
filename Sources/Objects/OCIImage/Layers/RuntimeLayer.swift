import Archive
import ContentStore
import Digests
import Files

/// The layer with the runtime and the CA bundle, shared by every image of one release.
///
/// Its entries have the time 0 whatever SOURCE_DATE_EPOCH says: it is made once for all services.
/// Reference: architecture.md, "The shape of the data".
public struct RuntimeLayer: Sendable, Hashable {
  /// SHA-256 of the tar.
  public let diffID: Digest
  /// The compressed layer.
  public let descriptor: Descriptor

  /// A layer that is known by its names.
  public init(diffID: Digest, descriptor: Descriptor) {
    self.diffID = diffID
    self.descriptor = descriptor
  }

  /// The names of what stands in the layer's tar, in its order.
  public static let paths = ["etc/ssl/certs/ca-certificates.crt", "zigttp-runtime"]

  /// Where the layer's object came from.
  public enum Origin: String, Sendable, Hashable {
    /// An image in the store has it.
    case store
    /// The installed file.
    case installedFile
    /// It was compressed now.
    case compressed
  }

  /// What the layer is made of.
  public struct Content: Sendable {
    private let entries: [TarEntry]

    /// - Parameter certificates: the CA bundle in PEM.
    public init(runtime: RuntimeFile, certificates: [UInt8]) {
      entries = [
        .file("zigttp-runtime", from: runtime, mode: 0o755),
        .file("etc/ssl/certs/ca-certificates.crt", certificates),
      ]
    }

    /// Hands the uncompressed layer to `sink`.
    func write<Failure: ArchiveFailure>(
      to sink: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
      let writer: TarWriter
      do throws(ArchiveError) { writer = try TarWriter(entries) } catch { throw Failure(error) }
      try writer.write(to: sink)
    }

    /// The layer's diff id: reads the runtime once.
    public func diffID() throws(ImageError) -> Digest {
      var hasher = SHA256Hasher()
      try write { (piece) throws(ImageError) in hasher.update(piece) }
      return hasher.finalize()
    }

    /// Hands the compressed layer to `sink`, as it is installed beside the runtime.
    public func writeCompressed(
      to sink: (UnsafeRawBufferPointer) throws(ImageError) -> Void
    ) throws(ImageError) {
      var gzip = try wrapping(archive: GzipWriter())
      try write { (piece) throws(ImageError) in try gzip.write(piece, to: sink) }
      try gzip.finish(to: sink)
    }
  }

  /// Most bytes that a layer may unpack to.
  public static let limit: UInt64 = 1 << 30

  /// Brings the layer into a batch, doing as little as possible: found in the store by its diff
  /// id, with the bytes that its digest says, else copied from the installed file if that has this diff id, else compressed.
  ///
  /// The store needs no table for that: every image that `index.json` names maps its diff ids to
  /// its layers.
  ///
  /// - Parameter installed: path of `zigttp-runtime.layer`, where there is one.
  public static func add(
    _ content: Content, installed: String?, to batch: BlobBatch, of store: ContentStore
  ) throws(ImageError) -> (layer: RuntimeLayer, origin: Origin) {
    let diffID = try content.diffID()
    if let found = try find(diffID, in: store, where: batch.keep) {
      return (RuntimeLayer(diffID: diffID, descriptor: found), .store)
    }
    if let installed, let blob = try copy(installed, diffID: diffID, to: batch, of: store) {
      let descriptor = blob.descriptor(MediaType.gzipLayer)
      return (RuntimeLayer(diffID: diffID, descriptor: descriptor), .installedFile)
    }
    var writer = try wrapping(store: batch.writer())
    try content.writeCompressed { (piece) throws(ImageError) in
      try wrapping(store: writer.write(piece))
    }
    let blob: Blob
    // Not `wrapping`: a writer is used up, and no closure may do that.
    do throws(StoreError) { blob = try writer.finish() } catch { throw .store(error) }
    let descriptor = blob.descriptor(MediaType.gzipLayer)
    return (RuntimeLayer(diffID: diffID, descriptor: descriptor), .compressed)
  }

  /// The layer as an image of the store has it; nil where none does, or only a damaged one.
  public static func existing(
    _ content: Content, in store: ContentStore
  ) throws(ImageError) -> RuntimeLayer? {
    let diffID = try content.diffID()
    let found = try find(diffID, in: store) { (layer) throws(StoreError) in
      try store.blobs.verifySize(layer)
      try store.blobs.verify(layer.digest)
    }
    return found.map { RuntimeLayer(diffID: diffID, descriptor: $0) }
  }

  /// The compressed layer of a diff id, by the images that `index.json` names. What cannot be read
  /// is passed over, the index included: it is reported by whoever needs it.
  ///
  /// - Parameter check: throws what is wrong with a layer that may be missing or damaged.
  static func find(
    _ diffID: Digest, in store: ContentStore, where check: (Descriptor) throws(StoreError) -> Void
  ) throws(ImageError) -> Descriptor? {
    let index = (try? store.index.read()) ?? Index()
    for entry in index.manifests.reversed()
    where entry.mediaType == MediaType.manifest && entry.artifactType == nil {
      guard let image = try? Image(entry, in: store.blobs),
        let config = try? image.config(in: store.blobs)
      else { continue }
      for (found, layer) in zip(config.diffIDs, image.layers)
      where found == diffID && layer.mediaType == MediaType.gzipLayer {
        if try passes(layer, check) { return layer }
      }
    }
    return nil
  }

  private static func passes(
    _ layer: Descriptor, _ check: (Descriptor) throws(StoreError) -> Void
  ) throws(ImageError) -> Bool {
    do throws(StoreError) {
      try check(layer)
      return true
    } catch {
      guard error.code == .missing || error.code == .corrupt else { throw .store(error) }
      return false
    }
  }

  /// Copies the installed layer; nil where the file is not there or is another runtime's.
  private static func copy(
    _ path: String, diffID: Digest, to batch: BlobBatch, of store: ContentStore
  ) throws(ImageError) -> Blob? {
    guard let installed = try Self.diffID(ofInstalled: path), installed == diffID else {
      return nil
    }
    return try wrapping(store: batch.add(file: path))
  }

  /// The diff id of a compressed layer in a file; nil where there is no such file, or it is no
  /// compressed layer.
  static func diffID(ofInstalled path: String) throws(ImageError) -> Digest? {
    guard let file = try? LinuxFileSystem().openFile(path, .throughLinks) else { return nil }
    var hasher = SHA256Hasher()
    do throws(ArchiveError) {
      var gzip = try GzipReader(limit: limit)
      try FileSource(descriptor: file.descriptor).stream { (piece) throws(ArchiveError) in
        try gzip.write(piece) { (piece) throws(ArchiveError) in hasher.update(piece) }
      }
      try gzip.finish()
    } catch {
      if case .system = error { throw .archive(error) }
      return nil
    }
    return hasher.finalize()
  }
}
