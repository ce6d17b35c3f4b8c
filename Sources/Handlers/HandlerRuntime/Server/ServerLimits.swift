/// What one request may take, and how long a peer may keep the server waiting. Each has a flag.
public struct ServerLimits: Sendable, Hashable {
  /// Bytes of a request body; more is 413.
  public var bodyBytes = 1 << 20
  /// Bytes of a request line with its header fields, and of trailer fields; more is 431.
  public var headBytes = 32 << 10
  /// How many header fields there may be; more is 431.
  public var headFields = 100
  /// Seconds from the first byte of a request to the end of its head; later is 408.
  public var headSeconds = 10
  /// Seconds from the end of the head to the end of the body; later is 408.
  public var bodySeconds = 10
  /// Seconds a connection may stay without a request before it is closed.
  public var idleSeconds = 75
  /// Seconds that requests in flight get to finish once the server is told to stop.
  public var drainSeconds = 10
  /// Connections at a time; while there are as many, no more are accepted, and the one that has been
  /// idle the longest is closed as soon as another waits.
  public var connections = 1 << 20
  /// Requests that may wait for a worker; more are answered 503.
  public var queuedRequests = 256

  /// The standard limits.
  public init() {}
}
