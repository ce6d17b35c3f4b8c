/// Why a request is answered here and not by the service.
struct Refusal: Error, Sendable, Hashable {
  var status: Int
  /// For whoever asked: repeats nothing of the request.
  var reason: String
  /// Seconds after which it may go well.
  var retryAfter: Int?

  init(_ status: Int, _ reason: String, retryAfter: Int? = nil) {
    self.status = status
    self.reason = reason
    self.retryAfter = retryAfter
  }

  static func bad(_ reason: String) -> Refusal { Refusal(400, reason) }
  static let headTooLarge = Refusal(431, "header fields too large")
  static let targetTooLong = Refusal(414, "request target too long")
  static let tooManyFields = Refusal(431, "too many header fields")
  static let bodyTooLarge = Refusal(413, "body too large")
  static let headTimeout = Refusal(408, "request head not received in time")
  static let bodyTimeout = Refusal(408, "request body not received in time")
  static let version = Refusal(505, "expected HTTP/1.1 or HTTP/1.0")
  static let coding = Refusal(501, "transfer coding not supported")
  static let connect = Refusal(501, "this is no forward proxy")
  static let trace = Refusal(405, "TRACE is not passed on")
  static let upgrade = Refusal(501, "WebSocket and other upgrades are not passed on to services")
  static let expectation = Refusal(417, "expectation not supported")
  static let unknownHost = Refusal(404, "no service has this host name")
  static let notRunning = Refusal(503, "the service does not run", retryAfter: 5)
  static let unreachable = Refusal(503, "the service does not answer", retryAfter: 1)
  static let overloaded = Refusal(503, "too many requests for this service", retryAfter: 1)
  static let broken = Refusal(502, "the service ended its answer before it began")
  static let malformed = Refusal(502, "the service's answer is not HTTP/1.1")
  static let upstreamTimeout = Refusal(504, "the service did not answer in time")

  /// The words of a status line.
  static func phrase(_ status: Int) -> String {
    switch status {
    case 400: "Bad Request"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 408: "Request Timeout"
    case 413: "Content Too Large"
    case 414: "URI Too Long"
    case 417: "Expectation Failed"
    case 431: "Request Header Fields Too Large"
    case 501: "Not Implemented"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    case 505: "HTTP Version Not Supported"
    default: "Error"
    }
  }
}
