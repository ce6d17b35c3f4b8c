import NIOCore
import NIOHTTP1

/// Ends a connection after the answer where the client does not want it any more, and tells those who
/// have to be told whether it lasts.
///
/// What comes later in the channel looks for the one word `close`, and does not know of HTTP/1.0, where
/// a connection ends unless the client asked for it to last, and waits to be told that it does.
/// Reference: RFC 9112, section 9.3; RFC 2068, section 19.7.1.
final class PersistenceHandler: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  // What to tell the clients of the requests that are not answered yet, in their order.
  private var told: CircularBuffer<String?> = []

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(var head) = unwrapInboundIn(data) else {
      return context.fireChannelRead(data)
    }
    let isOld = head.version == .http1_0
    told.append(head.isKeepAlive ? (isOld ? "keep-alive" : nil) : "close")
    if !head.isKeepAlive { head.headers.replaceOrAdd(name: "Connection", value: "close") }
    context.fireChannelRead(wrapInboundOut(.head(head)))
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard case .head(var head) = unwrapOutboundIn(data), head.status.code >= 200,
      let word = told.popFirst(), let word, !head.headers.contains(name: "Connection")
    else { return context.write(data, promise: promise) }
    head.headers.add(name: "Connection", value: word)
    context.write(wrapOutboundOut(.head(head)), promise: promise)
  }
}

/// Puts the handler where heads are still those of HTTP/1, and goes.
final class PersistenceInstaller: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = NIOAny

  func handlerAdded(context: ChannelHandlerContext) {
    let pipeline = context.pipeline.syncOperations
    do {
      let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
      try pipeline.addHandler(PersistenceHandler(), position: .after(decoder))
    } catch {
      context.close(promise: nil)
    }
    pipeline.removeHandler(self, promise: nil)
  }
}
