import ContentStore
import Encodings
import HTTPListener
import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix

/// Answers requests: who asks, what for, may he; then the handler of the route.
///
/// Files are read and written by threads of its own, so that a slow disk holds up no event loop.
struct RegistryResponder: HTTPResponder {
  /// The connection that a request came on.
  struct Context: InitializableFromSource {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) { channel = source.channel }
  }

  let store: RegistryStore
  let options: RegistryOptions
  let metrics: RegistryMetrics
  let threads: NIOThreadPool
  /// Credentials that are none, from one address.
  let guesses = RateLimiter(burst: 20, perMinute: 10)

  /// Runs what reads or writes files.
  func onThread<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await threads.runIfActive(body)
  }

  func respond(to request: Request, context: Context) async throws -> Response {
    let exchange = Exchange(request, context.channel)
    metrics.begin()
    var answer: Answer
    do {
      answer = try await self.answer(exchange)
    } catch let error as RegistryError {
      if let cause = error.cause { options.log("error: \(cause)") }
      answer = Answer(error)
      if error.status == 405, let route = Route(path: exchange.path) {
        answer.headers[.allow] = allowed(route).joined(separator: ", ")
      }
    } catch {
      // The connection broke in the middle of the body.
      report(exchange, status: 400, sent: 0, isWhole: false)
      throw error
    }
    answer.headers[.contentTypeOptions] = "nosniff"
    // Whatever somebody pushed, to a browser it is no page.
    answer.headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    answer.headers[.apiVersion] = "registry/2.0"
    if exchange.isBodyBurden { closeLater(exchange, &answer) }
    return response(answer, exchange)
  }

  /// What may be done at a route of this server.
  func allowed(_ route: Route) -> [String] {
    options.access.isReadOnly
      ? route.methods.filter { $0 == "GET" || $0 == "HEAD" } : route.methods
  }

  // Who was refused may go on sending; the answer has the time to reach him, no more.
  private func closeLater(_ exchange: Exchange, _ answer: inout Answer) {
    answer.headers[.connection] = "close"
    let channel = exchange.channel
    channel.eventLoop.scheduleTask(in: .seconds(3)) { channel.close(promise: nil) }
  }

  private func response(_ answer: Answer, _ exchange: Exchange) -> Response {
    let status = HTTPResponse.Status(code: answer.status)
    var headers = answer.headers
    let count = answer.body.count
    // A 304 has no length of its own; a 204 must have none.
    let hasLength = answer.status != 204 && answer.status != 304
    if hasLength && headers[.contentLength] == nil { headers[.contentLength] = "\(count)" }
    if exchange.method == .head || !hasLength {
      report(exchange, status: answer.status, sent: 0, isWhole: true)
      var response = Response(status: status, headers: headers)
      if !hasLength { response.headers[.contentLength] = nil }
      return response
    }
    switch answer.body {
    case .none:
      report(exchange, status: answer.status, sent: 0, isWhole: true)
      return Response(status: status, headers: headers)
    case .bytes(let bytes):
      report(exchange, status: answer.status, sent: count, isWhole: true)
      return Response(
        status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    case .file(let file, let offset, let count):
      let body = stream(file, at: offset, count: count, exchange, status: answer.status)
      return Response(status: status, headers: headers, body: body)
    }
  }

  /// Counts and logs a request that was answered.
  func report(_ exchange: Exchange, status: Int, sent: UInt64, isWhole: Bool) {
    metrics.end(
      method: exchange.method.rawValue, status: status, sent: sent, seconds: exchange.seconds)
    options.log(exchange.line(status: status, sent: sent, isWhole: isWhole))
  }
}
