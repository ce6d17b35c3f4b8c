import Digests

/// Why an archive could not be written or read. Offsets are bytes from the start of the archive.
public enum ArchiveError: Error, Sendable, Hashable {
  /// A path that is absolute, empty, has `..`, a NUL or bytes that are not UTF-8.
  case unsafePath(String)
  /// Two entries of one path, or a file where another entry needs a folder.
  case duplicatePath(String)
  /// The archive ends before what its header announces.
  case truncated(offset: UInt64)
  /// A header whose checksum is not that of its bytes.
  case badChecksum(offset: UInt64)
  /// A field that no writer of this format makes.
  case malformed(offset: UInt64, reason: String)
  /// A link, device or other entry where only files and folders are taken.
  case unexpectedKind(path: String, kind: String)
  /// More bytes than the caller allows.
  case tooLarge(limit: UInt64)
  /// A file that is shorter than was said when it was added.
  case sourceChanged(path: String, expected: UInt64, found: UInt64)
  /// Bytes that are not gzip, are damaged, or end early.
  case badCompression(String)
  /// A trailer that names a place outside of its file.
  case badTrailer(offset: UInt64, length: UInt64, fileSize: UInt64)
  /// The packed bytes are not those that were packed.
  case digestMismatch(expected: Digest, found: Digest)
  /// A system call failed.
  case system(call: String, errno: Int32)
}

/// An error in which a failure of an archive can be told: what a sink throws, so that whoever feeds
/// it throws nothing else.
public protocol ArchiveFailure: Error {
  /// The failure in this error.
  init(_ error: ArchiveError)
}

extension ArchiveError: ArchiveFailure {
  /// The failure itself: of a sink that throws nothing of its own.
  public init(_ error: ArchiveError) { self = error }
}
