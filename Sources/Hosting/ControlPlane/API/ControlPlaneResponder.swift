import ControlPlaneAPI
import Encodings
import HTTPTypes
import Hummingbird
import JSON
import NIOCore
import HTTPListener

/// Answers requests: who asks, what for, may he; then the call.
struct ControlPlaneResponder: HTTPResponder {
  /// The connection that a request came on.
  struct Context: InitializableFromSource {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) { channel = source.channel }

    /// The address of the peer.
    var address: String { channel.remoteAddress?.ipAddress ?? "unknown" }
  }

  /// What is answered.
  struct Answer {
    var status: HTTPResponse.Status
    var headers = HTTPFields()
    var body: ResponseBody

    init(_ status: HTTPResponse.Status, _ type: String?, _ bytes: [UInt8]) {
      self.status = status
      headers[.contentType] = type
      body = .init(byteBuffer: ByteBuffer(bytes: bytes))
    }

    init(_ status: HTTPResponse.Status = .ok, _ document: some WireDocument) {
      self.init(status, "application/json", document.json.minifiedBytes)
    }

    init(text: String, type: String = "text/plain; charset=utf-8") {
      self.init(.ok, type, Array(text.utf8))
    }
  }

  let plane: ControlPlane
  let options: ControlPlaneOptions
  let pages: (any PageResponder)?
  let metrics = ControlPlaneMetrics()

  /// Runs what reads or writes files.
  func onThread<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await plane.onThread(body)
  }

  func respond(to request: Request, context: Context) async throws -> Response {
    let start = ContinuousClock.now
    metrics.begin()
    var answer: Answer
    do {
      answer = try await self.answer(request, context)
    } catch {
      answer = refusal(error)
    }
    answer.headers[.contentTypeOptions] = "nosniff"
    answer.headers[.cacheControl] = "no-store"
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    let took = Double(seconds) + Double(attoseconds) / 1e18
    metrics.end(request.method.rawValue, answer.status.code, seconds: took)
    options.log(Self.line(request, answer.status.code, took))
    var response = Response(status: answer.status, headers: answer.headers, body: answer.body)
    // A 204 must not have a length.
    if answer.status == .noContent { response.headers[.contentLength] = nil }
    return response
  }

  // The query is left out: it is nobody's business in a log.
  private static func line(_ request: Request, _ status: Int, _ seconds: Double) -> SafeText {
    let path = (request.head.path ?? "/").prefix { $0 != "?" }
    let shown = SafeText(escaping: String(path)).clipped(to: 400)
    return "\(request.method.rawValue) \(shown) \(status) \(Int(seconds * 1000))ms"
  }

  private func refusal(_ error: any Error) -> Answer {
    let error = Self.known(error)
    if let cause = error.cause { options.log("error: \(SafeText(escaping: cause))") }
    let problem = error.problem
    var answer = Answer(
      HTTPResponse.Status(code: problem.status), Problem.mediaType, problem.json.minifiedBytes)
    if problem.status == 401 { answer.headers[.wwwAuthenticate] = "Bearer" }
    if let seconds = error.retryAfter { answer.headers[.retryAfter] = "\(seconds)" }
    return answer
  }

  private static func known(_ error: any Error) -> ControlPlaneError {
    switch error {
    case let error as ControlPlaneError: error
    case let error as JSONError: ControlPlaneError(400, "not the body of this call", "\(error)")
    default: .failed(error)
    }
  }
}

extension HTTPField.Name {
  static let contentTypeOptions: HTTPField.Name = {
    guard let name = HTTPField.Name("X-Content-Type-Options") else {
      preconditionFailure("the literal names a field")
    }
    return name
  }()
}
