/// Answers `GET /metrics` at an address of its own, on a loop of its own: whoever asks gets an answer
/// while handlers hold the others, and nobody who reaches the handler reaches it.
public final class MetricsServer: Sendable {
  private final class Engine: RequestEngine {
    private let text: @Sendable () -> String
    init(_ text: @escaping @Sendable () -> String) { self.text = text }

    func answer(_ request: RuntimeRequest) -> RuntimeResponse {
      guard request.target.prefix(while: { $0 != "?" }) == "/metrics" else {
        return StatusText.response(404, "the path is /metrics")
      }
      guard request.method == "GET" || request.method == "HEAD" else {
        var refused = StatusText.response(405, "expected GET")
        refused.headers.append(("allow", "GET, HEAD"))
        return refused
      }
      return RuntimeResponse(
        status: 200, headers: [("content-type", "text/plain; version=0.0.4; charset=utf-8")],
        body: Array(text().utf8))
    }
  }

  private let server: HTTPServer

  /// Starts listening.
  /// - Parameter watched: the server whose counters are told.
  public init(_ address: ListenAddress, of watched: HTTPServer) throws(HTTPServer.StartError) {
    var configuration = HTTPServer.Configuration()
    configuration.address = address
    configuration.loops = 1
    configuration.limits.connections = 32
    configuration.limits.bodyBytes = 0
    server = try HTTPServer(
      configuration, factory: { Engine { watched.metricsText } }, failed: { _ in })
  }

  /// Where it listens.
  public var address: ListenAddress { server.address }

  /// Ends it; what is being answered may be cut off.
  public func stop() { server.stopAccepting() }
}
