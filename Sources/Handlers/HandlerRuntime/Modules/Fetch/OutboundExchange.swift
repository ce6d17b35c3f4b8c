import NIOCore

/// A request under way: what is sent, and whoever waits for the answer.
///
/// It lives on an event loop and is touched by no other thread, but for the promise.
final class OutboundExchange {
  let request: OutboundRequest
  /// Most bytes of the answer's body.
  let bodyLimit: Int
  /// The connection that it was sent on.
  weak var connection: OutboundConnection?
  /// Whether nobody waits any more.
  private(set) var isOver = false
  private let promise: EventLoopPromise<RuntimeResponse>
  private var timer: Scheduled<Void>?

  /// - Parameter end: when it is given up.
  init(
    _ request: OutboundRequest, _ limits: OutboundLimits, until end: NIODeadline,
    _ loop: any EventLoop, _ promise: EventLoopPromise<RuntimeResponse>
  ) {
    self.request = request
    self.promise = promise
    bodyLimit = limits.bodyBytes
    timer = loop.assumeIsolated().scheduleTask(deadline: end) {
      self.expire()
    }
  }

  /// Whether sending it twice does what sending it once does.
  /// Reference: RFC 9110, section 9.2.2.
  var mayRepeat: Bool { ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"].contains(request.method) }

  func succeed(_ response: RuntimeResponse) {
    end()
    promise.succeed(response)
  }

  func fail(_ error: any Error) {
    end()
    promise.fail(error)
  }

  private func expire() { giveUp(FetchFailure.timedOut) }

  /// Nobody waits for the answer any more.
  func cancel() {
    guard !isOver else { return }
    timer?.cancel()
    giveUp(FetchFailure.cancelled)
  }

  private func giveUp(_ failure: FetchFailure) {
    isOver = true
    promise.fail(failure)
    connection?.fail(failure)
  }

  private func end() {
    isOver = true
    timer?.cancel()
    timer = nil
  }
}
