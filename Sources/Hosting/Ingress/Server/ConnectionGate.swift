import NIOCore

/// Stands before the listener: accepts clients up to a limit; those beyond wait in the kernel's queue
/// until one goes. It lives on the listener's event loop.
final class ConnectionGate: ChannelInboundHandler {
  typealias InboundIn = any Channel
  typealias InboundOut = any Channel

  private static let pause = TimeAmount.milliseconds(100)
  private let limit: Int
  private let notice: @Sendable (String) -> Void
  private var context: ChannelHandlerContext?
  private var open = 0
  private var isPaused = false

  init(limit: Int, notice: @escaping @Sendable (String) -> Void) {
    self.limit = max(1, limit)
    self.notice = notice
  }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }
  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    open += 1
    if open >= limit { setPaused(true) }
    let me = NIOLoopBound(self, eventLoop: context.eventLoop)
    let loop = context.eventLoop
    unwrapInboundIn(data).closeFuture.whenComplete { _ in loop.execute { me.value.closed() } }
    context.fireChannelRead(data)
  }

  // No descriptor is left: the listener stays readable, and would be looked at again at once.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard error is IOError else { return context.fireErrorCaught(error) }
    notice("no connection can be accepted now: \(error)")
    setPaused(true)
    let me = NIOLoopBound(self, eventLoop: context.eventLoop)
    context.eventLoop.scheduleTask(in: Self.pause) {
      if me.value.open < me.value.limit { me.value.setPaused(false) }
    }
  }

  private func closed() {
    open -= 1
    if isPaused, open < limit { setPaused(false) }
  }

  private func setPaused(_ isOn: Bool) {
    guard isOn != isPaused else { return }
    isPaused = isOn
    if isOn, open >= limit {
      notice("\(open) connections are open, as many as may be: others wait")
    }
    try? context?.channel.syncOptions?.setOption(.autoRead, value: !isOn)
  }
}
