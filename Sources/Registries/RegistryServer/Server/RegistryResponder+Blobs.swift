import Digests
import HTTPTypes
import OCIImage

/// Pulling and deleting blobs.
///
/// Reference: OCI distribution-spec v1.1, "Pulling blobs", "Checking if content exists in the
/// registry", "Deleting Blobs".
extension RegistryResponder {
  func blob(
    _ exchange: Exchange, _ name: RepositoryName, _ text: String
  ) async throws -> Answer {
    let repository = try existing(name)
    // What is no digest is the digest of nothing.
    guard let digest = Digest(text) else { throw RegistryError.unknownBlob(text) }
    var headers: HTTPFields = [
      .contentType: "application/octet-stream", .contentDigest: "\(digest)",
      .eTag: "\"\(digest)\"", .acceptRanges: "bytes",
    ]
    if exchange.method == .head {
      let size = try await onThread { try repository.blobSize(digest) }
      guard let size else { throw RegistryError.unknownBlob(text) }
      headers[.contentLength] = "\(size)"
      return Answer(200, headers)
    }
    guard let blob = try await onThread({ try repository.blob(digest) }) else {
      throw RegistryError.unknownBlob(text)
    }
    if isKnown(digest, exchange) { return Answer(304, headers) }
    var answer = Answer(200, headers)
    answer.body = .file(blob.file, offset: 0, count: blob.size)
    switch range(exchange, digest, of: blob.size) {
    case .whole: break
    case .part(let first, let last):
      answer.status = 206
      answer.headers[.contentRange] = "bytes \(first)-\(last)/\(blob.size)"
      answer.body = .file(blob.file, offset: first, count: last - first + 1)
    case .unsatisfiable:
      answer = Answer(RegistryError(.sizeInvalid, 416, "the blob has \(blob.size) bytes"))
      answer.headers[.contentRange] = "bytes */\(blob.size)"
    }
    return answer
  }

  /// Reference: RFC 9110, section 13.1.2.
  func isKnown(_ digest: Digest, _ exchange: Exchange) -> Bool {
    guard let header = exchange.header(.ifNoneMatch) else { return false }
    return header.split(separator: ",").contains { tag in
      let tag = tag.drop { $0 == " " }
      return tag == "*" || tag.hasSuffix("\"\(digest)\"")
    }
  }

  /// Reference: RFC 9110, section 13.1.5.
  private func range(_ exchange: Exchange, _ digest: Digest, of size: UInt64) -> ByteRange {
    guard let header = exchange.header(.range) else { return .whole }
    if let condition = exchange.header(.ifRange), condition != "\"\(digest)\"" { return .whole }
    return ByteRange(header, of: size)
  }

  func deleteBlob(_ name: RepositoryName, _ text: String) async throws -> Answer {
    let repository = try existing(name)
    guard let digest = Digest(text), try await onThread({ try repository.removeBlob(digest) })
    else { throw RegistryError.unknownBlob(text) }
    return Answer(202)
  }
}
