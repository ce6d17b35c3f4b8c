import ContentStore
import Digests
import OCIImage
import OCIRegistry

/// A repository, and what is named in it, as source or target.
public struct RegistryPlace: ImageSource {
  /// What was named.
  public let reference: RegistryReference
  /// The repository's objects.
  public let repository: RegistryBlobs

  /// A place of which nothing was asked yet.
  public init(_ reference: RegistryReference, _ repository: RegistryBlobs) {
    self.reference = reference
    self.repository = repository
  }

  /// As it was named.
  public var shown: String { reference.description }
  /// The repository's objects.
  public var blobs: any BlobSource { repository }

  /// Asks the registry.
  public func resolve() throws(TransferError) -> Descriptor {
    do throws(RegistryError) {
      return try repository.client.resolve(reference.manifest).bare
    } catch {
      throw .registry(error)
    }
  }

  /// As the registry lists them, or as clients do.
  public func referrers(of digest: Digest) throws(TransferError) -> [Descriptor] {
    do throws(RegistryError) {
      return try repository.client.referrers(of: digest)
    } catch {
      throw .registry(error)
    }
  }

  /// The registry's own failure, where it is that.
  public func explained(_ error: StoreError) -> TransferError {
    if let failure = failure(behind: error) { return .registry(failure) }
    return error.isOfTheObject ? .object(error, at: shown) : .store(error)
  }

  /// The registry's own failure, where it is that.
  public func own(_ error: StoreError) -> TransferError? {
    failure(behind: error).map { .registry($0) }
  }

  private func failure(behind error: StoreError) -> RegistryError? {
    guard let failure = repository.failure, failure.cause == nil else { return nil }
    return StoreError(failure, digest: error.digest) == error ? failure : nil
  }
}

extension RegistryPlace: ImageTarget {
  /// The repository's objects.
  public var sink: any BlobSink { repository }
  /// What has to be copied, if that was named.
  public var digest: Digest? { reference.digest }

  /// Gives the tag that was named; `latest` where neither a tag nor a digest was.
  public func finish(
    _ root: Descriptor, attached: [Descriptor], from source: any BlobSource
  ) throws -> String? {
    let tag = reference.tag ?? (reference.digest == nil ? .latest : nil)
    guard let tag else { return nil }
    try repository.tag(root, from: source, as: tag)
    return tag.text
  }
}
