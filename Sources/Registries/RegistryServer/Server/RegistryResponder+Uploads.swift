import Digests
import HTTPTypes
import OCIImage

/// Pushing blobs: at once, in chunks, from another repository.
///
/// Reference: OCI distribution-spec v1.1, "Pushing blobs", "Mounting a blob from another repository".
extension RegistryResponder {
  func beginUpload(
    _ exchange: Exchange, _ name: RepositoryName, _ caller: AccessPolicy.Caller
  ) async throws -> Answer {
    try requireAlgorithm(exchange)
    if let text = exchange.query["mount"] {
      let digest = try digest(text)
      if let answer = try await mount(digest, exchange, name, caller) { return answer }
      // The body of a mount is none; the upload begins.
    }
    let wanted = try exchange.query["digest"].map { text throws(RegistryError) in
      try digest(text)
    }
    let repository = try await onThread { try store.makeRepository(name) }
    try await requireRoom(in: repository)
    let id = try await onThread { try store.uploads.begin(in: repository) }
    guard let wanted, exchange.query["mount"] == nil else {
      return Answer(202, place(of: id, name, size: 0))
    }
    let upload = try await take(id, in: repository)
    do {
      try await append(exchange, to: upload)
    } catch {
      // Nobody was told of it, so nobody goes on with it.
      try? await onThread { try upload.drop() }
      throw error
    }
    return try await finish(upload, as: wanted)
  }

  /// A function that is not known is refused before anything is sent.
  private func requireAlgorithm(_ exchange: Exchange) throws(RegistryError) {
    guard let text = exchange.query["digest-algorithm"] else { return }
    guard Digest.Algorithm(rawValue: text) != nil else {
      throw RegistryError(
        .digestInvalid, 400, "only sha256 and sha512 are known here", details: [text])
    }
  }

  private func digest(_ text: String) throws(RegistryError) -> Digest {
    guard let digest = Digest(text) else {
      throw RegistryError(
        .digestInvalid, 400, "this is no digest of sha256 or sha512", details: [text])
    }
    return digest
  }

  /// nil where there is nothing to mount, or nothing that the caller may read: which of the two is
  /// not told.
  private func mount(
    _ digest: Digest, _ exchange: Exchange, _ name: RepositoryName, _ caller: AccessPolicy.Caller
  ) async throws -> Answer? {
    guard let source = exchange.query["from"].flatMap({ RepositoryName($0) }),
      caller.may(.pull, source), let other = store.repository(source)
    else { return nil }
    let isMounted = try await onThread {
      guard try other.blobSize(digest) != nil else { return false }
      return try store.makeRepository(name).mount(digest, from: other)
    }
    return isMounted ? Answer(201, place(of: digest, name)) : nil
  }

  func continueUpload(
    _ exchange: Exchange, _ name: RepositoryName, _ id: String
  ) async throws -> Answer {
    let repository = try existing(name)
    let upload = try await take(id, in: repository)
    defer { upload.rest() }
    if let answer = try misplaced(exchange, upload, name) { return answer }
    try await requireRoom(in: repository)
    try await append(exchange, to: upload)
    return Answer(202, place(of: id, name, size: upload.size))
  }

  func endUpload(
    _ exchange: Exchange, _ name: RepositoryName, _ id: String
  ) async throws -> Answer {
    let repository = try existing(name)
    guard let text = exchange.query["digest"] else {
      throw RegistryError(.digestInvalid, 400, "the digest of the blob is missing")
    }
    let digest = try digest(text)
    let upload = try await take(id, in: repository)
    defer { upload.rest() }
    if let answer = try misplaced(exchange, upload, name) { return answer }
    // Without a body it ends what was let in before.
    if exchange.declaredLength != 0 { try await requireRoom(in: repository) }
    try await append(exchange, to: upload)
    return try await finish(upload, as: digest)
  }

  func uploadStatus(_ name: RepositoryName, _ id: String) async throws -> Answer {
    let repository = try existing(name)
    let size = try await onThread { try store.uploads.position(of: id, in: repository) }
    return Answer(204, place(of: id, name, size: size))
  }

  func dropUpload(_ name: RepositoryName, _ id: String) async throws -> Answer {
    let upload = try await take(id, in: try existing(name))
    try await onThread { try upload.drop() }
    return Answer(204)
  }

  // MARK: Steps

  private func take(_ id: String, in repository: Repository) async throws -> Upload {
    try await onThread { try store.uploads.take(id, in: repository) }
  }

  /// A chunk that does not begin where the upload ends: told where that is.
  private func misplaced(
    _ exchange: Exchange, _ upload: Upload, _ name: RepositoryName
  ) throws(RegistryError) -> Answer? {
    guard let header = exchange.header(.contentRange) else { return nil }
    guard let range = ChunkRange(header) else {
      throw RegistryError(
        .blobUploadInvalid, 400, "Content-Range is not <first>-<last>", details: [header])
    }
    guard range.first == upload.size else {
      var answer = Answer(
        RegistryError(
          .blobUploadInvalid, 416, "the upload goes on at byte \(upload.size)", details: [header]))
      answer.headers.append(contentsOf: place(of: upload.id, name, size: upload.size))
      return answer
    }
    if let length = exchange.declaredLength, length != range.count {
      throw RegistryError(
        .sizeInvalid, 400, "the body has \(length) bytes, Content-Range \(range.count)")
    }
    return nil
  }

  private func append(_ exchange: Exchange, to upload: Upload) async throws {
    let room = options.limits.blob - min(upload.size, options.limits.blob)
    try await receive(exchange, limit: room) { try upload.append($0) }
    // What the answer says is there has to be there after a crash as well.
    try await onThread { try upload.synchronize() }
  }

  private func finish(_ upload: Upload, as digest: Digest) async throws -> Answer {
    try await onThread { try upload.finish(as: digest) }
    return Answer(201, place(of: digest, upload.repository.name))
  }

  // MARK: Where it is

  // Without bytes there is no last one; what Docker's registry says then is what clients know.
  private func place(of id: String, _ name: RepositoryName, size: UInt64) -> HTTPFields {
    [
      .location: "/v2/\(name)/blobs/uploads/\(id)", .uploadID: id,
      .range: "0-\(size == 0 ? 0 : size - 1)",
    ]
  }

  private func place(of digest: Digest, _ name: RepositoryName) -> HTTPFields {
    [.location: "/v2/\(name)/blobs/\(digest)", .contentDigest: "\(digest)"]
  }
}
