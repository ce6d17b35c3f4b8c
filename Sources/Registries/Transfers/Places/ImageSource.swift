import ContentStore
import Digests

/// A place that images and artifacts come from, and which of them is meant.
public protocol ImageSource: Sendable {
  /// As it was named, for people.
  var shown: String { get }
  /// Its objects.
  var blobs: any BlobSource { get }

  /// The manifest or index that is meant: what a tag stands for at this moment. Its type, digest and
  /// size, nothing else; read by that digest it stays the same whatever happens to the tag.
  func resolve() throws(TransferError) -> Descriptor

  /// What is attached to a manifest there, as far as the place lists it.
  func referrers(of digest: Digest) throws(TransferError) -> [Descriptor]

  /// The error that a failure of ``blobs`` stands for, where the place knows more of it.
  func explained(_ error: StoreError) -> TransferError
}

extension ImageSource {
  /// A failure that lies in an object is told with the place; every other is told as it is.
  public func explained(_ error: StoreError) -> TransferError {
    error.isOfTheObject ? .object(error, at: shown) : .store(error)
  }
}

extension Descriptor {
  /// Without what only the document says that had it.
  var bare: Descriptor { Descriptor(mediaType: mediaType, digest: digest, size: size) }
}
