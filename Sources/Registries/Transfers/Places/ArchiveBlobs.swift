import Archive
import ContentStore
import Digests
import Files

/// The objects in a tar, read where they lie: nothing is unpacked, and what is in memory is where
/// each one begins.
struct ArchiveBlobs: BlobSource {
  private let path: String
  private let file: SharedFile
  private let contents: ArchiveContents

  /// - Throws: `noLayout`, `dockerArchive`, `compressed`, `archive`, `store`.
  init(_ path: String, _ fileSystem: any FileSystem) throws(TransferError) {
    self.path = path
    do throws(FileError) {
      file = SharedFile(try fileSystem.openFile(path, .throughLinks))
    } catch {
      throw .store(StoreError(error))
    }
    do throws(ArchiveError) {
      contents = try ArchiveContents(FileSource(descriptor: file.file.descriptor))
    } catch {
      throw .archive(error, path: path)
    }
  }

  /// What `index.json` says.
  ///
  /// - Throws: `noLayout`, `dockerArchive`, `compressed`, `store`.
  func index() throws(TransferError) -> Index {
    if let format = contents.compression { throw .compressed(path: path, format: format) }
    guard let marker = contents.marker else {
      if contents.isDockers { throw .dockerArchive(path: path) }
      throw .noLayout(path: path, expected: "a tar with the file oci-layout", found: "none in it")
    }
    do throws(StoreError) {
      try ContentStore.verifyVersion(marker, path: "\(path): oci-layout")
      guard let bytes = contents.index else {
        throw StoreError(
          .malformed, path: "\(path): index.json", expected: "an index", found: "nothing")
      }
      return try Index(file: bytes)
    } catch {
      var error = error
      if error.path?.hasPrefix(path) != true {
        error.path = "\(path): \(error.path ?? "index.json")"
      }
      throw .store(error)
    }
  }

  func size(of digest: Digest, mediaType: String?) throws(StoreError) -> UInt64? {
    contents.objects[digest]?.length
  }

  func transfer(
    _ digest: Digest, mediaType: String?,
    to body: (UnsafeRawBufferPointer) throws(StoreError) -> Void
  ) throws(StoreError) {
    guard let stretch = contents.objects[digest] else {
      throw StoreError(.missing, path: path, digest: digest)
    }
    let buffer = FileBuffer(1 << 20)
    var done: UInt64 = 0
    while done < stretch.length {
      let room = buffer.first(stretch.length - done)
      let got = try storing(file.file.read(at: stretch.offset + done, into: room))
      // Somebody cut it since: the size is found wrong.
      guard got > 0 else { return }
      try body(UnsafeRawBufferPointer(rebasing: room[..<got]))
      done += UInt64(got)
    }
  }
}

/// What a tar of an OCI image layout holds. It may be hostile: names that are ours have to be files,
/// each once; whatever else is in it is nobody's business.
struct ArchiveContents: Sendable {
  struct Stretch: Sendable {
    var offset: UInt64
    var length: UInt64
  }

  private(set) var objects: [Digest: Stretch] = [:]
  /// What `oci-layout` says.
  private(set) var marker: [UInt8]?
  /// What `index.json` says.
  private(set) var index: [UInt8]?
  /// Whether it is what `docker save` wrote, which may be a layout as well.
  private(set) var isDockers = false
  /// How all of it is compressed; nothing was read then.
  private(set) var compression: String?

  // Each costs memory here, and a block at least there.
  private static let mostObjects = 1 << 20
  private static let compressions: [(mark: [UInt8], name: String)] = [
    ([0x1f, 0x8b], "gzip"), ([0x28, 0xb5, 0x2f, 0xfd], "zstd"), ([0x42, 0x5a, 0x68], "bzip2"),
    ([0xfd, 0x37, 0x7a, 0x58, 0x5a], "xz"),
  ]

  init(_ source: some ByteSource) throws(ArchiveError) {
    let start = try source.bytes(at: 0, count: Int(min(source.length, 8)))
    compression = Self.compressions.first { start.starts(with: $0.mark) }?.name
    guard compression == nil else { return }
    var reader = TarReader(source)
    while let item = try reader.next() { try take(item, reader) }
  }

  private mutating func take(_ item: TarItem, _ reader: TarReader) throws(ArchiveError) {
    switch item.path {
    case "oci-layout": try Self.set(&marker, try Self.document(item, reader, limit: 4096), item)
    case "index.json":
      try Self.set(&index, try Self.document(item, reader, limit: Index.limit), item)
    case "manifest.json": isDockers = true
    case "", "blobs", "blobs/sha256", "blobs/sha512":
      guard item.kind == .directory else {
        throw .unexpectedKind(path: item.path, kind: item.kind.name)
      }
    default: try takeObject(item)
    }
  }

  private mutating func takeObject(_ item: TarItem) throws(ArchiveError) {
    let folder = "blobs/sha256/"
    guard item.path.hasPrefix(folder),
      let digest = Digest(sha256Hex: item.path.dropFirst(folder.count))
    else { return }
    guard item.kind == .file else {
      throw .unexpectedKind(path: item.path, kind: item.kind.name)
    }
    let stretch = Stretch(offset: item.contentOffset, length: item.size)
    guard objects.updateValue(stretch, forKey: digest) == nil else {
      throw .duplicatePath(item.path)
    }
    guard objects.count <= Self.mostObjects else {
      throw .malformed(
        offset: item.contentOffset, reason: "more than \(Self.mostObjects) objects")
    }
  }

  private static func set(
    _ place: inout [UInt8]?, _ bytes: [UInt8], _ item: TarItem
  ) throws(ArchiveError) {
    guard place == nil else { throw .duplicatePath(item.path) }
    place = bytes
  }

  private static func document(
    _ item: TarItem, _ reader: TarReader, limit: Int
  ) throws(ArchiveError) -> [UInt8] {
    guard item.kind == .file else {
      throw .unexpectedKind(path: item.path, kind: item.kind.name)
    }
    return try reader.content(of: item, limit: limit)
  }
}
