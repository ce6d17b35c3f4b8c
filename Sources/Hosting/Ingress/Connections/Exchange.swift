import NIOCore

/// One request on its way, and its answer.
final class Exchange {
  /// Which service it is for.
  let service: String
  /// The head as it goes to the service; kept as long as it may have to be sent again.
  let head: ByteBuffer
  let framing: Framing
  let isHead: Bool
  let isVersion10: Bool
  let isIdempotent: Bool
  /// Whether the client waits to be told to send the body.
  var expectsContinue: Bool
  /// Whether the client's connection may stay open.
  let keepsAlive: Bool
  /// Takes the body out of what the client sends.
  var body: BodyReader
  /// Until when it is held back while nobody listens.
  let holdEnd: NIODeadline

  /// Where it goes now.
  private(set) var pool: UpstreamPool?
  var upstream: UpstreamConnection?
  /// Whether that connection was used before: it may have been closed in the same moment.
  var isReused = false
  var attempts = 0
  /// Whether any of the body has gone.
  var hasSentBody = false
  var isRequestDone = false
  /// How the answer goes on, once its head has.
  var passing: ResponseHead.Passing?
  var answerFraming = Framing.none

  init(
    _ service: String, _ request: RequestHead, head: ByteBuffer, limits: IngressLimits
  ) throws(Refusal) {
    self.service = service
    self.head = head
    framing = request.framing
    isHead = request.isHead
    isVersion10 = request.isVersion10
    isIdempotent = request.isIdempotent
    expectsContinue = request.expectsContinue
    keepsAlive = request.keepsAlive
    body = try BodyReader(request.framing, limit: limits.bodyBytes)
    holdEnd = .now() + .milliseconds(limits.holdMilliseconds)
  }

  /// Counts as one in flight at a pool, until it is at another one or at none.
  func move(to other: UpstreamPool?) {
    pool?.inFlight -= 1
    pool = other
    other?.inFlight += 1
  }

  /// Whether it may go once more to a service that closed the connection without a word.
  var mayRepeat: Bool { isReused && isIdempotent && !hasSentBody && attempts < 4 }
}
