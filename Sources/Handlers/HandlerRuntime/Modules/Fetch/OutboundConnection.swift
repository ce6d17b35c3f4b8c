import NIOCore
import NIOHTTP1
import NIOSSL

/// A connection to an upstream: one request and its answer after the other.
///
/// It lives on its event loop and is touched by no other thread.
final class OutboundConnection: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  /// Whom it leads to.
  let origin: Origin
  private let secure: NIOSSLContext?
  /// Since when it waits for its next request.
  private(set) var idleSince = NIODeadline.distantFuture
  private let home: OutboundConnections
  private var context: ChannelHandlerContext?
  private var exchange: OutboundExchange?
  private var response: RuntimeResponse?
  private var isSent = true
  private var endsAfterAnswer = false
  // Whoever finds a kept connection closed has asked for nothing yet.
  private var isReused = false

  init(
    to origin: Origin, _ secure: NIOSSLContext?, home: OutboundConnections,
    first exchange: OutboundExchange
  ) {
    self.origin = origin
    self.secure = secure
    self.home = home
    self.exchange = exchange
  }

  /// Sends another request.
  func begin(_ next: OutboundExchange) {
    (exchange, isReused) = (next, true)
    send()
  }

  /// Ends the connection.
  func close() { context?.close(promise: nil) }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelActive(context: ChannelHandlerContext) {
    send()
    context.fireChannelActive()
  }

  private func send() {
    guard let exchange, let context else { return }
    // Nobody waits for it any more.
    guard !exchange.isOver else { return close() }
    exchange.connection = self
    let request = exchange.request
    var headers = HTTPHeaders([("host", request.url.hostAndPort ?? "")])
    for field in request.headers { headers.add(name: field.name, value: field.value) }
    if !headers.contains(name: "user-agent") { headers.add(name: "user-agent", value: "zigttp") }
    // A handler reads the body as it is: nothing here decodes it.
    if !headers.contains(name: "accept-encoding") {
      headers.add(name: "accept-encoding", value: "identity")
    }
    if let body = request.body { headers.add(name: "content-length", value: "\(body.count)") }
    (response, endsAfterAnswer) = (nil, false)
    let head = HTTPRequestHead(
      version: .http1_1, method: HTTPMethod(rawValue: request.method),
      uri: request.url.requestTarget, headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    guard let body = request.body, !body.isEmpty else {
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
      return
    }
    isSent = false
    context.write(
      wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: body)))),
      promise: nil)
    let sent = context.eventLoop.makePromise(of: Void.self)
    sent.futureResult.assumeIsolated().whenSuccess { self.isSent = true }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: sent)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard let exchange else { return close() }
    switch unwrapInboundIn(data) {
    case .head(let head):
      endsAfterAnswer = !head.isKeepAlive || head.status == .switchingProtocols
      response = RuntimeResponse(
        status: Int(head.status.code),
        headers: head.headers.map { (HTTPFields.lowered($0.name), $0.value) }, body: [])
    case .body(let bytes):
      guard (response?.body.count ?? 0) + bytes.readableBytes <= exchange.bodyLimit else {
        return fail(FetchFailure.tooLarge)
      }
      response?.body.append(contentsOf: bytes.readableBytesView)
    case .end:
      guard let response else { return fail(FetchFailure.endedEarly) }
      (self.exchange, self.response) = (nil, nil)
      // An answer to a request that is not all sent leaves its rest in the way of the next one.
      if endsAfterAnswer || !isSent || exchange.isOver {
        close()
      } else {
        idleSince = .now()
        home.keep(self)
      }
      exchange.succeed(response)
    }
  }

  /// Ends the exchange and the connection with it.
  func fail(_ error: any Error) {
    let (ended, hadAnswer) = (exchange, response != nil)
    exchange = nil
    home.forget(self)
    close()
    guard let ended else { return }
    if isReused, !hadAnswer, ended.mayRepeat, !ended.isOver {
      home.open(ended, to: origin, secure)
    } else {
      ended.fail(error)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { fail(error) }

  func channelInactive(context: ChannelHandlerContext) {
    fail(FetchFailure.endedEarly)
    context.fireChannelInactive()
  }
}
