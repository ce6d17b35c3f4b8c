import ContentStore
import Digests

/// A place that images and artifacts go to, and what they are called there.
public protocol ImageTarget {
  /// As it was named, for people.
  var shown: String { get }
  /// Takes the objects. Nobody finds them by a name before ``finish(_:attached:from:)``.
  var sink: any BlobSink { get }
  /// The digest that what is copied has to have, if one was named.
  var digest: Digest? { get }

  /// Looks whether anything could be named so there, before anything is moved.
  func check() throws(TransferError)

  /// Names what was copied, last: when it returns, all of it is there for good.
  ///
  /// - Parameters:
  ///   - root: what was meant.
  ///   - attached: manifests that are attached to it, copied as well.
  ///   - source: has the root's bytes.
  /// - Returns: the tag that it has there; nil where it has none.
  func finish(
    _ root: Descriptor, attached: [Descriptor], from source: any BlobSource
  ) throws -> String?

  /// What a failure in the middle stands for where it is the target's own and it knows more of it;
  /// nil where it is not.
  func own(_ error: StoreError) -> TransferError?
}

extension ImageTarget {
  /// Nothing can be told before.
  public func check() throws(TransferError) {}

  /// Nothing is.
  public func own(_ error: StoreError) -> TransferError? { nil }
}
