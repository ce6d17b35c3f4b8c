import Encodings
import HTTPTypes
import Hummingbird

extension ControlPlaneResponder {
  /// Whether a path is for programs: nothing under it is ever a page.
  static func isCall(_ path: Substring) -> Bool {
    let first = path.dropFirst().prefix { $0 != "/" }
    return first == "v1" || first == "v2"
  }

  /// Lets the pages answer.
  func page(
    _ pages: any PageResponder, _ path: Substring, _ query: Substring, _ request: Request,
    _ context: Context
  ) async -> Answer {
    let answer = await pages.respond(
      to: PageRequest(
        method: request.method.rawValue, path: String(path), query: String(query),
        headers: request.headers, address: context.address, origin: origin(request),
        body: { try await body(request, context) }))
    if let cause = answer.cause { options.log("error: \(SafeText(escaping: cause))") }
    let isHead = request.method == .head
    var out = Answer(
      HTTPResponse.Status(code: answer.status), nil, isHead ? [] : answer.body)
    out.headers = answer.headers
    if isHead { out.headers[.contentLength] = "\(answer.body.count)" }
    return out
  }

  private func origin(_ request: Request) -> String {
    if let url = plane.policy.publicURL, let start = url.firstRange(of: "://")?.upperBound {
      return String(url[..<start] + url[start...].prefix { $0 != "/" })
    }
    let scheme = options.listener.tls == nil ? "http" : "https"
    return "\(scheme)://\(request.head.authority ?? "localhost")"
  }
}
