import Digests
import HTTPTypes
import OCIImage

/// Manifests and their tags.
///
/// Reference: OCI distribution-spec v1.1, "Pulling manifests", "Pushing Manifests", "Deleting tags",
/// "Deleting Manifests".
extension RegistryResponder {
  func manifest(
    _ exchange: Exchange, _ name: RepositoryName, _ text: String
  ) async throws -> Answer {
    let repository = try existing(name)
    guard let reference = ManifestReference(text),
      let manifest = try await onThread({ try repository.manifest(reference) })
    else { throw RegistryError.unknownManifest(text) }
    let headers: HTTPFields = [
      .contentDigest: "\(manifest.digest)", .eTag: "\"\(manifest.digest)\"",
    ]
    if isKnown(manifest.digest, exchange) { return Answer(304, headers) }
    return Answer(200, manifest.mediaType, manifest.bytes, headers)
  }

  func pushManifest(
    _ exchange: Exchange, _ name: RepositoryName, _ text: String
  ) async throws -> Answer {
    guard let reference = ManifestReference(text) else {
      throw RegistryError(
        .manifestInvalid, 400, "this is neither a tag nor a digest", details: [text])
    }
    let (digest, tags) = try target(exchange, reference)
    let condition = try condition(exchange)
    let bytes = try await collect(exchange, limit: options.limits.manifest)
    let manifest = try PushedManifest(
      bytes, contentType: exchange.header(.contentType), named: digest)
    try await onThread {
      let repository = try store.makeRepository(name)
      try requireRoom(forManifestIn: repository)
      try repository.push(manifest, tags: tags, if: condition)
    }
    var headers: HTTPFields = [
      .location: "/v2/\(name)/manifests/\(text)", .contentDigest: "\(manifest.digest)",
    ]
    if let subject = manifest.subject { headers[.subject] = "\(subject)" }
    if case .digest = reference, !tags.isEmpty {
      headers[.tagsMade] = tags.joined(separator: ", ")
    }
    return Answer(201, headers)
  }

  /// What the manifest is called and tagged: in the path, and behind it, as versions after 1.1 have
  /// it.
  private func target(
    _ exchange: Exchange, _ reference: ManifestReference
  ) throws(RegistryError) -> (Digest?, [String]) {
    switch reference {
    case .tag(let tag):
      guard let text = exchange.query["digest"] else { return (nil, [tag.text]) }
      guard let digest = Digest(text) else {
        throw RegistryError(.digestInvalid, 400, "this is no digest", details: [text])
      }
      return (digest, [tag.text])
    case .digest(let digest):
      let tags = exchange.query.all("tag")
      guard tags.count <= 100, tags.allSatisfy({ TagName($0) != nil }) else {
        throw RegistryError(.manifestInvalid, 400, "these are no tags", details: tags)
      }
      return (digest, tags)
    }
  }

  /// Reference: RFC 9110, sections 13.1.1 and 13.1.2.
  private func condition(_ exchange: Exchange) throws(RegistryError) -> Repository.Condition {
    if let header = exchange.header(.ifMatch) {
      let digests = header.split(separator: ",").compactMap { tag in
        Digest(tag.filter { $0 != " " && $0 != "\"" })
      }
      return .isAny(digests)
    }
    guard let header = exchange.header(.ifNoneMatch) else { return .always }
    guard header == "*" else {
      throw RegistryError(.unsupported, 400, "If-None-Match of a push can only be *")
    }
    return .isNew
  }

  func deleteManifest(_ name: RepositoryName, _ text: String) async throws -> Answer {
    let repository = try existing(name)
    let isRemoved: Bool
    switch ManifestReference(text) {
    case .tag(let tag): isRemoved = try await onThread { try repository.removeTag(tag.text) }
    case .digest(let digest):
      isRemoved = try await onThread { try repository.removeManifest(digest) }
    case nil: isRemoved = false
    }
    guard isRemoved else { throw RegistryError.unknownManifest(text) }
    return Answer(202)
  }
}
