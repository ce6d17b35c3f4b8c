import Archive
import ContentStore
import Contracts
import Digests

/// Why an image or record could not be made or read.
public enum ImageError: Error, Sendable, Hashable {
  /// The store failed, or an object is missing or not what it should be.
  case store(StoreError)
  /// A layer failed to pack or unpack.
  case archive(ArchiveError)
  /// A runtime that is not a 64-bit little-endian ELF program of a machine that images exist for,
  /// or not zigttp's.
  case badRuntime(path: String, reason: String)
  /// A document that is not of its format: what was expected where, and what is there.
  case malformed(Digest, field: String, expected: String, found: String)
  /// A file of the app layer that `app.json` does not name, or names and that is not there.
  case appFileUnexpected(String)
  case appFileMissing(String)
  /// A file of the app layer that is not the one `app.json` names.
  case appFileChanged(path: String, expected: Digest, found: Digest)
}

extension ImageError: ArchiveFailure {
  /// A layer failed to pack or unpack.
  public init(_ error: ArchiveError) { self = .archive(error) }
}

/// Runs what fails in the store's way.
func wrapping<Value: ~Copyable>(
  store body: @autoclosure () throws(StoreError) -> Value
) throws(ImageError) -> Value {
  do throws(StoreError) {
    return try body()
  } catch {
    throw .store(error)
  }
}

/// Runs what fails in the archive's way.
func wrapping<Value: ~Copyable>(
  archive body: @autoclosure () throws(ArchiveError) -> Value
) throws(ImageError) -> Value {
  do throws(ArchiveError) {
    return try body()
  } catch {
    throw .archive(error)
  }
}
