import Digests
import NIOCore
import NIOHTTP1

/// An answer whose body is still on its way. It goes when nobody looks at it any more.
final class RegistryAnswer {
  let head: HTTPHead
  /// Who answered, after redirections.
  let address: WebAddress
  /// What was asked, for errors.
  let place: String
  private let conversation: any HTTPConversation
  private let redact: @Sendable (String) -> String

  // What is read of a body that nobody wants, so that its connection can be used again.
  private static let worthReading = 64 << 10

  init(
    _ head: HTTPHead, from address: WebAddress, place: String,
    _ conversation: any HTTPConversation, redact: @escaping @Sendable (String) -> String
  ) {
    self.head = head
    self.address = address
    self.place = place
    self.conversation = conversation
    self.redact = redact
  }

  deinit { conversation.close() }

  var status: Int { head.status }

  func header(_ name: String) -> String? { head.headers.first(name: name) }

  /// `Content-Length`; nil where it is none.
  var length: UInt64? { header("Content-Length").flatMap { UInt64($0) } }

  /// The next bytes; nil at the end.
  func next() throws(RegistryError) -> ByteBuffer? { try conversation.next() }

  /// The whole body.
  ///
  /// - Throws: `tooLarge` as soon as there is more.
  func body(limit: Int) throws(RegistryError) -> [UInt8] {
    let tooLarge = RegistryError(
      .tooLarge, at: place, expected: "at most \(limit) bytes", found: "more", status: status)
    if let length, length > UInt64(limit), place.hasPrefix("HEAD ") == false { throw tooLarge }
    var out: [UInt8] = []
    while let piece = try next() {
      guard piece.readableBytes <= limit - out.count else { throw tooLarge }
      out += piece.readableBytesView
    }
    return out
  }

  /// Reads what is left where that is little.
  func discard() {
    var left = Self.worthReading
    if let length, length > UInt64(left) { return }
    do throws(RegistryError) {
      while left > 0, let piece = try next() { left -= piece.readableBytes }
    } catch {}
  }

  /// The error that the answer is, where something else was expected.
  func refusal(_ expected: String) -> RegistryError {
    let code: RegistryError.Code
    switch status {
    case 401: code = .unauthorized
    case 403: code = .denied
    case 404: code = .missing
    case 412: code = .conflict
    case 300..<400: code = .redirected
    case let status where RetryPolicy.isPassing(status): code = .unavailable
    case 400..<600: code = .refused
    default: code = .malformed
    }
    let body = status >= 400 ? try? body(limit: ErrorAnswer.limit) : nil
    let answers = ErrorAnswer.read(body ?? []).map {
      ErrorAnswer(code: redact($0.code), message: redact($0.message))
    }
    return RegistryError(
      code, at: place, expected: expected, found: "\(status)", status: status, answers: answers)
  }

  /// An answer that has the right status and says something impossible.
  func malformed(_ expected: String, _ found: String) -> RegistryError {
    RegistryError(
      .malformed, at: place, expected: expected, found: redact(String(found.prefix(200))),
      status: status)
  }

  /// `Docker-Content-Digest`; nil where the header is not there.
  ///
  /// - Throws: `malformed` for what is no digest.
  func contentDigest() throws(RegistryError) -> Digest? {
    guard let text = header("Docker-Content-Digest") else { return nil }
    guard let digest = Digest(text) else {
      throw malformed("a digest in Docker-Content-Digest", text)
    }
    return digest
  }

  /// Compares `Docker-Content-Digest`, where there is one of the same algorithm.
  ///
  /// - Throws: `corrupt`.
  func require(_ digest: Digest) throws(RegistryError) {
    guard let found = try contentDigest(), found.algorithm == digest.algorithm, found != digest
    else { return }
    throw RegistryError(
      .corrupt, at: place, expected: "\(digest)", found: "Docker-Content-Digest \(found)",
      status: status)
  }
}
