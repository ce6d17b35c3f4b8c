/// A request as the server received it, before anything of it is in an isolate's arena.
///
/// It is plain data and may cross threads; ``RequestObject`` turns it into the handler's `req`.
public struct RuntimeRequest: Sendable {
  /// The method as sent, upper case by convention (`GET`, `POST`, …).
  public var method: String
  /// The request target as sent: path and, after `?`, the query; nothing is decoded.
  public var target: String
  /// The header fields in the order received; names in any case, duplicates kept apart.
  public var headers: [(name: String, value: String)]
  /// The body's bytes, or `nil` when the request has none.
  public var body: [UInt8]?

  /// A request from its parts; without headers and body unless given.
  public init(
    method: String, target: String, headers: [(name: String, value: String)] = [],
    body: [UInt8]? = nil
  ) {
    self.method = method
    self.target = target
    self.headers = headers
    self.body = body
  }
}

/// What a handler answered, read out of the arena so that the arena can be dropped.
public struct RuntimeResponse: Sendable {
  /// The status code, 100 to 999.
  public var status: Int
  /// The header fields in order, names in lower case; a name may occur more than once. Names are
  /// tokens and values hold no CR, LF or NUL; `content-length` and `date` are the server's to add.
  public var headers: [(name: String, value: String)]
  /// The body's bytes, UTF-8 where the handler gave a string.
  public var body: [UInt8]

  /// A response from its parts.
  public init(status: Int, headers: [(name: String, value: String)], body: [UInt8]) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}
