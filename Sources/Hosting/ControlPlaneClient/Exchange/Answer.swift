import ControlPlaneAPI
import JSON
import NIOCore
import OCIRegistry

/// An answer whose body is still on its way. It goes when nobody looks at it any more.
final class Answer {
  let status: Int
  private let head: HTTPHead
  private let place: String
  private let conversation: any HTTPConversation
  private let tokens: TokenSource
  private let limit: Int
  private var loaded: [UInt8]?

  init(
    _ head: HTTPHead, place: String, _ conversation: any HTTPConversation, tokens: TokenSource,
    limit: Int
  ) {
    status = head.status
    self.head = head
    self.place = place
    self.conversation = conversation
    self.tokens = tokens
    self.limit = limit
  }

  deinit { conversation.close() }

  func close() { conversation.close() }

  func header(_ name: String) -> String? { head.headers.first(name: name) }

  /// The next bytes; nil at the end.
  func next() throws -> ByteBuffer? {
    do throws(RegistryError) { return try conversation.next() } catch {
      throw ControlPlaneClientError(error, at: place)
    }
  }

  /// Reads the body of an answer that says yes.
  func load() throws {
    if loaded == nil, (200..<300).contains(status) { loaded = try body(limit: limit) }
  }

  /// The document that the body is.
  func document<Document: WireDocument>(_ type: Document.Type) throws -> Document {
    let bytes = try loaded ?? body(limit: limit)
    do throws(JSONError) { return try Document(answer: bytes) } catch {
      throw ControlPlaneClientError(
        .malformed, at: place, expected: "an answer as the protocol has it",
        found: tokens.redacted(String(error.description.prefix(300))))
    }
  }

  private func body(limit: Int) throws -> [UInt8] {
    var out: [UInt8] = []
    while let piece = try next() {
      guard piece.readableBytes <= limit - out.count else {
        throw ControlPlaneClientError(
          .tooLarge, at: place, expected: "at most \(limit) bytes", found: "more")
      }
      out += piece.readableBytesView
    }
    // What a connection that broke left is no answer.
    if let length = header("Content-Length").flatMap({ Int($0) }), length != out.count {
      throw ControlPlaneClientError(
        .unreachable, at: place, expected: "\(length) bytes", found: "\(out.count) bytes")
    }
    return out
  }

  // MARK: Refusals

  // Most bytes of a problem, of a text in it, and of reasons.
  private static let problemLimit = 256 << 10
  private static let textLimit = 500
  private static let mostReasons = 50

  /// The error that the answer is, where something else was expected.
  func refusal(expected: String) -> ControlPlaneClientError {
    let code: ControlPlaneClientError.Code
    switch status {
    case 401: code = .unauthorized
    case 403: code = .denied
    case 404: code = .missing
    case 409, 412: code = .conflict
    case 410: code = .gone
    case 300..<400: code = .redirected
    case let status where RetryPolicy.isPassing(status) || status >= 500: code = .unavailable
    case 400..<500: code = .refused
    default: code = .malformed
    }
    return ControlPlaneClientError(
      code, at: place, expected: expected, found: "\(status)",
      problem: status >= 400 ? problem() : nil)
  }

  private func problem() -> Problem? {
    guard let bytes = try? body(limit: Self.problemLimit), var problem = try? Problem(answer: bytes)
    else { return nil }
    problem.title = shown(problem.title)
    problem.detail = problem.detail.map(shown)
    problem.reasons = problem.reasons.prefix(Self.mostReasons).map(shown)
    return problem
  }

  private func shown(_ text: String) -> String {
    tokens.redacted(String(text.prefix(Self.textLimit)))
  }
}
