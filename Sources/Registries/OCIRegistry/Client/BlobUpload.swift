import ContentStore
import Digests
import NIOHTTP1

/// Sends the bytes of one blob.
struct BlobUpload {
  let client: RegistryClient
  let descriptor: Descriptor
  let source: any BlobSource
  let progress: (UInt64) -> Void
  /// nil where none was begun, or the registry knows it no more.
  var place: RegistryClient.UploadPlace?
  /// What the registry has of it.
  var offset: UInt64 = 0
  var farthest: UInt64 = 0
  var failures = 0
  var resumptions = 0
  // What `0-0` means; see `UploadPosition`.
  var zeroIsOne = false

  static let mostResumptions = 200
  static let octets: HTTPHeaders = ["Content-Type": "application/octet-stream"]

  init(
    _ client: RegistryClient, _ descriptor: Descriptor, _ source: any BlobSource,
    _ progress: @escaping (UInt64) -> Void
  ) {
    self.client = client
    self.descriptor = descriptor
    self.source = source
    self.progress = progress
  }

  var session: RegistrySession { client.session }
  var size: UInt64 { descriptor.size }

  mutating func run() throws(RegistryError) {
    do throws(RegistryError) {
      if size <= session.options.monolithicLimit { try sendWhole() } else { try sendChunks() }
    } catch {
      // Nothing half stored; somebody who does not answer forgets it in time.
      if let place, !error.isPassing {
        _ = try? session.send(.DELETE, place.address, client.pushing, limit: .seconds(10))
      }
      throw error
    }
  }

  /// Counts a failure that may pass.
  ///
  /// - Throws: the error when there were too many.
  mutating func fail(_ error: @autoclosure () -> RegistryError) throws(RegistryError) {
    failures += 1
    resumptions += 1
    guard failures < session.options.retry.attempts, resumptions < Self.mostResumptions else {
      throw error()
    }
  }

  /// Looks at an answer that is not the one that was hoped for, and returns where the same is worth
  /// another attempt.
  mutating func handle(
    _ answer: RegistryAnswer, expected: String, sent: String?
  ) throws(RegistryError) {
    switch answer.status {
    case 401:
      guard try session.renew(answer, client.pushing, sent: sent) else {
        throw answer.refusal(expected)
      }
      try fail(answer.refusal(expected))
    case 307, 308:
      let next = try session.router.follow(answer.header("Location"), of: answer)
      try fail(answer.refusal(expected))
      place?.address = next
    case 404:
      try fail(answer.refusal(expected))
      place = nil
    case let status where RetryPolicy.isPassing(status):
      try fail(answer.refusal(expected))
      try session.wait(after: failures, answer)
    default: throw answer.refusal(expected)
    }
  }

  /// - Throws: `source`.
  func corrupt(_ expected: String, _ found: String) -> StoreError {
    StoreError(.corrupt, digest: descriptor.digest, expected: expected, found: found)
  }

  /// Reads the source, whose bytes are counted and hashed: a piece comes out only where it may be the
  /// blob's, and the last one only where all of them are.
  func read(
    _ body: (UnsafeRawBufferPointer) throws(RegistryError) -> Void
  ) throws(RegistryError) {
    var hasher = SHA256Hasher()
    var read: UInt64 = 0
    var problem: RegistryError?
    do throws(StoreError) {
      try source.transfer(descriptor.digest, mediaType: descriptor.mediaType) {
        (piece) throws(StoreError) in
        guard UInt64(piece.count) <= size - read else { throw corrupt("\(size) bytes", "more") }
        read += UInt64(piece.count)
        hasher.update(piece)
        if read == size { try check(hasher) }
        do throws(RegistryError) { try body(piece) } catch {
          problem = error
          throw StoreError(.system)
        }
      }
      if read < size { throw corrupt("\(size) bytes", "\(read) bytes") }
      if size == 0 { try check(hasher) }
    } catch {
      throw problem ?? RegistryError(.source, at: "\(client.repository)", cause: error)
    }
  }

  private func check(_ hasher: SHA256Hasher) throws(StoreError) {
    let found = hasher.finalize()
    guard found == descriptor.digest else { throw corrupt("\(descriptor.digest)", "\(found)") }
  }

  // MARK: In one request

  private mutating func sendWhole() throws(RegistryError) {
    var redirected: WebAddress?
    while true {
      var sent: String?
      do throws(RegistryError) {
        if place == nil {
          place = try client.beginUpload()
          redirected = nil
        }
        guard let place else { continue }
        let target = redirected ?? place.address.adding("digest", descriptor.digest)
        let answer = try putWhole(target, &sent)
        if try isStored(answer) { return }
        if answer.status == 307 || answer.status == 308 {
          redirected = try session.router.follow(answer.header("Location"), of: answer)
          try fail(answer.refusal("201"))
          continue
        }
        if answer.status == 416 {
          try fail(answer.refusal("201"))
        } else {
          try handle(answer, expected: "201", sent: sent)
        }
        // What the upload holds after half a body, nobody says.
        self.place = nil
      } catch {
        guard error.code == .unreachable else { throw error }
        place = nil
        try fail(error)
        try session.wait(after: failures)
        // The answer may have been lost, not the blob.
        if try client.hasBlob(descriptor.blob) { return }
      }
    }
  }

  private func putWhole(
    _ target: WebAddress, _ sent: inout String?
  ) throws(RegistryError) -> RegistryAnswer {
    let conversation = try session.open(
      .PUT, target, headers: Self.octets, length: size, client.pushing, sent: &sent)
    do throws(RegistryError) {
      try read { (piece) throws(RegistryError) in
        guard try conversation.write(piece) else { throw RegistryError(.refused, at: "") }
        progress(UInt64(piece.count))
      }
    } catch {
      // Whoever answers before the end says why.
      guard error.code == .refused, error.place.isEmpty else {
        conversation.close()
        throw error
      }
    }
    return try session.answer(.PUT, target, conversation)
  }

  /// Whether an answer says that the blob is there.
  func isStored(_ answer: RegistryAnswer) throws(RegistryError) -> Bool {
    guard [200, 201, 204].contains(answer.status) else { return false }
    try answer.require(descriptor.digest)
    answer.discard()
    return true
  }
}
