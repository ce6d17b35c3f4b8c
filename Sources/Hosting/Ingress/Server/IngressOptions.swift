import CSys

/// What one request may take, and how long anybody may keep the ingress waiting.
public struct IngressLimits: Sendable, Hashable {
  /// Bytes of a request's or an answer's head.
  public var headBytes = 32 << 10
  /// Fields of a head.
  public var headFields = 128
  /// Bytes of a request's body; services have limits of their own.
  public var bodyBytes = 1 << 30
  /// Seconds from the first byte of a request to the end of its head.
  public var headSeconds: Int64 = 10
  /// Seconds in which more of a request's body has to come.
  public var bodySeconds: Int64 = 30
  /// Seconds from the end of a request to the head of its answer.
  public var answerSeconds: Int64 = 60
  /// Seconds in which more of an answer has to come, and to be taken.
  public var progressSeconds: Int64 = 60
  /// Seconds that a client's connection may stay unused.
  public var idleSeconds: Int64 = 75
  /// Seconds that a connection to a service may stay unused: fewer than the service keeps it for.
  public var upstreamIdleSeconds: Int64 = 30
  /// Seconds for requests in flight once it is told to stop.
  public var drainSeconds: Int64 = 30
  /// Milliseconds for which a request is held back while its service is being started again.
  public var holdMilliseconds: Int64 = 2000
  /// Clients' connections at a time.
  public var connections = 16_384
  /// Requests of one service that an event loop has in flight at a time.
  public var requestsPerService = 4096

  /// The limits as they are usually.
  public init() {}
}

/// How an ingress is set up.
public struct IngressOptions: Sendable {
  /// Where to listen.
  public var host: String
  /// Port to listen at; 0 for any that is free.
  public var port: Int
  /// A folder with the file `routes`, which is replaced as a whole; what the ingress says of itself is
  /// written beside it.
  public var routesFolder: String
  /// Services answer at `NAME.DOMAIN`.
  public var domain = "localhost"
  /// Addresses of proxies whose word on clients counts: `10.0.0.0/8`, `::1`.
  public var trustedProxies: [TrustedProxy] = []
  /// Event loops.
  public var loops = max(1, Int(csys_allowed_processors()))
  /// What requests may take.
  public var limits = IngressLimits()
  /// Told what whoever runs it should know.
  public var notice: @Sendable (String) -> Void = { _ in }

  /// Options with what has to be said.
  public init(host: String, port: Int, routesFolder: String) {
    self.host = host
    self.port = port
    self.routesFolder = routesFolder
  }
}
