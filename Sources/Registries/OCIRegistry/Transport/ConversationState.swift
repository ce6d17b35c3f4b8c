import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Threads

/// What the event loop and the thread that waits tell each other.
final class ConversationState: Sendable {
  /// Most bytes of an answer that wait to be taken.
  static let ahead = 256 << 10
  /// Most bytes of a body that are on their way.
  static let window = 1 << 20
  /// Most bytes of the headers of an answer.
  static let headerLimit = 64 << 10

  enum Failure: Error {
    case tooManyHeaders
    case closed
  }

  struct State {
    // The body that is sent.
    var writer: HTTPClient.Body.StreamWriter?
    var bodyDone: EventLoopPromise<Void>?
    var onTheWay = 0
    var isUnwanted = false
    // The answer.
    var head: HTTPHead?
    var pieces: [ByteBuffer] = []
    var waiting = 0
    var taken = 0
    var more: EventLoopPromise<Void>?
    var isOver = false
    var failure: (any Error)?
    var isClosed = false

    // AsyncHTTPClient takes no more of a body then, and gives no sign.
    var saysNo: Bool { (head?.status ?? 0) >= 300 }

    // Nor does it always say where an answer ends that came before the end of the body.
    var hasAllItSays: Bool { saysNo && length.map { taken >= $0 } ?? false }

    var length: Int? { head?.headers.first(name: "Content-Length").flatMap { Int($0) } }
  }

  // How long an answer that does not say its length and came before the end of the body may take.
  private static let patience = TimeAmount.seconds(2)

  let monitor = Monitor(State())
  let sendsBody: Bool

  init(sendsBody: Bool) { self.sendsBody = sendsBody }

  // MARK: For the event loop

  /// Called when the body may be sent.
  func begin(
    _ writer: HTTPClient.Body.StreamWriter, on loop: any EventLoop
  ) -> EventLoopFuture<Void> {
    let promise = loop.makePromise(of: Void.self)
    let isTooLate = monitor.withLock { state in
      if state.isClosed || state.failure != nil { return true }
      state.writer = writer
      state.bodyDone = promise
      return false
    }
    if isTooLate { promise.fail(Failure.closed) }
    return promise.futureResult
  }

  func received(_ head: HTTPResponseHead, on loop: any EventLoop) -> (any Error)? {
    let size = head.headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
    guard size <= Self.headerLimit else { return Failure.tooManyHeaders }
    let isOpen = monitor.withLock { state in
      state.head = HTTPHead(status: Int(head.status.code), headers: head.headers)
      return state.saysNo && state.length == nil
    }
    if sendsBody && isOpen {
      loop.scheduleTask(in: Self.patience) { [weak self] in self?.ended(nil) }
    }
    return nil
  }

  func received(_ piece: ByteBuffer, on loop: any EventLoop) -> EventLoopFuture<Void> {
    let promise: EventLoopPromise<Void>? = monitor.withLock { state in
      guard !state.isClosed else { return nil }
      state.pieces.append(piece)
      state.waiting += piece.readableBytes
      guard state.waiting >= Self.ahead else { return nil }
      let promise = loop.makePromise(of: Void.self)
      state.more = promise
      return promise
    }
    return promise?.futureResult ?? loop.makeSucceededVoidFuture()
  }

  func ended(_ failure: (any Error)?) {
    finish { state in
      if let failure { if state.failure == nil { state.failure = failure } }
      state.isOver = true
    }
  }

  func wrote(_ count: Int, _ result: Result<Void, any Error>) {
    monitor.withLock { state in
      state.onTheWay -= count
      if case .failure = result { state.isUnwanted = true }
    }
  }

  // MARK: For both

  /// Changes the state, after which nobody waits for a promise of ours.
  func finish(_ change: (inout State) -> Void) {
    let (body, more) = monitor.withLock { state in
      change(&state)
      defer { (state.bodyDone, state.more, state.writer) = (nil, nil, nil) }
      return (state.bodyDone, state.more)
    }
    body?.fail(Failure.closed)
    more?.succeed()
  }
}

/// Tells the waiting thread what comes.
final class ConversationDelegate: HTTPClientResponseDelegate {
  typealias Response = Void

  private let state: ConversationState
  private let loop: any EventLoop

  init(_ state: ConversationState, _ loop: any EventLoop) {
    self.state = state
    self.loop = loop
  }

  func didReceiveHead(
    task: HTTPClient.Task<Void>, _ head: HTTPResponseHead
  ) -> EventLoopFuture<Void> {
    if let failure = state.received(head, on: loop) { return loop.makeFailedFuture(failure) }
    return loop.makeSucceededVoidFuture()
  }

  func didReceiveBodyPart(
    task: HTTPClient.Task<Void>, _ buffer: ByteBuffer
  ) -> EventLoopFuture<Void> {
    state.received(buffer, on: loop)
  }

  func didReceiveError(task: HTTPClient.Task<Void>, _ error: any Error) { state.ended(error) }

  func didFinishRequest(task: HTTPClient.Task<Void>) throws { state.ended(nil) }
}
