/// One outgoing HTTP request at a time, from the calling thread's point of view.
public protocol OutboundHTTP: Sendable {
  /// Sends and waits. It never throws: what goes wrong below HTTP is an answer with status
  /// ``RuntimeResponse/transportFailureStatus``.
  func send(_ request: OutboundRequest) -> RuntimeResponse
  /// The same, given up as soon as it is cancelled: then any answer will do.
  func send(_ request: OutboundRequest, until cancellation: Cancellation?) -> RuntimeResponse
}

extension OutboundHTTP {
  /// Sends and waits, to the end.
  public func send(
    _ request: OutboundRequest, until cancellation: Cancellation?
  ) -> RuntimeResponse { send(request) }
}

/// A request that a handler makes.
public struct OutboundRequest: Sendable {
  /// Upper-case method.
  public var method: String
  /// Where to; already held against the contract.
  public var url: URLParts
  /// Header fields in order, without `host` and `content-length`.
  public var headers: [(name: String, value: String)]
  /// The body's bytes, or nil for none.
  public var body: [UInt8]?
  /// What is done with an answer that leads elsewhere.
  public var redirects = Redirects.manual
  /// A request from its parts.
  public init(
    method: String, url: URLParts, headers: [(name: String, value: String)] = [],
    body: [UInt8]? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
  }
}

/// What one outgoing request may take.
public struct OutboundLimits: Sendable, Hashable {
  /// Seconds from the call to the last byte of the answer.
  public var seconds = 30
  /// Bytes of the body that is sent, and of the one that is received.
  public var bodyBytes = 8 << 20
  /// Whether it may lead into the network that the machine stands in.
  public var privateEgress = PrivateEgress.allowed
  /// The standard limits.
  public init() {}
}

extension RuntimeResponse {
  /// Status that stands for a failure below HTTP.
  public static let transportFailureStatus = 599

  /// A failure below HTTP: its reason is the body.
  public static func transportFailure(_ reason: String) -> RuntimeResponse {
    RuntimeResponse(
      status: transportFailureStatus, headers: [("content-type", "text/plain; charset=utf-8")],
      body: Array(reason.utf8))
  }
}
