import NIOCore
import NIOHTTP1

/// Writes one request to its connection and gathers the answer.
final class FetchExchange: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  private let request: OutboundRequest
  private let bodyLimit: Int
  private let promise: EventLoopPromise<RuntimeResponse>
  private var response: RuntimeResponse?

  init(request: OutboundRequest, bodyLimit: Int, promise: EventLoopPromise<RuntimeResponse>) {
    self.request = request
    self.bodyLimit = bodyLimit
    self.promise = promise
  }

  func channelActive(context: ChannelHandlerContext) {
    var headers = HTTPHeaders([("host", request.url.hostAndPort ?? "")])
    for field in request.headers { headers.add(name: field.name, value: field.value) }
    if !headers.contains(name: "user-agent") { headers.add(name: "user-agent", value: "zigttp") }
    headers.add(name: "connection", value: "close")
    if let body = request.body { headers.add(name: "content-length", value: "\(body.count)") }
    let head = HTTPRequestHead(
      version: .http1_1, method: HTTPMethod(rawValue: request.method),
      uri: request.url.requestTarget, headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if let body = request.body, !body.isEmpty {
      context.write(
        wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: body)))),
        promise: nil)
    }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      response = RuntimeResponse(
        status: Int(head.status.code),
        headers: head.headers.map { (HTTPFields.lowered($0.name), $0.value) }, body: [])
    case .body(let bytes):
      guard (response?.body.count ?? 0) + bytes.readableBytes <= bodyLimit else {
        promise.fail(FetchFailure.tooLarge)
        return
      }
      response?.body.append(contentsOf: bytes.readableBytesView)
    case .end:
      if let response { promise.succeed(response) } else { promise.fail(FetchFailure.endedEarly) }
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    promise.fail(error)
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    promise.fail(FetchFailure.endedEarly)
    context.fireChannelInactive()
  }
}
