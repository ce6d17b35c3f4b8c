import Digests
import Files
import Glibc
import SystemPackage

// Unchecked: one request has it, and touches it from one thread at a time.
/// An upload in the hand of one request.
final class Upload: @unchecked Sendable {
  let id: String
  let repository: Repository
  private let desk: UploadDesk
  private let file: OpenFile
  private var hasher: SHA256Hasher
  private var isDamaged = false
  private var isOver = false
  private var unwritten: UInt64 = 0
  /// In bytes, so far.
  private(set) var size: UInt64

  init(
    _ id: String, _ repository: Repository, _ desk: UploadDesk, _ file: consuming OpenFile,
    _ size: UInt64, _ hasher: SHA256Hasher
  ) {
    self.id = id
    self.repository = repository
    self.desk = desk
    self.file = file
    self.size = size
    self.hasher = hasher
  }

  deinit { rest() }

  /// Gives it back, to go on later, unless it has ended. To be called before the answer goes out: who
  /// gets that may ask again at once, and a thread may hold this for a moment longer.
  func rest() {
    guard !isOver else { return }
    isOver = true
    desk.giveBack(id, isDamaged ? nil : hasher, size: size)
  }

  private var path: String { "\(repository.uploadFolder)/\(id)" }

  private static let writebackStride: UInt64 = 16 << 20

  /// Adds bytes at the end.
  func append(_ bytes: UnsafeRawBufferPointer) throws(RegistryError) {
    do throws(FileError) { try file.write(bytes) } catch {
      // Some of them may have been written.
      isDamaged = true
      throw RegistryError(.init(error))
    }
    hasher.update(bytes)
    size += UInt64(bytes.count)
    unwritten += UInt64(bytes.count)
    // Early, so that the disk works while the network does, and the last wait is short.
    if unwritten >= Self.writebackStride {
      file.startWriteback()
      unwritten = 0
    }
  }

  /// Returns when what was added is on the device.
  func synchronize() throws(RegistryError) {
    do throws(FileError) { try file.synchronize() } catch {
      isDamaged = true
      throw RegistryError(.init(error))
    }
  }

  /// Makes it a blob of its repository, or drops it where it is another one than was said.
  ///
  /// - Throws: `DIGEST_INVALID`.
  func finish(as digest: Digest) throws(RegistryError) {
    let object = hasher.finalize()
    let found = digest.algorithm == .sha256 ? object : try onDisk(Digest.sha512(of: file))
    guard found == digest else {
      try drop()
      throw RegistryError(
        .digestInvalid, 400, "the upload has another digest", details: ["\(found)"])
    }
    try calling("chmod", path) { () throws(Errno) in
      try repository.fileSystem.setPermissions(path, to: 0o444)
    }
    try synchronize()
    try repository.lock.shared { () throws(RegistryError) in
      try repository.objects.adopt(path, as: object, named: repository.blobPath(digest))
      repository.tell(digest)
    }
    isOver = true
    desk.end(id)
  }

  /// Forgets it.
  func drop() throws(RegistryError) {
    try onDisk(repository.fileSystem.removeIfAny(path))
    isOver = true
    desk.end(id)
  }
}
