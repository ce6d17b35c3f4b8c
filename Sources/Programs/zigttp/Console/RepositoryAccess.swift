import ContentStore
import Encodings
import OCIRegistry
import Transfers

/// A repository that was named, and everything that is moved to and from it.
struct RepositoryAccess {
  /// As `HOST/REPOSITORY`.
  let name: String
  let blobs: RegistryBlobs

  /// A repository in which nothing was asked yet.
  /// - Parameter text: `HOST[:PORT]/REPOSITORY`, perhaps behind `docker://`.
  init(_ text: String, _ options: RegistryAccessOptions) throws {
    let reference = try RegistryReference(text)
    guard reference.tag == nil, reference.digest == nil else {
      throw CommandFailure(
        .usage, "'\(text)' names an image in a repository, expected HOST/REPOSITORY alone",
        next: "Leave out the tag and the digest.")
    }
    name = "\(reference.host)/\(reference.repository)"
    blobs = RegistryBlobs(try RegistryAccess(options).client(reference))
  }

  /// Runs what moves objects; what the registry failed with says more than what became of it.
  ///
  /// - Parameter verb: `Uploading` or `Downloading`.
  func moving<Value>(
    _ verb: SafeText,
    _ body: (RegistryBlobs, @escaping @Sendable (TransferNotice) -> Void) throws -> Value
  ) throws -> Value {
    let progress = TransferProgress(verb)
    defer { progress.end() }
    do { return try body(blobs) { progress.take($0) } } catch let error as StoreError {
      if let failure = blobs.failure, failure.cause == nil, !error.isOfTheObject { throw failure }
      throw error
    }
  }
}
