import Archive
import ContentStore
import Contracts
import Digests
import Files

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

/// Runs what fails in the store's or the archive's way.
func wrapping<Value>(_ body: () throws -> Value) throws(ImageError) -> Value {
  do {
    return try body()
  } catch let error as ImageError {
    throw error
  } catch let error as StoreError {
    throw .store(error)
  } catch let error as FileError {
    throw .store(StoreError(error))
  } catch let error as ArchiveError {
    throw .archive(error)
  } catch {
    preconditionFailure("nothing else is thrown in this module: \(error)")
  }
}
