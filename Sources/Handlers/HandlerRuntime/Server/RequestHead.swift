/// The request line and header fields of one request, with what they say about its framing.
struct RequestHead: Sendable {
  var method: String
  /// Path and query as received, of an absolute target without scheme and authority; or `*`.
  var target: String
  var headers: [(name: String, value: String)]
  /// How the end of the body is found.
  var framing: Framing
  /// Whether the connection stays open afterwards.
  var keepsAlive: Bool
  /// Whether the peer waits for `100 Continue` before it sends the body.
  var expectsContinue: Bool
  /// HTTP/1.0, which must be told when the connection stays open.
  var isVersion10: Bool

  /// Puts what an absolute target named in the place of the `host` field.
  /// Reference: RFC 9112, section 3.2.2.
  mutating func replaceHost(_ authority: String) {
    if let index = headers.firstIndex(where: { HTTPFields.lowered($0.name) == "host" }) {
      headers[index].value = authority
    } else {
      headers.append(("host", authority))
    }
  }

  /// Where a request's body ends.
  enum Framing: Sendable, Hashable {
    case none
    case length(Int)
    case chunked
  }
}

/// Why a request is answered by the server and not by the handler. The connection is closed after
/// it, since what follows cannot be trusted to be the start of a request.
struct RequestRefusal: Error, Sendable, Hashable {
  var status: Int
  /// What was wrong, in words that repeat nothing of the request.
  var reason: String

  static func bad(_ reason: String) -> RequestRefusal {
    RequestRefusal(status: 400, reason: reason)
  }
  static let targetTooLong = RequestRefusal(status: 414, reason: "request target too long")
  static let method = RequestRefusal(status: 501, reason: "method not supported")
  static let headTooLarge = RequestRefusal(status: 431, reason: "header fields too large")
  static let tooManyFields = RequestRefusal(status: 431, reason: "too many header fields")
  static let bodyTooLarge = RequestRefusal(status: 413, reason: "body too large")
  static let headTimeout = RequestRefusal(status: 408, reason: "request head not received in time")
  static let bodyTimeout = RequestRefusal(status: 408, reason: "request body not received in time")
  static let expectation = RequestRefusal(status: 417, reason: "expectation not supported")
  static let version = RequestRefusal(status: 505, reason: "expected HTTP/1.1 or HTTP/1.0")
  static let coding = RequestRefusal(status: 501, reason: "transfer coding not supported")
}
