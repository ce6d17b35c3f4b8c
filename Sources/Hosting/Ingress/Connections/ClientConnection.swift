import NIOCore

/// One client's connection: reads requests one after the other, has each passed on, and passes the
/// answers back in their order.
///
/// It lives on its event loop and is touched by no other thread. What a client sends faster than its
/// service takes it waits with the client, and the other way round.
final class ClientConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  enum Phase {
    /// Between requests, or with a part of a head received.
    case head
    /// A request is on its way.
    case exchange(Exchange)
    /// The last answer is written; what the client still sends is dropped until it closes, since closing
    /// first would make the kernel throw the answer away.
    case lingering
  }

  static let mostWaiting = 64 << 10
  static let lingerSeconds: Int64 = 2

  let state: LoopState
  var context: ChannelHandlerContext?
  var phase = Phase.head
  var scanner: HeadScanner
  var forwarding: RequestForwarding?
  var inbound = ByteBuffer()
  var outbound = ByteBuffer()
  var peerIsDone = false
  private var isReading = true
  var clock = ConnectionClock()

  init(_ state: LoopState) {
    self.state = state
    scanner = HeadScanner(limit: state.limits.headBytes)
  }

  // MARK: Channel

  func channelActive(context: ChannelHandlerContext) {
    self.context = context
    let address = context.channel.remoteAddress?.ipAddress ?? "unknown"
    forwarding = RequestForwarding(
      client: .init(
        address: address, isTrusted: state.trustedProxies.contains { $0.contains(address) }))
    state.opened(self)
    // Accepted while the listener was being closed: its first request is answered, if it comes soon.
    setDeadline(state.isDraining ? 1 : state.limits.idleSeconds)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    state.closed(self)
    clock.cancel()
    self.context = nil
    if case .exchange(let exchange) = phase {
      phase = .lingering
      end(exchange)
    }
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .lingering = phase { return }
    var bytes = unwrapInboundIn(data)
    if inbound.readableBytes == 0 { inbound = bytes } else { inbound.writeBuffer(&bytes) }
    process()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable, case .exchange(let exchange) = phase {
      touch()
      exchange.upstream?.resume()
    }
    context.fireChannelWritabilityChanged()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case ChannelEvent.inputClosed = event else {
      context.fireUserInboundEventTriggered(event)
      return
    }
    peerIsDone = true
    switch phase {
    case .head, .lingering: closeAfterWrites()
    case .exchange(let exchange):
      // All of it may be here and wait for its service.
      pump(exchange)
    }
  }

  // MARK: Both ways

  /// Does what can be done with what has arrived.
  func process() {
    if case .head = phase { readHead() }
    if case .exchange(let exchange) = phase { pump(exchange) }
    throttle()
    flush()
  }

  /// Whether it takes more of an answer now.
  var isWritable: Bool { context?.channel.isWritable ?? false }

  /// Sends what was written.
  func flush() {
    guard let context else { return }
    if outbound.readableBytes > 0 {
      let bytes = outbound
      outbound = ByteBuffer()
      context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    } else {
      context.flush()
    }
  }

  /// Writes without sending.
  func write(_ bytes: ByteBuffer) { context?.write(wrapOutboundOut(bytes), promise: nil) }

  // What cannot be passed on stays with the client.
  func throttle() {
    let isWanted: Bool
    if case .exchange = phase {
      isWanted = inbound.readableBytes < Self.mostWaiting
    } else {
      isWanted = true
    }
    guard isWanted != isReading, context != nil else { return }
    isReading = isWanted
    try? context?.channel.syncOptions?.setOption(.autoRead, value: isWanted)
  }

  // MARK: Ends

  /// Gives up a request: its service is not asked any more.
  func end(_ exchange: Exchange) {
    exchange.upstream?.close()
    exchange.upstream = nil
    exchange.move(to: nil)
  }

  /// Answers a request here, and ends the connection: what follows cannot be trusted to be the start of
  /// a request.
  func refuse(_ refusal: Refusal, isHead: Bool) {
    if case .exchange(let exchange) = phase { end(exchange) }
    OwnAnswer.write(refusal, isHead: isHead, to: &outbound)
    linger()
  }

  /// Ends the connection once everything is taken.
  func linger() {
    flush()
    phase = .lingering
    inbound.clear()
    if peerIsDone { return closeAfterWrites() }
    throttle()
    setDeadline(state.limits.progressSeconds)
    afterWrites { connection in
      connection.context?.close(mode: .output, promise: nil)
      connection.setDeadline(Self.lingerSeconds)
    }
  }

  func closeAfterWrites() {
    if case .exchange(let exchange) = phase { end(exchange) }
    phase = .lingering
    setDeadline(state.limits.progressSeconds)
    afterWrites { $0.context?.close(promise: nil) }
  }

  // Closing drops what the client has not taken yet, so it has to wait for that.
  private func afterWrites(_ body: @escaping (ClientConnection) -> Void) {
    guard let context else { return }
    let promise = context.eventLoop.makePromise(of: Void.self)
    context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: promise)
    promise.futureResult.assumeIsolated().whenComplete { _ in body(self) }
  }

  /// Ends the connection: at once when no request is on its way, else after its answer.
  func drain() {
    if case .head = phase, inbound.readableBytes == 0 { context?.close(promise: nil) }
  }
}
