import NIOCore

/// When a connection has kept us waiting for long enough.
struct ConnectionClock {
  fileprivate var deadline = NIODeadline.distantFuture
  fileprivate var timer: (task: Scheduled<Void>, at: NIODeadline)?
  fileprivate var unsentAtLastLook = 0
  /// A head that trickles in gets its time from its first byte, not from its last.
  var isHeadTimed = false

  mutating func cancel() {
    timer?.task.cancel()
    timer = nil
  }
}

extension ClientConnection {
  /// Something goes on with an answer.
  func touch() { setDeadline(state.limits.progressSeconds) }

  func setHeadDeadline() {
    guard !clock.isHeadTimed else { return }
    clock.isHeadTimed = true
    setDeadline(state.limits.headSeconds)
  }

  // Moving the deadline only writes a field; the timer that is already running looks at it when it
  // fires. Only a deadline before that needs a new one.
  func setDeadline(_ seconds: Int64) {
    clock.deadline = .now() + .seconds(seconds)
    arm()
  }

  private func arm() {
    guard let context else { return }
    if let timer = clock.timer {
      if timer.at <= clock.deadline { return }
      timer.task.cancel()
    }
    let me = NIOLoopBound(self, eventLoop: context.eventLoop)
    let at = clock.deadline
    clock.timer = (context.eventLoop.scheduleTask(deadline: at) { me.value.timeIsUp() }, at)
  }

  private func timeIsUp() {
    clock.timer = nil
    guard let context else { return }
    if clock.deadline > .now() { return arm() }
    if isTakingItsAnswer(context) { return touch() }
    switch phase {
    case .head:
      if inbound.readableBytes > 0 {
        refuse(.headTimeout, isHead: looksLikeHead)
      } else {
        context.close(promise: nil)
      }
    case .lingering: context.close(promise: nil)
    case .exchange(let exchange):
      guard exchange.passing == nil else {
        // Which side stopped does not matter any more.
        return context.close(promise: nil)
      }
      refuse(timeout(exchange), isHead: exchange.isHead)
    }
  }

  private func timeout(_ exchange: Exchange) -> Refusal {
    guard let upstream = exchange.upstream else { return .unreachable }
    return exchange.isRequestDone || !upstream.isWritable ? .upstreamTimeout : .bodyTimeout
  }

  // A large answer may take its time as long as some of it is taken between two looks.
  private func isTakingItsAnswer(_ context: ChannelHandlerContext) -> Bool {
    let unsent = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    defer { clock.unsentAtLastLook = unsent }
    return unsent > 0 && unsent != clock.unsentAtLastLook
  }
}
