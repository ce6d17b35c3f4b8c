import Archive
import ContentStore
import Digests
import OCIImage
import OCIRegistry

/// Why something could not be moved from one place to another. `at` and `path` are as they were named.
public enum TransferError: Error, Sendable, Hashable {
  /// Text that is no address, and which part of it.
  case badAddress(String, expected: String, found: String)
  /// An address of a kind that only other tools read.
  case foreignKind(String, kind: String)
  /// A folder or a tar that holds no OCI image layout.
  case noLayout(path: String, expected: String, found: String)
  /// A tar as `docker save` wrote it, which holds no manifest.
  case dockerArchive(path: String)
  /// A tar that is compressed as a whole, and how.
  case compressed(path: String, format: String)
  /// A tar that cannot be read or written.
  case archive(ArchiveError, path: String)
  /// Nothing has the name, or nothing has any; what the names are.
  case noEntry(EntryName?, at: String, names: [String])
  /// Several things are there and none was named, or several have the name.
  case ambiguous(EntryName?, at: String, names: [String])
  /// What is to have one digest has another.
  case otherDigest(at: String, expected: Digest, found: Digest)
  /// The tag is that of a service, which only a deploy gives.
  case serviceTag(EntryName, at: String)
  /// An object that is missing at its source, or is not what its name or the one who names it says.
  case object(StoreError, at: String)
  /// A registry fails, or is not believed.
  case registry(RegistryError)
  /// A file of this machine cannot be read or written.
  case store(StoreError)
}

/// Runs what reads or writes a store, in the error of transfers.
func transferring<Value: ~Copyable>(
  _ body: @autoclosure () throws(StoreError) -> Value
) throws(TransferError) -> Value {
  do throws(StoreError) { return try body() } catch { throw .store(error) }
}
