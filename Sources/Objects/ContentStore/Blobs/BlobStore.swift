import Digests
import Files
import SystemPackage

/// Reads the objects of a store. Whatever comes out has been hashed and is what its name says.
public struct BlobStore: Sendable {
  let layout: StoreLayout
  let fileSystem: any FileSystem

  /// Whether the object is there; its bytes are not looked at.
  public func has(_ digest: Digest) throws(StoreError) -> Bool {
    try size(of: digest) != nil
  }

  /// The object's size, nil when it is not there.
  ///
  /// - Throws: `corrupt` when its name stands for something that is not a file.
  public func size(of digest: Digest) throws(StoreError) -> UInt64? {
    let path = try layout.blob(digest)
    guard let info = try storing(fileSystem.infoIfAny(path)) else { return nil }
    guard info.kind == .file else { throw Self.notAFile(digest, path, info.kind) }
    return info.size
  }

  /// Every object's name, whatever it stands for, and what else is in the folder.
  public func names() throws(StoreError) -> BlobNames {
    var found = BlobNames()
    try attempt("readdir", layout.blobs) { () throws(Errno) in
      try fileSystem.eachName(in: layout.blobs) { found.take($0) }
    }
    found.sort()
    return found
  }

  /// Every object's name, sorted, whatever it stands for. Names that are no digest are left out.
  public func list() throws(StoreError) -> [Digest] {
    let digests = try names().digests
    return (0..<digests.count).map { digests[$0] }
  }

  /// The object's bytes.
  ///
  /// - Parameter limit: most bytes that are read.
  /// - Throws: `missing`, `tooLarge`, `corrupt`.
  public func read(_ digest: Digest, limit: Int) throws(StoreError) -> [UInt8] {
    let file = try file(of: digest)
    let bytes: [UInt8]
    do throws(FileError) { bytes = try file.contents(limit: limit) } catch {
      throw StoreError(error, of: digest)
    }
    try Self.verify(.sha256(of: bytes), is: digest, file.path)
    return bytes
  }

  /// The bytes of an object that another document refers to.
  ///
  /// - Throws: also `corrupt` when its size is not the descriptor's.
  public func read(_ descriptor: Descriptor, limit: Int) throws(StoreError) -> [UInt8] {
    try verifySize(descriptor)
    return try read(descriptor.digest, limit: limit)
  }

  /// Hands the object to `sink` in pieces of at most 1 MiB, and its size back.
  ///
  /// The last word on the bytes comes at the end: whoever keeps them before that has to drop them
  /// when this throws.
  ///
  /// - Throws: `missing`, `corrupt`, and what `sink` throws.
  @discardableResult
  public func stream(
    _ digest: Digest, to sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws -> UInt64 {
    try stream(digest, failing: { $0 }, to: sink)
  }

  /// The same in the sink's own error.
  ///
  /// - Parameter failing: tells the store's failure in it.
  @discardableResult
  public func stream<Failure: Error>(
    _ digest: Digest, failing: (StoreError) -> Failure,
    to sink: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) -> UInt64 {
    var hasher = SHA256Hasher()
    var size: UInt64 = 0
    var failure: Failure?
    do throws(StoreError) {
      try transfer(digest, mediaType: nil) { (piece) throws(StoreError) in
        hasher.update(piece)
        size += UInt64(piece.count)
        do throws(Failure) { try sink(piece) } catch {
          failure = error
          // Only to end the transfer: what is thrown on is the sink's own.
          throw StoreError(.system, digest: digest)
        }
      }
      try Self.verify(hasher.finalize(), is: digest, try layout.blob(digest))
    } catch {
      throw failure ?? failing(error)
    }
    return size
  }

  /// Hashes the object without keeping it.
  ///
  /// - Throws: `missing`, `corrupt`, `system`.
  public func verify(_ digest: Digest) throws(StoreError) {
    var hasher = SHA256Hasher()
    try transfer(digest, mediaType: nil) { (piece) throws(StoreError) in hasher.update(piece) }
    try Self.verify(hasher.finalize(), is: digest, try layout.blob(digest))
  }

  /// Opens the object for reading without looking at its bytes.
  ///
  /// - Throws: `missing`, `corrupt` for a link or folder in its place.
  public func file(of digest: Digest) throws(StoreError) -> OpenFile {
    let path = try layout.blob(digest)
    do throws(FileError) {
      return try fileSystem.openFile(path)
    } catch {
      throw StoreError(error, of: digest)
    }
  }

  /// - Throws: `missing`, `corrupt` when the size on disk is not the descriptor's.
  public func verifySize(_ descriptor: Descriptor) throws(StoreError) {
    let path = try layout.blob(descriptor.digest)
    guard let size = try size(of: descriptor.digest) else {
      throw StoreError(.missing, path: path, digest: descriptor.digest)
    }
    guard size == descriptor.size else {
      throw StoreError(
        .corrupt, path: path, digest: descriptor.digest, expected: "\(descriptor.size) bytes",
        found: "\(size) bytes")
    }
  }

  private static func verify(
    _ found: Digest, is digest: Digest, _ path: String
  ) throws(StoreError) {
    guard found == digest else {
      throw StoreError(
        .corrupt, path: path, digest: digest, expected: "\(digest)", found: "\(found)")
    }
  }

  private static func notAFile(
    _ digest: Digest, _ path: String, _ kind: FileInfo.Kind
  ) -> StoreError {
    StoreError(
      .corrupt, path: path, digest: digest, expected: "a regular file", found: kind.words)
  }
}

extension StoreError {
  /// An object's file that could not be read: damage where it is no file, or none.
  fileprivate init(_ error: FileError, of digest: Digest) {
    self.init(error)
    self.digest = error.code == .system ? nil : digest
    if error.isAbsence { self.init(.missing, path: error.path, digest: digest) }
    if error.code == .malformed { code = .corrupt }
  }
}

extension BlobStore: BlobSource {
  /// The object's size; whoever names it has no say in it.
  public func size(of digest: Digest, mediaType: String?) throws(StoreError) -> UInt64? {
    try size(of: digest)
  }

  /// The object's bytes, in one call of the system where it is small.
  public func read(
    _ digest: Digest, mediaType: String?, limit: Int
  ) throws(StoreError) -> [UInt8] {
    try read(digest, limit: limit)
  }

  /// What is in the object's file, in pieces of at most 1 MiB.
  public func transfer(
    _ digest: Digest, mediaType: String?,
    to body: (UnsafeRawBufferPointer) throws(StoreError) -> Void
  ) throws(StoreError) {
    let file = try file(of: digest)
    let buffer = FileBuffer(1 << 20)
    var offset: UInt64 = 0
    while let piece = try storing(file.next(&offset, in: buffer.bytes)) { try body(piece) }
  }
}
