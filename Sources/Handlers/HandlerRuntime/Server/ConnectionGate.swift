import NIOCore
import Synchronization

/// Stands before the listener: accepts connections up to a limit, and none beyond it.
///
/// While there are as many as the limit says, those that come wait in the kernel's queue. As soon as
/// one waits, the connection that has been idle the longest is closed; where none is idle, the
/// others are finished first. It lives on the listener's event loop.
final class ConnectionGate: ChannelInboundHandler {
  typealias InboundIn = any Channel
  typealias InboundOut = any Channel

  private let descriptor: Int32
  private let limit: Int
  private let places: [(loop: any EventLoop, context: NIOLoopBound<LoopContext>)]
  private let notice: @Sendable (String) -> Void
  private var context: ChannelHandlerContext?
  private var open = 0
  private var isPaused = false
  private var nextLook: Scheduled<Void>?
  private var noticedAt: NIODeadline?
  /// Which loops were asked for their oldest idle connection, and what they said so far.
  private var round = 0
  private var answers: (left: Int, since: NIODeadline?, place: Int) = (0, nil, 0)
  private static let soon = TimeAmount.microseconds(100)
  private static let look = TimeAmount.milliseconds(10)
  /// How often the log is told that nobody is accepted.
  private static let noticeEvery = TimeAmount.seconds(60)

  init(
    _ descriptor: Int32, limit: Int,
    places: [(loop: any EventLoop, context: NIOLoopBound<LoopContext>)],
    notice: @escaping @Sendable (String) -> Void
  ) {
    self.descriptor = descriptor
    self.limit = max(1, limit)
    self.places = places
    self.notice = notice
  }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }
  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    open += 1
    if open >= limit { pause() }
    let me = NIOLoopBound(self, eventLoop: context.eventLoop)
    let loop = context.eventLoop
    unwrapInboundIn(data).closeFuture.whenComplete { _ in loop.execute { me.value.closed() } }
    context.fireChannelRead(data)
  }

  // No descriptor is left: the listener stays readable, and would be looked at again at once.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if error is IOError {
      tell("no connection can be accepted now: \(HTTPServer.reason(of: error))")
      pause()
    }
    context.fireErrorCaught(error)
  }

  private func closed() {
    open -= 1
    if isPaused && open < limit { resume() }
  }

  private func pause() {
    guard !isPaused else { return }
    isPaused = true
    try? context?.channel.syncOptions?.setOption(.autoRead, value: false)
    lookLater(Self.soon)
  }

  private func resume() {
    isPaused = false
    nextLook?.cancel()
    try? context?.channel.syncOptions?.setOption(.autoRead, value: true)
  }

  private func lookLater(_ time: TimeAmount = look) {
    guard let context else { return }
    let me = NIOLoopBound(self, eventLoop: context.eventLoop)
    nextLook?.cancel()
    nextLook = context.eventLoop.scheduleTask(in: time) { me.value.lookAgain() }
  }

  private func lookAgain() {
    guard isPaused, context != nil else { return }
    if open < limit {
      resume()
    } else if ListeningSocket.hasWaiting(descriptor) {
      makeRoom()
    } else {
      lookLater()
    }
  }

  private func makeRoom() {
    guard let context else { return }
    tell("\(open) connections are open, as many as may be: others wait (--max-connections)")
    round += 1
    answers = (left: places.count, since: nil, place: 0)
    let me = NIOLoopBound(self, eventLoop: context.eventLoop)
    let (home, round) = (context.eventLoop, round)
    for (index, place) in places.enumerated() {
      place.loop.execute {
        let since = place.context.value.oldestIdle
        home.execute { me.value.take(since, of: index, in: round) }
      }
    }
    // Loops that are busy answering do not count: they may be so for long.
    home.scheduleTask(in: Self.look) { me.value.close(in: round) }
  }

  private func take(_ since: NIODeadline?, of place: Int, in number: Int) {
    guard number == round else { return }
    answers.left -= 1
    if let since, answers.since.map({ since < $0 }) ?? true {
      (answers.since, answers.place) = (since, place)
    }
    if answers.left == 0 { close(in: number) }
  }

  private func close(in number: Int) {
    guard number == round else { return }
    round += 1
    if answers.since != nil {
      let place = places[answers.place]
      // Of many a few at once, so that looking for them stays cheap.
      let count = max(1, limit / 128)
      place.loop.execute { place.context.value.closeOldestIdle(count) }
    }
    lookLater()
  }

  private func tell(_ text: String) {
    let now = NIODeadline.now()
    if let noticedAt, now < noticedAt + Self.noticeEvery { return }
    noticedAt = now
    notice(text)
  }
}
