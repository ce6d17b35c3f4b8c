import Glibc
import Testing

@testable import HandlerRuntime

/// A server whose handler is a closure, on a free port of the loopback.
final class ServerFixture {
  let server: HTTPServer

  private final class ClosureEngine: RequestEngine {
    let body: @Sendable (RuntimeRequest) -> RuntimeResponse
    init(_ body: @escaping @Sendable (RuntimeRequest) -> RuntimeResponse) { self.body = body }
    func answer(_ request: RuntimeRequest) -> RuntimeResponse { body(request) }
  }

  convenience init(
    loops: Int = 1, limits: ServerLimits = ServerLimits(), execution: Execution = .onLoops,
    fixed: FixedAnswers = FixedAnswers(),
    _ body: @escaping @Sendable (RuntimeRequest) -> RuntimeResponse = ServerFixture.echo
  ) throws {
    var configuration = HTTPServer.Configuration()
    configuration.loops = loops
    configuration.limits = limits
    configuration.execution = execution
    configuration.fixed = fixed
    try self.init(configuration, body)
  }

  /// - Parameter configuration: but for the address.
  init(
    _ configuration: HTTPServer.Configuration,
    _ body: @escaping @Sendable (RuntimeRequest) -> RuntimeResponse = ServerFixture.echo
  ) throws {
    var configuration = configuration
    configuration.address = .tcp(host: "127.0.0.1", port: 0)
    server = try HTTPServer(configuration, factory: { ClosureEngine(body) }, failed: { _ in })
  }

  func client() throws -> TestClient { try TestClient(port: server.port) }

  /// Method, target and body of the request, one a line.
  static let echo: @Sendable (RuntimeRequest) -> RuntimeResponse = { request in
    let body = request.body.map { String(decoding: $0, as: UTF8.self) } ?? "-"
    return text("\(request.method) \(request.target) \(body)")
  }

  static func text(_ text: String, status: Int = 200) -> RuntimeResponse {
    RuntimeResponse(
      status: status, headers: [("content-type", "text/plain")], body: Array(text.utf8))
  }
}

/// Sends one request and reads one answer.
func exchange(_ request: String, with fixture: ServerFixture) throws -> TestClient.Answer {
  let client = try fixture.client()
  client.send(request)
  return try client.readAnswer()
}

extension HTTPServer {
  /// Both halves of a stop.
  func stop() -> Bool {
    stopAccepting()
    return finish()
  }
}
