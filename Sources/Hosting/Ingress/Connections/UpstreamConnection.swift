import NIOCore

/// One connection to a process of a service: sends a request, passes its answer on, and waits for the
/// next one.
final class UpstreamConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let pool: UpstreamPool
  private let limits: IngressLimits
  private var context: ChannelHandlerContext?
  private var client: ClientConnection?
  private var exchange: Exchange?
  private var scanner: HeadScanner
  private var inbound = ByteBuffer()
  private var outbound = ByteBuffer()
  private var body: BodyReader?
  private var staysOpen = false
  private var hasReceived = false
  private var isReading = true

  init(_ pool: UpstreamPool, _ limits: IngressLimits) {
    (self.pool, self.limits) = (pool, limits)
    scanner = HeadScanner(limit: limits.headBytes)
  }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func channelInactive(context: ChannelHandlerContext) {
    self.context = nil
    guard let exchange, let client else { return pool.forget(self) }
    if body?.endsWithConnection == true {
      staysOpen = false
      finish()
      client.flush()
    } else {
      detach()
      client.upstreamIsLost(exchange, hasReceived: hasReceived)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  // MARK: Request

  /// Begins a request.
  func begin(_ exchange: Exchange, of client: ClientConnection) {
    (self.exchange, self.client) = (exchange, client)
    (body, hasReceived) = (nil, false)
    outbound = exchange.head
  }

  /// Whether it takes more of the request now.
  var isWritable: Bool { context?.channel.isWritable ?? false }

  /// A piece of the request's body.
  func write(_ bytes: ByteBuffer, as framing: Framing) {
    BodyWriter.write(bytes, as: framing, to: &outbound) { piece in
      context?.write(wrapOutboundOut(piece), promise: nil)
    }
  }

  /// The end of the request's body.
  func end(_ framing: Framing) { BodyWriter.end(framing, to: &outbound) }

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

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable { client?.upstreamIsWritable() }
    context.fireChannelWritabilityChanged()
  }

  // MARK: Answer

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    // Nobody asked.
    guard exchange != nil else { return context.close(promise: nil) }
    hasReceived = true
    if inbound.readableBytes == 0 { inbound = bytes } else { inbound.writeBuffer(&bytes) }
    process()
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    client?.flush()
    context.fireChannelReadComplete()
  }

  /// The client takes more again.
  func resume() {
    process()
    if exchange != nil { client?.flush() }
  }

  private func process() {
    while let client, let exchange {
      do throws(Refusal) {
        guard body != nil else {
          guard try readHead(exchange, client) else { return }
          continue
        }
        guard client.isWritable else { return setReading(false) }
        switch try body?.next(&inbound) {
        case .bytes(let bytes): client.pass(bytes)
        case .end: return finish()
        case .wait, nil: return setReading(true)
        }
      } catch {
        detach()
        close()
        client.upstreamFailed(exchange, .malformed)
      }
    }
  }

  private func readHead(
    _ exchange: Exchange, _ client: ClientConnection
  ) throws(Refusal) -> Bool {
    switch scanner.end(of: inbound) {
    case .part: return false
    case .bareLineEnd, .tooLarge: throw .malformed
    case .whole(let length):
      guard let bytes = inbound.readSlice(length: length) else { return false }
      let result = bytes.withUnsafeReadableBytes { bytes in
        Result { () throws(Refusal) in
          let head = try ResponseHead(
            bytes, toHead: exchange.isHead, mostFields: limits.headFields)
          // What comes before an answer is between us and the service.
          guard head.status >= 200 else {
            if head.status == 101 { throw .malformed }
            return
          }
          let body = try BodyReader(head.framing)
          self.body = body
          staysOpen = head.keepsAlive && !body.endsWithConnection
          client.pass(head, bytes)
        }
      }
      try result.get()
      return true
    }
  }

  // The answer is whole.
  private func finish() {
    guard let client, let exchange else { return }
    let isReusable = staysOpen && exchange.isRequestDone && inbound.readableBytes == 0
    detach()
    exchange.move(to: nil)
    if isReusable {
      setReading(true)
      inbound.clear()
      pool.give(self)
    } else {
      close()
    }
    client.answerEnded(exchange)
  }

  private func setReading(_ isOn: Bool) {
    guard isOn != isReading else { return }
    isReading = isOn
    try? context?.channel.syncOptions?.setOption(.autoRead, value: isOn)
  }

  // MARK: Ends

  private func detach() {
    exchange?.upstream = nil
    (exchange, client, body) = (nil, nil, nil)
  }

  /// Ends it, whatever it is doing; nobody is told.
  func close() {
    detach()
    context?.close(promise: nil)
    context = nil
  }

  /// Whether it is still there.
  var isOpen: Bool { context != nil }
}
