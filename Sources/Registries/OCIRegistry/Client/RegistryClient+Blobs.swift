import ContentStore
import Digests
import NIOCore
import NIOHTTP1

extension RegistryClient {
  // However well each goes on, so often one answer is taken up again where it broke.
  private static let mostResumptions = 100

  /// The size of a blob in bytes; nil where there is none.
  ///
  /// - Throws: `corrupt` where the registry calls it something else; `malformed` where it does not say
  ///   the size.
  /// Reference: "Checking if content exists in the registry", end-2.
  public func blobSize(_ digest: Digest) throws(RegistryError) -> UInt64? {
    guard let answer = try headOfBlob(digest) else { return nil }
    guard let size = answer.length else {
      throw answer.malformed("a size in Content-Length", answer.header("Content-Length") ?? "none")
    }
    return size
  }

  /// Whether a blob is there, with its size where the registry says one.
  ///
  /// - Throws: `corrupt` for one of another size.
  public func hasBlob(_ blob: Blob) throws(RegistryError) -> Bool {
    guard let answer = try headOfBlob(blob.digest) else { return false }
    guard let size = answer.length, size != blob.size else { return true }
    throw RegistryError(
      .corrupt, at: answer.place, expected: "\(blob.size) bytes", found: "\(size) bytes",
      status: answer.status)
  }

  private func headOfBlob(_ digest: Digest) throws(RegistryError) -> RegistryAnswer? {
    let answer = try session.send(.HEAD, address("blobs/\(digest)"), pulling)
    if answer.status == 404 { return nil }
    guard answer.status == 200 else { throw answer.refusal("200 or 404") }
    try answer.require(digest)
    return answer
  }

  /// Removes a blob.
  ///
  /// - Throws: `missing`, `denied`; `refused` where the registry removes nothing.
  /// Reference: "Deleting Blobs", end-10.
  public func deleteBlob(_ digest: Digest) throws(RegistryError) {
    let answer = try session.send(.DELETE, address("blobs/\(digest)"), deleting)
    guard [200, 202, 204].contains(answer.status) else { throw answer.refusal("202") }
    answer.discard()
  }

  /// Hands over what stands under a blob's or a manifest's name. A connection that breaks is taken up
  /// again where it broke.
  ///
  /// - Throws: `missing` and so on; what `body` throws as the cause of `source`.
  /// Reference: "Pulling blobs", end-2; RFC 9110, section 14.
  func transfer(
    _ address: WebAddress, _ digest: Digest, headers: HTTPHeaders,
    to body: (UnsafeRawBufferPointer) throws(StoreError) -> Void
  ) throws(RegistryError) {
    var offset: UInt64 = 0
    var (failures, resumptions) = (0, 0)
    while true {
      do throws(RegistryError) {
        let start = offset
        let answer = try beginning(address, digest, headers, at: start)
        var skip = answer.status == 206 ? 0 : start
        while let piece = try answer.next() {
          let view = piece.readableBytesView
          let dropped = min(skip, UInt64(view.count))
          skip -= dropped
          let kept = view.dropFirst(Int(dropped))
          guard !kept.isEmpty else { continue }
          try Self.hand(kept, at: answer.place, to: body)
          offset += UInt64(kept.count)
          failures = 0
        }
        return
      } catch {
        failures += 1
        resumptions += 1
        guard error.code == .unreachable, failures < session.options.retry.attempts,
          resumptions < Self.mostResumptions
        else { throw error }
        try session.wait(after: failures)
      }
    }
  }

  private func beginning(
    _ address: WebAddress, _ digest: Digest, _ headers: HTTPHeaders, at offset: UInt64
  ) throws(RegistryError) -> RegistryAnswer {
    var headers = headers
    if offset > 0 { headers.add(name: "Range", value: "bytes=\(offset)-") }
    let answer = try session.stream(address, headers: headers, pulling)
    switch answer.status {
    case 200: break
    case 206 where offset > 0:
      let range = answer.header("Content-Range") ?? ""
      guard range.hasPrefix("bytes \(offset)-") else {
        throw answer.malformed("bytes from \(offset) on in Content-Range", range)
      }
    default: throw answer.refusal("200")
    }
    try answer.require(digest)
    return answer
  }

  private static func hand(
    _ bytes: ByteBufferView, at place: String,
    to body: (UnsafeRawBufferPointer) throws(StoreError) -> Void
  ) throws(RegistryError) {
    var problem: StoreError?
    bytes.withUnsafeBytes { buffer in
      do throws(StoreError) { try body(buffer) } catch { problem = error }
    }
    if let problem { throw RegistryError(.source, at: place, cause: problem) }
  }
}
