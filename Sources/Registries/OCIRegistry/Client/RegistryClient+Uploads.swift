import ContentStore
import Digests
import NIOHTTP1
import OCIImage

/// How a blob came to be in a repository.
public enum UploadOutcome: Sendable, Hashable {
  /// It was there.
  case present
  /// The registry took it from another repository of its own.
  case mounted(RepositoryName)
  /// Its bytes were sent.
  case sent
}

extension RegistryClient {
  /// Brings a blob into the repository.
  ///
  /// Small ones are sent in one request, others in pieces, and after a failure from where the registry
  /// says that it is. At most a megabyte of it is in memory.
  ///
  /// - Parameters:
  ///   - source: read once, and once more from its start whenever sending is taken up again.
  ///   - others: repositories of the same registry that may have it.
  ///   - looks: false where it is known not to be there.
  ///   - progress: called with the number of bytes that were sent since.
  /// - Throws: `source` with the cause where the source lies or fails, and then the registry has
  ///   nothing of it; what the registry fails with.
  /// Reference: "Pushing Blobs", end-4a, end-5, end-6, end-11 and end-13.
  @discardableResult
  public func push(
    _ descriptor: Descriptor, from source: any BlobSource,
    mountingFrom others: [RepositoryName] = [],
    looks: Bool = true, progress: (UInt64) -> Void = { _ in }
  ) throws(RegistryError) -> UploadOutcome {
    guard descriptor.digest.algorithm == .sha256 else {
      throw RegistryError(
        .source, at: "\(repository)",
        cause: StoreError(.unsupportedDigest, digest: descriptor.digest))
    }
    if looks, try hasBlob(descriptor.blob) { return .present }
    var begun: BegunUpload?
    for other in others where other != repository && begun == nil {
      begun = try mount(descriptor.digest, from: other)
      if case .complete? = begun { return .mounted(other) }
    }
    try withoutActuallyEscaping(progress) { progress throws(RegistryError) in
      var upload = BlobUpload(self, descriptor, source, progress)
      if case .at(let place)? = begun { upload.place = place }
      try upload.run()
    }
    return .sent
  }

  enum BegunUpload {
    case complete
    case at(UploadPlace)
  }

  /// Where an upload is, and what the registry wants of it.
  struct UploadPlace {
    var address: WebAddress
    /// Fewest bytes of every piece but the last one.
    var smallestChunk: UInt64 = 1
  }

  /// nil where the registry does not let us take anything from there.
  private func mount(
    _ digest: Digest, from other: RepositoryName
  ) throws(RegistryError) -> BegunUpload? {
    let target = address("blobs/uploads/").adding("mount", digest).adding("from", other)
    do throws(RegistryError) {
      let answer = try session.send(.POST, target, pushing.union([.pull(other)]))
      if [401, 403, 404].contains(answer.status) {
        answer.discard()
        return nil
      }
      return try begun(answer, digest)
    } catch {
      // Who may not see the other repository may still write to this one.
      guard error.code == .unauthorized || error.code == .denied else { throw error }
      return nil
    }
  }

  func beginUpload() throws(RegistryError) -> UploadPlace {
    let answer = try session.send(.POST, address("blobs/uploads/"), pushing)
    guard answer.status == 202, case .at(let place) = try begun(answer, nil) else {
      throw answer.refusal("202")
    }
    return place
  }

  private func begun(
    _ answer: RegistryAnswer, _ digest: Digest?
  ) throws(RegistryError) -> BegunUpload {
    if answer.status == 201, let digest {
      try answer.require(digest)
      answer.discard()
      return .complete
    }
    guard answer.status == 202 else { throw answer.refusal("202") }
    var place = UploadPlace(address: try session.router.location(of: answer))
    place.smallestChunk = answer.header("OCI-Chunk-Min-Length").flatMap { UInt64($0) } ?? 1
    answer.discard()
    return .at(place)
  }
}

extension Router {
  /// Where an upload goes on.
  ///
  /// - Throws: `malformed`, `insecure`.
  func location(of answer: RegistryAnswer) throws(RegistryError) -> WebAddress {
    do throws(RegistryError) {
      return try follow(answer.header("Location"), of: answer)
    } catch {
      var error = error
      if error.code == .redirected { error.code = .malformed }
      throw error
    }
  }
}
