import HTTPTypes

/// A request for what people look at.
public struct PageRequest: Sendable {
  /// The method of HTTP.
  public var method: String
  /// As it came, without the query.
  public var path: String
  /// As it came, without the question mark; empty where there is none.
  public var query: String
  /// The fields of the head.
  public var headers: HTTPFields
  /// The address of the peer.
  public var address: String
  /// Scheme, host and port under which browsers know the server: `https://plane.example.com`.
  public var origin: String
  /// Reads the body.
  ///
  /// - Throws: 413 for one that is too large.
  public var body: @Sendable () async throws -> [UInt8]
}

/// What is answered to it.
public struct PageAnswer: Sendable {
  /// The status of HTTP.
  public var status: Int
  /// The fields of the head.
  public var headers: HTTPFields
  /// The body.
  public var body: [UInt8]
  /// What really happened where it failed, for the log; never answered.
  public var cause: String?

  /// An answer from its parts.
  public init(status: Int, headers: HTTPFields, body: [UInt8], cause: String? = nil) {
    self.status = status
    self.headers = headers
    self.body = body
    self.cause = cause
  }
}

/// Answers every path that is none of the API's, the registry's or of those who watch the server.
public protocol PageResponder: Sendable {
  /// Answers one.
  func respond(to request: PageRequest) async -> PageAnswer
}
