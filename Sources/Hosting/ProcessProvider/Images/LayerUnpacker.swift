import Archive
import ContentStore
import Digests
import Files
import Glibc
import OCIImage
import SystemPackage

/// Writes what a layer holds into a folder: regular files and folders, each path once, nothing that
/// leads anywhere else.
final class LayerUnpacker {
  /// Most bytes that all files of a layer may have.
  static let mostBytes = RuntimeLayer.limit
  private static let mostEntries = 20_000

  private let folder: String
  private let files = LinuxFileSystem()
  private var tar = TarStream()
  private var hasher = SHA256Hasher()
  private var current: OutputFile?
  private var entries = 0

  /// - Parameter folder: empty.
  private init(_ folder: String) { self.folder = folder }

  // A class, because it is closed when the next one begins.
  private final class OutputFile {
    let file: OpenFile
    init(_ file: consuming OpenFile) { self.file = file }
  }

  /// Unpacks a layer from where it lies.
  ///
  /// - Parameter diffID: what its tar has to hash to.
  static func unpack(
    _ layer: Descriptor, diffID: Digest, from source: any BlobSource, to folder: String
  ) throws(ImageFailure) {
    let unpacker = LayerUnpacker(folder)
    switch layer.mediaType {
    case MediaType.layer:
      try stream(layer, from: source) { (piece) throws(ImageFailure) in try unpacker.take(piece) }
    case MediaType.gzipLayer:
      var gzip = try archive { () throws(ArchiveError) in try GzipReader(limit: mostBytes) }
      try stream(layer, from: source) { (piece) throws(ImageFailure) in
        try gzip.write(piece) { (part) throws(ImageFailure) in try unpacker.take(part) }
      }
      do throws(ArchiveError) { try gzip.finish() } catch { throw ImageFailure(error) }
    default: throw ImageFailure("a layer of type \(layer.mediaType)")
    }
    try unpacker.finish(diffID)
  }

  // What the source fails with, and what comes out of its bytes, in one error.
  private static func stream(
    _ layer: Descriptor, from source: any BlobSource,
    to sink: (UnsafeRawBufferPointer) throws(ImageFailure) -> Void
  ) throws(ImageFailure) {
    var failure: ImageFailure?
    do throws(StoreError) {
      try source.stream(layer) { (piece) throws(StoreError) in
        do throws(ImageFailure) { try sink(piece) } catch {
          failure = error
          throw StoreError(.malformed, digest: layer.digest)
        }
      }
    } catch {
      throw failure ?? ImageFailure(error)
    }
  }

  private static func archive<Value: ~Copyable>(
    _ body: () throws(ArchiveError) -> Value
  ) throws(ImageFailure) -> Value {
    do throws(ArchiveError) { return try body() } catch { throw ImageFailure(error) }
  }

  private func take(_ bytes: UnsafeRawBufferPointer) throws(ImageFailure) {
    hasher.update(bytes)
    var stream = tar
    try stream.write(bytes) { (event) throws(ImageFailure) in
      switch event {
      case .item(let item): try begin(item)
      case .content(let bytes):
        guard let current else { return }
        try ImageFailure.inFiles { () throws(FileError) in try current.file.write(bytes) }
      }
    }
    tar = stream
  }

  private func begin(_ item: TarItem) throws(ImageFailure) {
    entries += 1
    guard entries <= Self.mostEntries else {
      throw ImageFailure("a layer of more than \(Self.mostEntries) files")
    }
    current = nil
    let path = item.path.isEmpty ? folder : "\(folder)/\(item.path)"
    switch item.kind {
    case .directory: try makeFolders(path)
    case .file:
      try makeFolders(Paths.folder(of: path))
      let mode: UInt16 = item.mode & 0o111 == 0 ? 0o444 : 0o555
      let made = try ImageFailure.inFiles { () throws(FileError) in
        try files.openFile(path, [.write, .new], permissions: mode)
      }
      // Whatever our umask says.
      fchmod(made.descriptor, mode_t(mode))
      current = OutputFile(made)
    default: throw ImageFailure("\(item.path) is a \(item.kind.name)")
    }
  }

  private func makeFolders(_ path: String) throws(ImageFailure) {
    guard path != folder else { return }
    try makeFolders(Paths.folder(of: path))
    try ImageFailure.inFiles { () throws(FileError) in
      try files.ensureDirectory(path, permissions: 0o755)
    }
    chmod(path, 0o755)
  }

  private func finish(_ diffID: Digest) throws(ImageFailure) {
    current = nil
    do throws(ArchiveError) { try tar.finish() } catch { throw ImageFailure(error) }
    let found = hasher.finalize()
    guard found == diffID else {
      throw ImageFailure("a layer's files are not the image's: expected \(diffID), found \(found)")
    }
  }
}
