import ContentStore
import Digests
import NIOHTTP1

/// A blob in pieces, each of which the registry confirms.
///
/// Reference: OCI distribution-spec v1.1, "Pushing a blob in chunks", end-5, end-6 and end-13.
extension BlobUpload {
  mutating func sendChunks() throws(RegistryError) {
    while true {
      do throws(RegistryError) {
        if place == nil {
          place = try client.beginUpload()
          offset = 0
        }
        if try sendRest(), try complete() { return }
      } catch {
        guard error.code == .unreachable else { throw error }
        try fail(error)
        try session.wait(after: failures)
        try ask()
      }
    }
  }

  /// Sends what the registry does not have, in a pass over the source.
  ///
  /// - Returns: false where it is to be taken up again at `offset`, in `place`.
  private mutating func sendRest() throws(RegistryError) -> Bool {
    var run = self
    var position: UInt64 = 0
    var chunk: Chunk?
    defer { chunk?.conversation.close() }
    let interrupted = RegistryError(.refused, at: "")
    do throws(RegistryError) {
      try read { (piece) throws(RegistryError) in
        let start = position
        position += UInt64(piece.count)
        guard position > run.offset else { return }
        var rest = UnsafeRawBufferPointer(rebasing: piece[Int(max(run.offset, start) - start)...])
        while !rest.isEmpty {
          if chunk == nil { chunk = try run.begin() }
          guard let open = chunk else { return }
          let count = Int(min(UInt64(rest.count), open.end - run.offset))
          let isWanted = try open.conversation.write(
            UnsafeRawBufferPointer(rebasing: rest[..<count]))
          rest = UnsafeRawBufferPointer(rebasing: rest[count...])
          run.offset += UInt64(count)
          if isWanted { run.progress(UInt64(count)) }
          if isWanted && run.offset < open.end { continue }
          chunk = nil
          guard try run.end(open) else { throw interrupted }
        }
      }
    } catch {
      self = run
      guard error == interrupted else { throw error }
      return false
    }
    self = run
    return true
  }

  private struct Chunk {
    var conversation: any HTTPConversation
    var address: WebAddress
    var start: UInt64
    var end: UInt64
    var sent: String?
  }

  private func begin() throws(RegistryError) -> Chunk? {
    guard let place else { return nil }
    let wanted = max(session.options.chunkSize, place.smallestChunk, 1)
    let end = offset + min(size - offset, wanted)
    var headers = Self.octets
    headers.add(name: "Content-Range", value: "\(offset)-\(end - 1)")
    var sent: String?
    let conversation = try session.open(
      .PATCH, place.address, headers: headers, length: end - offset, client.pushing, sent: &sent)
    return Chunk(
      conversation: conversation, address: place.address, start: offset, end: end, sent: sent)
  }

  /// Takes in what the registry says of a piece.
  ///
  /// - Returns: whether the next one follows; otherwise it is to be taken up again.
  private mutating func end(_ chunk: Chunk) throws(RegistryError) -> Bool {
    let answer = try session.answer(.PATCH, chunk.address, chunk.conversation)
    offset = chunk.start
    switch answer.status {
    case 200, 201, 202, 204:
      let next = try position(of: answer) ?? chunk.end
      guard next <= chunk.end else {
        throw answer.malformed("at most \(chunk.end) bytes in Range", "\(next)")
      }
      try move(to: next, answer)
      answer.discard()
      return next == chunk.end
    case 416:
      try fail(answer.refusal("202"))
      if chunk.start == 0, answer.header("Range") == "0-0" { zeroIsOne = true }
      let known = try position(of: answer)
      answer.discard()
      guard let known else {
        try ask()
        return false
      }
      offset = min(known, size)
      return false
    default:
      try handle(answer, expected: "202", sent: chunk.sent)
      if place != nil { try ask() }
      return false
    }
  }

  private mutating func move(to next: UInt64, _ answer: RegistryAnswer) throws(RegistryError) {
    if answer.header("Location") != nil {
      let next = try session.router.location(of: answer)
      place?.address = next
    }
    offset = next
    if next > farthest {
      (farthest, failures) = (next, 0)
    } else {
      let had = farthest
      try fail(answer.malformed("more than \(had) bytes in Range", "\(next)"))
    }
  }

  // nil where the answer does not say.
  private func position(of answer: RegistryAnswer) throws(RegistryError) -> UInt64? {
    guard let header = answer.header("Range") else { return nil }
    guard let found = UploadPosition.read(header) else {
      throw answer.malformed("0 and the last byte in Range", header)
    }
    return found == 0 && zeroIsOne ? 1 : found
  }

  /// Asks the registry how much it has.
  private mutating func ask() throws(RegistryError) {
    guard let place else { return }
    let answer = try session.send(.GET, place.address, client.pushing)
    if answer.status == 404 {
      answer.discard()
      self.place = nil
      return
    }
    guard answer.status == 204 || answer.status == 200 else { throw answer.refusal("204") }
    guard let found = try position(of: answer), found <= size else {
      throw answer.malformed(
        "0 and the last of \(size) bytes in Range", answer.header("Range") ?? "none")
    }
    offset = found
    if answer.header("Location") != nil {
      let next = try session.router.location(of: answer)
      self.place?.address = next
    }
    answer.discard()
  }

  /// Says that all of it was sent.
  ///
  /// - Returns: false where it is to be taken up again.
  private mutating func complete() throws(RegistryError) -> Bool {
    guard let place else { return false }
    // It may read all of it once more.
    let limit = session.options.documentTime + .seconds(size >> 24)
    let answer = try session.send(
      .PUT, place.address.adding("digest", descriptor.digest), headers: Self.octets,
      client.pushing, limit: limit)
    if try isStored(answer) { return true }
    // An earlier attempt may have done it, whose answer was lost.
    if answer.status == 404 || answer.status == 416 {
      if try client.hasBlob(descriptor.blob) { return true }
      try fail(answer.refusal("201"))
      self.place = nil
      return false
    }
    throw answer.refusal("201")
  }
}
