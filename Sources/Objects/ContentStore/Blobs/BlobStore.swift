import Digests
import Files
import Glibc
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
    guard info.kind == .file else { throw Self.notAFile(digest, path) }
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
    let path = try layout.blob(digest)
    let file = try open(digest)
    defer { fileSystem.close(file.descriptor) }
    guard file.size <= UInt64(max(0, limit)) else {
      throw StoreError(
        .tooLarge, path: path, digest: digest, expected: "at most \(limit) bytes",
        found: "\(file.size) bytes")
    }
    let bytes = try attempt("read", path) { () throws(Errno) -> [UInt8] in
      try fileSystem.readAll(file.descriptor, size: Int(file.size))
    }
    try Self.verify(.sha256(of: bytes), is: digest, path)
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
    var hasher = SHA256Hasher()
    var size: UInt64 = 0
    var failure: (any Error)?
    do throws(StoreError) {
      try transfer(digest, mediaType: nil) { (piece) throws(StoreError) in
        hasher.update(piece)
        size += UInt64(piece.count)
        do { try sink(piece) } catch {
          failure = error
          // Only to end the transfer: what is thrown on is the sink's own.
          throw StoreError(.system, digest: digest)
        }
      }
    } catch {
      throw failure ?? error
    }
    try Self.verify(hasher.finalize(), is: digest, try layout.blob(digest))
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

  /// Opens the object for reading without looking at its bytes; the caller closes the descriptor.
  ///
  /// - Throws: `missing`, `corrupt` for a link or folder in its place.
  public func open(_ digest: Digest) throws(StoreError) -> (descriptor: Int32, size: UInt64) {
    let path = try layout.blob(digest)
    let descriptor: Int32
    do throws(Errno) {
      // Without waiting: a pipe in an object's place would wait for a writer.
      descriptor = try fileSystem.open(
        path, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK, permissions: 0)
    } catch .noSuchFileOrDirectory {
      throw StoreError(.missing, path: path, digest: digest)
    } catch .tooManySymbolicLinkLevels, .noSuchAddressOrDevice {
      throw Self.notAFile(digest, path)
    } catch {
      throw StoreError(error, call: "open", path: path)
    }
    do throws(StoreError) {
      let info = try attempt("statx", path) { () throws(Errno) -> FileInfo in
        try fileSystem.info(of: descriptor)
      }
      guard info.kind == .file else { throw Self.notAFile(digest, path) }
      return (descriptor, info.size)
    } catch {
      fileSystem.close(descriptor)
      throw error
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

  private static func notAFile(_ digest: Digest, _ path: String) -> StoreError {
    StoreError(.corrupt, path: path, digest: digest, expected: "a file", found: "something else")
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
    let path = try layout.blob(digest)
    let file = try open(digest)
    defer { fileSystem.close(file.descriptor) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
    defer { buffer.deallocate() }
    var offset: UInt64 = 0
    while true {
      let place = offset
      let got = try attempt("read", path) { () throws(Errno) -> Int in
        try fileSystem.read(file.descriptor, at: place, into: buffer)
      }
      if got == 0 { return }
      try body(UnsafeRawBufferPointer(rebasing: buffer[..<got]))
      offset += UInt64(got)
    }
  }
}
